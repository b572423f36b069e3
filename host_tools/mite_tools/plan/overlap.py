"""Where an output may share memory with an input that its op reads for the last time.

Every kernel keeps to the order of reading and writing that SPEC.md ("Order of reading and writing") promises for its op. From that
order follows how far in front of the input an output must begin, so that nothing is overwritten that is still to be read. `verify()`
does not trust these rules: it replays the order step by step.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..graph import Tensor
from ..image.roster import real
from ..image.roster.int16 import BINARIES_S16
from ..image.roster.integers import COMPARISONS, INTEGERS
from ..image.spec import DTYPES
from ..program import Part, Record, storage


@dataclass(frozen=True)
class Rule:
    """Distances (address of the output minus that of the input, in bytes) at which the two may overlap."""

    most: int  # every distance up to this one
    only: bool = False  # no distance but `most` itself

    def allows(self, distance: int) -> bool:
        return distance == self.most if self.only else distance <= self.most


def rules(record: Record) -> dict[Tensor, Rule]:
    """The inputs of a record that its output may overlap, and how. Distances are between the tensors that own the memory."""
    find = _FINDERS.get(record.op.op)
    if find is None:
        return {}
    found: dict[Tensor, Rule | None] = {}
    shift = _offset(record.values["output"])
    for f in record.op.fields:
        if f.kind != "ref" or f.name in ("output", "scratch"):
            continue
        tensor = storage(place := record.values[f.name])
        if tensor is None:
            continue
        rule = find(record.values, f.name)
        if rule is not None:
            rule = Rule(rule.most + _offset(place) - shift, rule.only)
        if tensor in found:  # read twice: both ways must be safe
            rule = _both(found[tensor], rule)
        found[tensor] = rule
    return {tensor: rule for tensor, rule in found.items() if rule is not None}


def _offset(place) -> int:
    return place.offset if isinstance(place, Part) else 0


def _both(a: Rule | None, b: Rule | None) -> Rule | None:
    if a is None or b is None or a.only or b.only:
        return None
    return Rule(min(a.most, b.most))


def _first_tap(out: int, size: int, kernel: int, stride: int, dilation: int, pad: int) -> np.ndarray:
    """[out]: for each output position the first input position under its kernel; `size` where all taps are outside."""
    taps = np.arange(out)[:, None] * stride - pad + np.arange(kernel) * dilation
    return np.where((taps >= 0) & (taps < size), taps, size).min(1)


def _first_pixels(v: dict) -> np.ndarray:
    """For each output pixel in raster order the first input pixel that it or any later one reads; past the end where none does."""
    y = _first_tap(v["out_h"], v["in_h"], v["kernel_h"], v["stride_h"], v.get("dilation_h", 1), v["pad_top"])
    x = _first_tap(v["out_w"], v["in_w"], v["kernel_w"], v["stride_w"], v.get("dilation_w", 1), v["pad_left"])
    pixels, end = v["in_h"] * v["in_w"], v["batches"] * v["in_h"] * v["in_w"]
    one = np.where((y[:, None] < v["in_h"]) & (x < v["in_w"]), y[:, None] * v["in_w"] + x, end)
    every = np.minimum(np.arange(v["batches"])[:, None] * pixels + one.reshape(1, -1), end).reshape(-1)
    return np.minimum.accumulate(every[::-1])[::-1]


def _conv_2d(v: dict, name: str) -> Rule | None:
    """Tile by tile: when a pixel is written, at the least all pixels up to it have been read.

    A tile of one pixel is the worst case: larger ones read earlier and write later.
    """
    if v["groups"] != 1:
        return None
    later = _first_pixels(v)[1:] * v["in_c"]
    written = np.arange(1, len(later) + 1) * v["out_c"]
    return Rule(int((later - written).min(initial=v["batches"] * v["in_h"] * v["in_w"] * v["in_c"])))


def _depthwise_conv_2d(v: dict, name: str) -> Rule | None:
    """Channel by channel through the picture, row by row: an output only ever lands on its own channel, on rows that have been read."""
    if not v["scratch_bytes"] or v["multiplier"] != 1 or v["in_c"] != v["out_c"]:
        return None
    read = np.clip(np.arange(v["out_h"]) * v["stride_h"] - v["pad_top"] + v["kernel_h"], 0, v["in_h"])
    written = np.arange(1, v["out_h"] + 1) * v["out_w"]
    fits = (written <= read * v["in_w"]).all()
    if v["batches"] > 1:  # a picture must not reach into the next one
        fits &= v["out_h"] * v["out_w"] <= v["in_h"] * v["in_w"]
    return Rule(0, only=True) if fits else None


def _depthwise_conv_2d_int4(v: dict, name: str) -> Rule | None:
    """Like DEPTHWISE_CONV_2D, where its kernel takes the scratch memory that the filter leaves."""
    return _depthwise_conv_2d(v, name) if v["dilation_h"] == v["dilation_w"] == 1 and v["stride_w"] <= 2 else None


def _pool(v: dict, name: str) -> Rule:
    """Pixel by pixel, and in each channel by channel."""
    first = _first_pixels(v)
    return Rule(int(((first - np.arange(len(first))) * v["channels"]).min()))


def _by_channels(v: dict, size: int) -> Rule:
    """Pixel by pixel, channel by channel, in elements of `size` bytes: the last channel of a pixel still reads all that the pixel does."""
    written = np.arange(1, v["batches"] * v["out_h"] * v["out_w"] + 1) * v["out_c"] - 1  # elements, before the last channel is
    apart = (_first_pixels(v) * v["in_c"] - written)[written > 0]
    return Rule(size * int(apart.min(initial=v["batches"] * v["in_h"] * v["in_w"] * v["in_c"])))


def _conv_2d_s16(v: dict, name: str) -> Rule:
    return _by_channels(v, 2)


def _conv_2d_f32(v: dict, name: str) -> Rule:
    return _by_channels(v, 4)


def _pool_s16(v: dict, name: str) -> Rule:
    return Rule(2 * _pool(v, name).most)


def _add(v: dict, name: str) -> Rule | None:
    return _elementwise(v, name, 1, 1)


def _binary_s16(v: dict, name: str) -> Rule | None:
    return _elementwise(v, name, 2, 1 if BINARIES_S16[v["flags"]] in COMPARISONS else 2)


def _binary_f32(v: dict, name: str) -> Rule | None:
    return _elementwise(v, name, 4, 1 if real.BINARIES[v["flags"]] in COMPARISONS else 4)


def _pool_f32(v: dict, name: str) -> Rule:
    return Rule(4 * _pool(v, name).most)


def _same_size(v: dict, name: str) -> Rule | None:
    """Element by element, upwards; the table, a constant, is not in the arena."""
    return Rule(0) if name == "input" else None


def _rescale(v: dict, name: str) -> Rule:
    return _resized(v["count"], v["input_bytes"], v["output_bytes"])


def _dequantize(v: dict, name: str) -> Rule:
    return _resized(v["count"], 2 if v["flags"] == 2 else 1, 4)


def _elementwise(v: dict, name: str, read: int, written: int) -> Rule | None:
    """Element by element, upwards, from `read` bytes each to `written`, unless this input is read in another order."""
    stride = read
    for size, own in zip(v["dims"][::-1], v[f"{name}_strides"][::-1]):
        if size > 1 and own != stride:
            return None
        stride *= size
    return _resized(math.prod(v["dims"]), read, written)


def _resized(count: int, read: int, written: int) -> Rule:
    """What is written of each element must not reach the next one: of narrower ones the first is the nearest, of wider ones the last."""
    return Rule((1 if read > written else count - 1) * (read - written) if count > 1 else 1 << 30)


def _integer(v: dict, name: str) -> Rule | None:
    size = DTYPES[v["dtype"]][1]
    return _elementwise(v, name, size, 1 if INTEGERS[v["flags"]] in COMPARISONS else size)


def _select(v: dict, name: str) -> Rule | None:
    return _elementwise(v, name, 1 if name == "condition" else v["size"], v["size"])


def _cast(v: dict, name: str) -> Rule:
    return _resized(v["count"], DTYPES[v["dtype"]][1], DTYPES[v["output_dtype"]][1])


def _cumsum(v: dict, name: str) -> Rule:
    """Column by column: each number only ever lands on its own."""
    return Rule(0, only=True)


def _copy(v: dict, name: str) -> Rule | None:
    """A single run is a memmove."""
    return Rule(1 << 30) if all(n == 1 for n in v["dims"]) else None


_FINDERS: dict[str, Callable[[dict, str], Rule | None]] = {
    "CONV_2D": _conv_2d,
    "DEPTHWISE_CONV_2D": _depthwise_conv_2d,
    "DEPTHWISE_CONV_2D_INT4": _depthwise_conv_2d_int4,
    "AVERAGE_POOL_2D": _pool,
    "AVERAGE_POOL_2D_UP": _pool,
    "MAX_POOL_2D": _pool,
    "ADD": _add,
    "BINARY": _add,
    "TABLE": _same_size,
    "SOFTMAX": _same_size,
    "QUANTIZE": _same_size,  # fewer bytes for each four
    "DEQUANTIZE": _dequantize,
    "COPY": _copy,
    "INTEGER": _integer,
    "SELECT": _select,
    "CAST": _cast,
    "CUMSUM": _cumsum,
    "CONV_2D_S16": _conv_2d_s16,
    "BINARY_S16": _binary_s16,
    "POOL_S16": _pool_s16,
    "RESCALE": _rescale,
    "SIGMOID_S16": _same_size,
    "TABLE_S16": _same_size,
    "SOFTMAX_S16": _same_size,
    "CONV_2D_F32": _conv_2d_f32,
    "BINARY_F32": _binary_f32,
    "UNARY_F32": _same_size,
    "POOL_2D_F32": _pool_f32,
    "ROWS_F32": _same_size,
    "CUMSUM_F32": _cumsum,
}
