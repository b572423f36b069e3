"""What each channel of a tensor can be, whatever comes in: the smallest and largest number, proven by interval arithmetic. Not a pass."""

import numpy as np

from ..arithmetic import activation_bounds, clamp, quantize_multiplier, scale
from ..graph import Graph, Op, Tensor
from ..ops.base import FIRST_SCHEME, output_bounds, paddings
from ..ops.weights import bias_of, output_multipliers

Range = tuple[np.ndarray, np.ndarray]  # smallest and largest of each channel (the last dimension), int64
LEFT_SHIFT = 20  # ADD's headroom

VIEWS = ("RESHAPE", "SQUEEZE", "EXPAND_DIMS")


def ranges(graph: Graph) -> dict[Tensor, Range]:
    """Of every int8 tensor that an op makes. Channels are the last dimension."""
    found: dict[Tensor, Range] = {}
    for op in graph.ops:
        for t in op.outputs:
            if t.dtype == "int8" and t.shape:
                found[t] = _FUNCTIONS.get(op.kind, _unknown)(op, found)
    return found


def of(tensor: Tensor, found: dict[Tensor, Range]) -> Range:
    """A tensor's range: all of int8 where nothing better is known."""
    return found[tensor] if tensor in found else _everything(tensor)


def _everything(tensor: Tensor) -> Range:
    n = tensor.shape[-1]
    return np.full(n, -128), np.full(n, 127)


def _unknown(op: Op, found: dict) -> Range:
    return _everything(op.outputs[0])


def reaches_outside(op: Op) -> bool:
    """Does any window of a convolution hold a pixel outside of the picture?"""
    o, (kernel_h, kernel_w) = op.options, op.inputs[1].shape[1:3]
    before = paddings(op, kernel_h, kernel_w)
    sides = zip((1, 2), before, (kernel_h, kernel_w), (o["stride_h"], o["stride_w"]), (o["dilation_hfactor"], o["dilation_wfactor"]))
    for axis, first, kernel, stride, dilation in sides:
        last = (op.outputs[0].shape[axis] - 1) * stride + (kernel - 1) * dilation - first
        if first or last >= op.inputs[0].shape[axis]:
            return True
    return False


def _sums(op: Op, weights: np.ndarray, low: np.ndarray, high: np.ndarray) -> Range:
    """weights: [outputs, inputs, taps]; low, high: [inputs], without the zero point. The range of the accumulators."""
    weights = weights.astype(np.int64)
    positive, negative = np.maximum(weights, 0).sum(2), np.minimum(weights, 0).sum(2)
    bias = bias_of(op)
    start = 0 if bias is None else bias.data.astype(np.int64)
    return start + positive @ low + negative @ high, start + positive @ high + negative @ low


def _requantized(op: Op, sums: Range) -> Range:
    """The range of the outputs: requantization never turns an order around."""
    output, bounds, pairs = op.outputs[0], output_bounds(op), output_multipliers(op)
    result = _everything(Tensor("", (len(sums[0]),), "int8"))
    for c, (low, high) in enumerate(zip(*sums)):
        multiplier, shift = pairs[c if len(pairs) > 1 else 0]
        if max(abs(int(low)), abs(int(high))) << max(shift, 0) >= 1 << 31:
            continue  # it could wrap around
        for side, value in enumerate((low, high)):
            result[side][c] = clamp(scale(int(value), multiplier, shift) + output.zero_point, *bounds)
    return result


def _without_zero_point(op: Op, found: dict, padded: bool) -> Range:
    low, high = (side - op.inputs[0].zero_point for side in of(op.inputs[0], found))
    return (np.minimum(low, 0), np.maximum(high, 0)) if padded else (low, high)


def _conv_2d(op: Op, found: dict) -> Range:
    outputs, _, _, inputs = op.inputs[1].shape
    if inputs != op.inputs[0].shape[3]:
        return _unknown(op, found)
    weights = op.inputs[1].data.reshape(outputs, -1, inputs).transpose(0, 2, 1)
    return _requantized(op, _sums(op, weights, *_without_zero_point(op, found, reaches_outside(op))))


def _depthwise_conv_2d(op: Op, found: dict) -> Range:
    outputs = op.inputs[1].shape[3]
    low, high = _without_zero_point(op, found, reaches_outside(op))
    source = np.arange(outputs) // (outputs // len(low))
    weights = op.inputs[1].data.astype(np.int64).reshape(-1, outputs)
    positive, negative = np.maximum(weights, 0).sum(0), np.minimum(weights, 0).sum(0)
    bias = bias_of(op)
    start = 0 if bias is None else bias.data.astype(np.int64)
    low, high = low[source], high[source]
    return _requantized(op, (start + positive * low + negative * high, start + positive * high + negative * low))


def _fully_connected(op: Op, found: dict) -> Range:
    if FIRST_SCHEME in op.options:  # its sums are rounded in a way of their own
        return _unknown(op, found)
    low, high = _without_zero_point(op, found, False)
    times = op.inputs[1].shape[1] // len(low)  # a picture's channels come around again with each pixel
    if times * len(low) != op.inputs[1].shape[1]:
        return _unknown(op, found)
    return _requantized(op, _sums(op, op.inputs[1].data[:, :, None], np.tile(low, times), np.tile(high, times)))


def _pool(op: Op, found: dict) -> Range:
    """Neither a mean nor a maximum leaves the range of its numbers."""
    return tuple(np.clip(side, *output_bounds(op)) for side in of(op.inputs[0], found))


def _view(op: Op, found: dict) -> Range:
    low, high = of(op.inputs[0], found) if op.inputs[0].shape else (np.array([-128]), np.array([127]))
    channels = op.outputs[0].shape[-1]
    if channels % len(low):
        return _unknown(op, found)
    return np.tile(low, channels // len(low)), np.tile(high, channels // len(low))


def _pad(op: Op, found: dict) -> Range:
    input, output = op.inputs[0], op.outputs[0]
    if input.shape[-1:] != output.shape[-1:] or op.kind != "PAD" or not output.is_quantized:
        return _unknown(op, found)
    low, high = of(input, found)
    return np.minimum(low, output.zero_point), np.maximum(high, output.zero_point)


def _add(op: Op, found: dict) -> Range:
    """Both inputs only ever push the sum upwards."""
    output, sides = op.outputs[0], []
    twice = 2 * max(t.scale for t in op.inputs)
    multiplier, shift = quantize_multiplier(twice / ((1 << LEFT_SHIFT) * output.scale))
    parts = []
    for t in op.inputs:
        known = (t.data.reshape(-1, t.shape[-1]).min(0), t.data.reshape(-1, t.shape[-1]).max(0)) if t.is_constant and t.shape else None
        low, high = known or (of(t, found) if t.shape else (np.array([-128]), np.array([127])))
        if len(low) not in (1, output.shape[-1]):
            return _unknown(op, found)
        parts.append((t.zero_point, *quantize_multiplier(t.scale / twice), low, high))
    bounds = activation_bounds(op.options["fused_activation_function"], output.scale, output.zero_point, "int8")
    for side in (3, 4):
        values = []
        for c in range(output.shape[-1]):
            total = 0
            for part in parts:
                number = int(part[side][c % len(part[side])])
                total += scale((number - part[0]) << LEFT_SHIFT, part[1], part[2])
            values.append(clamp(scale(total, multiplier, shift) + output.zero_point, *bounds))
        sides.append(np.array(values))
    return tuple(sides)


_FUNCTIONS = {
    "CONV_2D": _conv_2d, "DEPTHWISE_CONV_2D": _depthwise_conv_2d, "FULLY_CONNECTED": _fully_connected, "AVERAGE_POOL_2D": _pool,
    "MAX_POOL_2D": _pool, "PAD": _pad, "ADD": _add, **dict.fromkeys(VIEWS, _view),
}  # fmt: skip
