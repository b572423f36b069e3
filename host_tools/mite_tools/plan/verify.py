"""Proof that a plan is sound. Shares no code with the planner, and never asks its rules."""

import math

import numpy as np

from ..graph import Tensor
from ..image.roster import real
from ..image.roster.int16 import BINARIES_S16
from ..image.roster.integers import INTEGERS
from ..image.spec import DTYPES, OP_NUMBERS
from ..program import Constant, Part, Program, Record, is_output, root, storage

ALIGN = 4

Steps = tuple[np.ndarray, np.ndarray]  # of each byte of an input the last step that reads it; of each of the output the step that writes it


def verify(program: Program, plan) -> None:
    """AssertionError if a tensor leaves the arena, or if a byte is not what it was when it is read. Replays the program on an arena
    that remembers of each byte which tensor's it is: on every way that there is through it, loops as often as they bring anything new."""
    arena = np.zeros(plan.arena_bytes, np.int64)
    numbers: dict[Tensor, int] = {}  # the number of a tensor's first byte: no two bytes have the same
    count = 1
    for tensor, begin in plan.offsets.items():
        assert begin % ALIGN == 0 and 0 <= begin and begin + tensor.bytes <= plan.arena_bytes, f"{tensor} leaves the arena"
        numbers[tensor] = count
        count += tensor.bytes

    def region(tensor: Tensor, begin: int, end: int) -> np.ndarray:
        return arena[plan.offsets[tensor] + begin : plan.offsets[tensor] + end]

    def write(tensor: Tensor, begin: int, end: int) -> None:
        region(tensor, begin, end)[:] = np.arange(numbers[tensor] + begin, numbers[tensor] + end)

    def check(tensor: Tensor, begin: int, end: int, reader: str) -> None:
        wrong = np.flatnonzero(region(tensor, begin, end) != np.arange(numbers[tensor] + begin, numbers[tensor] + end))
        if len(wrong):
            number = int(region(tensor, begin, end)[wrong[0]])
            other = next((t for t, first in numbers.items() if first <= number < first + t.bytes), None)
            raise AssertionError(f"{tensor}, which {reader} reads, has bytes that {other or 'nobody'} has written: they overlap")

    inputs = program.held_inputs()
    for tensor in inputs:
        write(tensor, 0, tensor.bytes)
    for tensor in inputs:
        check(tensor, 0, tensor.bytes, "the user")
    places = {id(record): number for number, record in enumerate(program.records)}
    known: dict[int, np.ndarray] = {}  # what every way to a LABEL agrees on; a byte that differs is nobody's
    todo = [(0, arena)]
    while todo:
        number, arena = todo.pop()
        while number < len(program.records):
            record = program.records[number]
            if record.op.op == "LABEL":
                before, known[number] = known.get(number), arena.copy()
                if before is not None:
                    known[number][before != arena] = 0
                    arena[:] = known[number]
                    if (before == arena).all():
                        break
            _replay(record, plan, write, check)
            if record.op.op == "JUMP":
                todo.append((places[id(record.values["target"])], arena.copy()))
                if isinstance(record.values["condition"], Constant):
                    break
            number += 1
        else:
            for tensor in map(root, program.graph.outputs):
                check(tensor, 0, tensor.bytes, "the user")


def _replay(record: Record, plan, write, check) -> None:
    places = [(storage(place), *record.span(name), name) for name, place in record.places() if storage(place) is not None]
    reads = [place for place in places if not _is_written(place[3])]
    for tensor, begin, end, _ in reads:
        check(tensor, begin, end, record.op.op)
    for tensor, begin, end, name in places:
        if not _is_written(name):
            continue
        write(tensor, begin, end)
        at = plan.offsets[tensor]
        for other, first, last, of in places:
            start = plan.offsets[other]
            if of == name or of == "sums" and name == "output" and (other, first, last) == (tensor, begin, end):
                continue  # what is read is added to, in its place
            if at + end <= start + first or start + last <= at + begin:
                continue
            assert not _is_written(of), f"what {record.op.op} writes overlaps: {tensor} and {other}"
            assert other is not tensor, f"{record.op.op} writes into the part of {tensor} that it reads"
            fine = name == "output" and _survives(record, other, at - start)
            assert fine, f"{tensor} overlaps {other}, which {record.op.op} still reads"


def _is_written(name: str) -> bool:
    return is_output(name) or name == "scratch"


def _survives(record: Record, tensor, distance: int) -> bool:
    """Is no byte of `tensor` read in a later step than the one in which it is overwritten? distance: from it to the tensor written."""
    replay = _REPLAYS.get(record.op.op)
    if replay is None:
        return False
    distance += _offset(record.values["output"])
    for f in record.op.fields:
        place = record.values[f.name] if f.kind == "ref" and not _is_written(f.name) else None
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
    exactly over its own.

    With stride 2 a kernel may read the picture window by window (depthwise_dsp_stride2.h), and so later: then a step is an output, and what
    either of the two orders still reads must be there.
    """
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
    if v["kernel_h"] == v["kernel_w"] == 3 and v["stride_h"] == v["stride_w"] == 2 and max(v["pad_top"], v["pad_left"]) <= 1:
        pixels = np.maximum(np.repeat(read.reshape(-1) * v["out_w"], v["in_w"]), _last_windows(v))
        return np.repeat(pixels, v["in_c"]), np.repeat(np.arange(_outputs(v)), v["out_c"])
    return np.repeat(read.reshape(-1), v["in_w"] * v["in_c"]), np.repeat(np.arange(v["batches"] * v["out_h"]), v["out_w"] * v["out_c"])


def _depthwise_conv_2d_int4(v: dict, name: str, distance: int) -> Steps | None:
    """As DEPTHWISE_CONV_2D, in the cases in which that has scratch memory."""
    if v["dilation_h"] != 1 or v["dilation_w"] != 1 or v["stride_w"] > 2:
        return None
    return _depthwise_conv_2d(v, name, distance)


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


def _conv_2d_s16(v: dict, name: str, distance: int) -> Steps:
    """A step is one channel of one pixel; the pixel's taps are read for the last."""
    return _by_channels(v, 2)


def _conv_2d_f32(v: dict, name: str, distance: int) -> Steps:
    return _by_channels(v, 4)


def _by_channels(v: dict, size: int) -> Steps:
    c, last = v["out_c"], _last_windows(v)
    read = np.where(last < 0, -1, last * c + c - 1)
    return np.repeat(read, size * v["in_c"]), np.repeat(np.arange(_outputs(v) * c), size)


def _several(size: int, replay):
    """The same steps with elements of so many bytes."""

    def several(v: dict, name: str, distance: int) -> Steps:
        read, outputs = replay(v, name, distance)
        return np.repeat(read, size), np.repeat(outputs, size)

    return several


def _elements(read: int, written: int):
    """A step is an element, of so many bytes."""
    return lambda v, name, distance: (np.repeat(np.arange(v["count"]), read), np.repeat(np.arange(v["count"]), written))


def _strided(v: dict, name: str, read: int, written: int) -> Steps:
    """A step is an element, read from a strided view."""
    starts, _ = _add(v, name, 0)  # the step at each element's first byte
    last = np.full(len(starts) + read - 1, -1)
    for byte in range(read):
        last[byte : byte + len(starts)] = np.maximum(last[byte : byte + len(starts)], starts)
    return last, np.repeat(np.arange(math.prod(v["dims"])), written)


def _integer(v: dict, name: str, distance: int) -> Steps:
    size = DTYPES[v["dtype"]][1]
    return _strided(v, name, size, 1 if v["flags"] >= INTEGERS.index("EQUAL") else size)


def _binary_s16(v: dict, name: str, distance: int) -> Steps:
    return _strided(v, name, 2, 1 if v["flags"] >= BINARIES_S16.index("EQUAL") else 2)


def _binary_f32(v: dict, name: str, distance: int) -> Steps:
    return _strided(v, name, 4, 1 if v["flags"] >= real.BINARIES.index("EQUAL") else 4)


def _select(v: dict, name: str, distance: int) -> Steps:
    return _strided(v, name, 1 if name == "condition" else v["size"], v["size"])


def _cast(v: dict, name: str, distance: int) -> Steps:
    return _elements(DTYPES[v["dtype"]][1], DTYPES[v["output_dtype"]][1])(v, name, distance)


def _cumsum(v: dict, name: str, distance: int) -> Steps:
    """A step is a number; they are taken column by column, forwards or backwards."""
    order = np.arange(v["size"])[:: -1 if v["flags"] & 2 else 1]
    steps = np.empty((v["outer"], v["size"], v["inner"]), int)
    steps[:, order] = np.arange(steps.size).reshape(v["outer"], v["inner"], v["size"]).transpose(0, 2, 1)
    steps = np.repeat(steps.reshape(-1), DTYPES[v["dtype"]][1] if "dtype" in v else 4)
    return steps, steps


def _sized(v: dict, name: str, distance: int) -> Steps:
    """A step is an element, of as many bytes as the record says."""
    if v["op"] == OP_NUMBERS["RESCALE"]:
        return _elements(v["input_bytes"], v["output_bytes"])(v, name, distance)
    narrow = 2 if v["flags"] == 2 else 1
    return _elements(*((4, narrow) if v["op"] == OP_NUMBERS["QUANTIZE"] else (narrow, 4)))(v, name, distance)


def _softmax(v: dict, name: str, distance: int) -> Steps:
    """Elements again: that a row is read as a whole before comes earlier."""
    return np.arange(v["rows"] * v["depth"]), np.arange(v["rows"] * v["depth"])


def _copy(v: dict, name: str, distance: int) -> Steps | None:
    """One run reads everything before it seems to write anything."""
    return (np.zeros(v["run"], int), np.zeros(v["run"], int)) if set(v["dims"]) == {1} else None


_REPLAYS = {
    "CONV_2D": _conv_2d, "DEPTHWISE_CONV_2D": _depthwise_conv_2d, "AVERAGE_POOL_2D": _pool, "MAX_POOL_2D": _pool, "ADD": _add,
    "BINARY": _add, "TABLE": _elements(1, 1), "QUANTIZE": _sized, "DEQUANTIZE": _sized, "SOFTMAX": _softmax, "COPY": _copy,
    "CONV_2D_S16": _conv_2d_s16, "BINARY_S16": _binary_s16, "POOL_S16": _several(2, _pool), "RESCALE": _sized, "SIGMOID_S16": _elements(2, 2), "TABLE_S16": _elements(2, 2),
    "SOFTMAX_S16": _several(2, _softmax), "INTEGER": _integer, "SELECT": _select, "CAST": _cast, "CUMSUM": _cumsum,
    "DEPTHWISE_CONV_2D_INT4": _depthwise_conv_2d_int4, "AVERAGE_POOL_2D_UP": _pool,
    "CONV_2D_F32": _conv_2d_f32, "BINARY_F32": _binary_f32, "UNARY_F32": _elements(4, 4), "POOL_2D_F32": _several(4, _pool),
    "ROWS_F32": _several(4, _softmax), "CUMSUM_F32": _cumsum,
}  # fmt: skip
