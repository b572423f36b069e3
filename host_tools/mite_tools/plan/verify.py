"""Proof that a plan is sound. Shares no code with the planner, and never asks its rules."""

import numpy as np

from ..program import Part, Program, Record, storage

ALIGN = 4

Steps = tuple[np.ndarray, np.ndarray]  # of each byte of an input the last step that reads it; of each of the output the step that writes it


def verify(program: Program, plan) -> None:
    """AssertionError if a tensor leaves the arena, or two that live at the same time share memory and this could ever be noticed."""
    for record in program.records:
        _check_parts(program, record)
    alive = sorted(plan.lives, key=lambda life: life.first)
    for number, life in enumerate(alive):
        begin = plan.offsets[life.tensor]
        end = begin + life.tensor.bytes
        assert begin % ALIGN == 0 and 0 <= begin and end <= plan.arena_bytes, f"{life.tensor} leaves the arena"
        for other in alive[number + 1 :]:
            if life.first > other.last or other.first > life.last:
                continue
            start = plan.offsets[other.tensor]
            if end <= start or start + other.tensor.bytes <= begin:
                continue
            # The one that came first must be read for the last time where the other begins, by an op that is done with it in time.
            fine = life.first < other.first == life.last < len(program.records)
            assert fine, f"{life.tensor} and {other.tensor} overlap"
            record = program.records[life.last]
            assert other.tensor in record.writes() and life.tensor in record.reads(), f"{life.tensor} and {other.tensor} overlap"
            assert _survives(record, life.tensor, start - begin), f"{other.tensor} overlaps {life.tensor}, which {record.op.op} still reads"


def _check_parts(program: Program, record: Record) -> None:
    """AssertionError if a record writes to a part of a tensor that lies over another part of it which the record reads."""
    output = record.values.get("output")
    owner = None if output is None else storage(output)
    if owner is None or owner not in record.reads():
        return
    begin, end = _span(program, record, "output")
    for f in record.op.fields:
        if f.kind == "ref" and f.name not in ("output", "scratch") and storage(record.values[f.name]) is owner:
            first, last = _span(program, record, f.name)
            assert last <= begin or end <= first, f"{record.op.op} writes into the part of {owner} that it reads"


def _span(program: Program, record: Record, name: str) -> tuple[int, int]:
    """From where to where in the tensor that owns it a place can reach."""
    v, at = record.values, _offset(record.values[name])
    if record.op.op == "COPY":
        reach = [(n - 1) * stride for n, stride in zip(v["dims"], v[f"{name}_strides"])]
        return at + sum(r for r in reach if r < 0), at + sum(r for r in reach if r > 0) + v["run"]
    owner = storage(v[name])
    here = [at + part.bytes for part, place in program.parts.items() if place == (owner, at)]
    return at, max(here, default=owner.bytes)


def _survives(record: Record, tensor, distance: int) -> bool:
    """Is no byte of `tensor` read in a later step than the one in which it is overwritten? distance: from it to the tensor written."""
    replay = _REPLAYS.get(record.op.op)
    if replay is None:
        return False
    distance += _offset(record.values["output"])
    for f in record.op.fields:
        place = record.values[f.name] if f.kind == "ref" and f.name not in ("output", "scratch") else None
        if place is None or storage(place) is not tensor:
            continue
        steps = replay(record.values, f.name, distance - _offset(place))
        if steps is None:
            return False
        read, written = steps
        last = np.full(tensor.bytes, -1)
        covered = last[_offset(place) : _offset(place) + len(read)]
        covered[:] = read[: len(covered)]
        at = np.arange(len(written)) + distance
        inside = (at >= 0) & (at < tensor.bytes)
        if (last[at[inside]] > written[inside]).any():
            return False
    return True


def _offset(place) -> int:
    return place.offset if isinstance(place, Part) else 0


# What follows says of an op (v: its record's values; name: the input) in which step each byte of the input is read for the last time, -1 where
# never, and in which step each byte of the output is written. In a step all is read before anything is written.


def _last_windows(v: dict) -> np.ndarray:
    """For each input pixel the last output pixel, in raster order, that it is a tap of; -1 for none."""
    last = np.full((v["batches"], v["in_h"], v["in_w"]), -1)
    ys, xs = np.arange(v["out_h"]), np.arange(v["out_w"])
    for b in range(v["batches"]):
        pixel = b * v["out_h"] * v["out_w"] + ys[:, None] * v["out_w"] + xs
        for ky in range(v["kernel_h"]):
            for kx in range(v["kernel_w"]):
                y = ys * v["stride_h"] - v["pad_top"] + ky * v.get("dilation_h", 1)
                x = xs * v["stride_w"] - v["pad_left"] + kx * v.get("dilation_w", 1)
                rows, columns = (y >= 0) & (y < v["in_h"]), (x >= 0) & (x < v["in_w"])
                # One tap meets each input pixel at most once.
                here = np.ix_([b], y[rows], x[columns])
                last[here] = np.maximum(last[here], pixel[np.ix_(rows, columns)])
    return last.reshape(-1)


def _outputs(v: dict) -> int:
    return v["batches"] * v["out_h"] * v["out_w"]


def _conv_2d(v: dict, name: str, distance: int) -> Steps | None:
    """A step is a tile of one pixel: with larger tiles more is read before anything is written."""
    if v["groups"] != 1:
        return None
    return np.repeat(_last_windows(v), v["in_c"]), np.repeat(np.arange(_outputs(v)), v["out_c"])


def _depthwise_conv_2d(v: dict, name: str, distance: int) -> Steps | None:
    """A step is a row of outputs of one channel; each input row is read once. Channels do not touch one another where each lies
    exactly over its own."""
    if v["multiplier"] != 1 or v["in_c"] != v["out_c"] or distance != 0 or not v["scratch_bytes"]:
        return None
    read = np.full((v["batches"], v["in_h"]), -1)
    for b in range(v["batches"]):
        following = 0
        for oy in range(v["out_h"]):
            under = range(max(following, oy * v["stride_h"]), oy * v["stride_h"] + v["kernel_h"])
            for y in under:
                if 0 <= y - v["pad_top"] < v["in_h"]:
                    read[b, y - v["pad_top"]] = b * v["out_h"] + oy
            following = under.stop
    return np.repeat(read.reshape(-1), v["in_w"] * v["in_c"]), np.repeat(np.arange(v["batches"] * v["out_h"]), v["out_w"] * v["out_c"])


def _pool(v: dict, name: str, distance: int) -> Steps:
    """A step is one channel of one pixel."""
    c, last = v["channels"], _last_windows(v)
    read = np.where(last[:, None] < 0, -1, last[:, None] * c + np.arange(c))
    return read.reshape(-1), np.arange(_outputs(v) * c)


def _add(v: dict, name: str, distance: int) -> Steps:
    """A step is an element."""
    at = np.zeros((1,), int)
    for size, stride in zip(v["dims"], v[f"{name}_strides"]):
        at = (at[:, None] + np.arange(size) * stride).reshape(-1)
    read = np.full(at.max(initial=0) + 1, -1)
    np.maximum.at(read, at, np.arange(len(at)))
    return read, np.arange(len(at))


def _elements(read: int, written: int):
    """A step is an element, of so many bytes."""
    return lambda v, name, distance: (np.repeat(np.arange(v["count"]), read), np.repeat(np.arange(v["count"]), written))


def _softmax(v: dict, name: str, distance: int) -> Steps:
    """Elements again: that a row is read as a whole before comes earlier."""
    return np.arange(v["rows"] * v["depth"]), np.arange(v["rows"] * v["depth"])


def _copy(v: dict, name: str, distance: int) -> Steps | None:
    """One run reads everything before it seems to write anything."""
    return (np.zeros(v["run"], int), np.zeros(v["run"], int)) if set(v["dims"]) == {1} else None


_REPLAYS = {
    "CONV_2D": _conv_2d, "DEPTHWISE_CONV_2D": _depthwise_conv_2d, "AVERAGE_POOL_2D": _pool, "MAX_POOL_2D": _pool, "ADD": _add,
    "BINARY": _add, "TABLE": _elements(1, 1), "QUANTIZE": _elements(4, 1), "DEQUANTIZE": _elements(1, 4), "SOFTMAX": _softmax,
    "COPY": _copy,
}  # fmt: skip
