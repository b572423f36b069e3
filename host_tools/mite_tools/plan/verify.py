"""Proof that a plan is sound. Shares no code with the planner, and never asks its rules."""

from collections.abc import Iterator

import numpy as np

from ..program import Part, Program, Record, storage

ALIGN = 4

Span = tuple[int, int, int]  # begin, end, step: bytes of an input or an output
Step = tuple[list[Span], Span]  # what is read of an input, and then written of the output


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
    """Does no read of `tensor` come after a write to the same byte? distance: from the tensor to the one that is written."""
    replay = _REPLAYS.get(record.op.op)
    if replay is None:
        return False
    distance += _offset(record.values["output"])
    for f in record.op.fields:
        place = record.values[f.name] if f.kind == "ref" and f.name not in ("output", "scratch") else None
        if place is None or storage(place) is not tensor:
            continue
        lost = np.zeros(tensor.bytes, bool)
        steps = replay(record.values, f.name, distance)
        if steps is None:
            return False
        shift = _offset(place)
        for reads, (begin, end, step) in steps:
            for first, last, stride in reads:
                if lost[first + shift : last + shift : stride].any():
                    return False
            begin, end = begin + distance, end + distance
            if begin < 0:
                begin %= step  # the first of its bytes that can lie inside
            if end > begin:
                lost[begin:end:step] = True
    return True


def _offset(place) -> int:
    return place.offset if isinstance(place, Part) else 0


def _windows(v: dict) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """(output pixel, [first and last input pixel of each row under its kernel]) in raster order."""
    down, across = v.get("dilation_h", 1), v.get("dilation_w", 1)
    columns = []
    for ox in range(v["out_w"]):
        xs = [x for x in range(ox * v["stride_w"] - v["pad_left"], v["in_w"], across)[: v["kernel_w"]] if x >= 0]
        columns.append((xs[0], xs[-1]) if xs else None)
    pixel = 0
    for b in range(v["batches"]):
        for oy in range(v["out_h"]):
            top = oy * v["stride_h"] - v["pad_top"]
            rows = [(b * v["in_h"] + y) * v["in_w"] for y in range(top, v["in_h"], down)[: v["kernel_h"]] if y >= 0]
            for span in columns:
                yield pixel, [(row + span[0], row + span[1]) for row in rows] if span else []
                pixel += 1


def _conv_2d(v: dict, name: str, distance: int) -> Iterator[Step] | None:
    """Tiles of one pixel: with larger ones more is read before anything is written."""
    in_c, out_c = v["in_c"], v["out_c"]
    if v["groups"] != 1:
        return None
    return (
        ([(first * in_c, (last + 1) * in_c, 1) for first, last in rows], (pixel * out_c, (pixel + 1) * out_c, 1))
        for pixel, rows in _windows(v)
    )


def _depthwise_conv_2d(v: dict, name: str, distance: int) -> Iterator[Step] | None:
    """One channel; they are all alike, and do not touch one another as long as each lies exactly over its own."""
    if v["multiplier"] != 1 or v["in_c"] != v["out_c"] or distance != 0 or not v["scratch_bytes"]:
        return None
    return _depthwise_rows(v)


def _depthwise_rows(v: dict) -> Iterator[Step]:
    c, row = v["in_c"], v["in_w"] * v["in_c"]
    written = v["out_w"] * v["out_c"]
    for b in range(v["batches"]):
        following = 0  # rows are read in turn, each once
        for oy in range(v["out_h"]):
            under = range(max(following, oy * v["stride_h"]), oy * v["stride_h"] + v["kernel_h"])
            inside = [y - v["pad_top"] for y in under if 0 <= y - v["pad_top"] < v["in_h"]]
            following = under.stop
            at = (b * v["out_h"] + oy) * written
            yield [((b * v["in_h"] + y) * row, (b * v["in_h"] + y + 1) * row, c) for y in inside], (at, at + written, c)


def _pool(v: dict, name: str, distance: int) -> Iterator[Step]:
    c = v["channels"]
    for pixel, rows in _windows(v):
        for k in range(c):
            at = pixel * c + k
            yield [(first * c + k, last * c + k + 1, c) for first, last in rows], (at, at + 1, 1)


def _add(v: dict, name: str, distance: int) -> Iterator[Step]:
    for number, index in enumerate(np.ndindex(*v["dims"])):
        at = sum(i * stride for i, stride in zip(index, v[f"{name}_strides"]))
        yield [(at, at + 1, 1)], (number, number + 1, 1)


def _elements(read: int, written: int):
    """Elements of so many bytes, upwards."""

    def steps(v: dict, name: str, distance: int) -> Iterator[Step]:
        for i in range(v["count"]):
            yield [(i * read, (i + 1) * read, 1)], (i * written, (i + 1) * written, 1)

    return steps


def _softmax(v: dict, name: str, distance: int) -> Iterator[Step]:
    """All of a row is read, then each element once more before it is written."""
    depth = v["depth"]
    for row in range(v["rows"]):
        yield [(row * depth, (row + 1) * depth, 1)], (0, 0, 1)
        for at in range(row * depth, (row + 1) * depth):
            yield [(at, at + 1, 1)], (at, at + 1, 1)


def _copy(v: dict, name: str, distance: int) -> Iterator[Step] | None:
    """One run reads everything before it seems to write anything."""
    return iter([([(0, v["run"], 1)], (0, v["run"], 1))]) if set(v["dims"]) == {1} else None


_REPLAYS = {
    "CONV_2D": _conv_2d, "DEPTHWISE_CONV_2D": _depthwise_conv_2d, "AVERAGE_POOL_2D": _pool, "MAX_POOL_2D": _pool, "ADD": _add,
    "BINARY": _add,
    "TABLE": _elements(1, 1), "QUANTIZE": _elements(4, 1), "DEQUANTIZE": _elements(1, 4), "SOFTMAX": _softmax, "COPY": _copy,
}  # fmt: skip
