"""Convolutions and fully connected ops on int16 activations: all become CONV_2D_S16."""

import numpy as np

from ..arithmetic import quantize_multiplier
from ..errors import ConvertError
from ..graph import Op
from ..program import Constant, Program
from .base import output_bounds
from .int16 import SHARED, WIDE, WIDE_SHIFT_MOST, halves, not_int16, quantize_multiplier_wide
from .weights import bias_of, unsupported_weights


def unsupported_int16(op: Op, axis: int, biases: tuple[str, ...] = ("int32", "int64")) -> str | None:
    """Why an op with inputs (activations, filter, bias) cannot be lowered, or None. axis, biases: as for unsupported_weights()."""
    if reason := unsupported_weights(op, axis, not_int16, biases):
        return reason
    return "an output scale that is far too small" if max(shift for _, shift in multipliers(op, True)) > WIDE_SHIFT_MOST else None


def has_wide_bias(op: Op) -> bool:
    """Does the reference add up in 64 bits? It takes the bias's type for that; without a bias 64."""
    bias = bias_of(op)
    return bias is None or bias.dtype == "int64"


def multipliers(op: Op, wide: bool) -> list[tuple[int, int]]:
    input, filter, output = op.inputs[0], op.inputs[1], op.outputs[0]
    quantize = quantize_multiplier_wide if wide else quantize_multiplier
    return [quantize(input.scale * float(s) / output.scale) for s in filter.quantization.scale]


def channels(op: Op, count: int, wide: bool) -> tuple[Constant, int]:
    """(the block `channels` for so many output channels, the record's flags)."""
    pairs, bias = multipliers(op, wide), bias_of(op)
    values = np.zeros(count, np.int64) if bias is None else bias.data.astype(np.int64)
    if not wide and np.any(np.abs(values) >= 2**31):
        raise ConvertError(f"{op.kind} {op.index}: a bias does not fit 32 bits")
    lower, upper = halves(values)
    scales = np.array([m for m, _ in pairs], "<i4").tobytes() + np.array([s for _, s in pairs], "i1").tobytes()
    return Constant((upper if wide else b"") + lower + scales), WIDE * wide + SHARED * (len(pairs) == 1)


def convolve(program: Program, op: Op, filter: np.ndarray, wide: bool, **fields) -> None:
    """Append a convolution. filter: int8 [out_c, kernel_h, kernel_w, channels of a group]; fields: the record's geometry."""
    out_c, kernel_h, kernel_w, _ = filter.shape
    block, flags = channels(op, out_c, wide)
    low, high = output_bounds(op)
    geometry = {
        "pad_top": 0, "pad_left": 0, "stride_h": 1, "stride_w": 1, "dilation_h": 1, "dilation_w": 1, "input": op.inputs[0],
        "output": op.outputs[0],
    }  # fmt: skip
    program.add("CONV_2D_S16", flags, **geometry | fields, filter=Constant(filter.astype("i1").tobytes(), align=1), channels=block,
                out_c=out_c, kernel_h=kernel_h, kernel_w=kernel_w, act_min=low, act_max=high)  # fmt: skip
