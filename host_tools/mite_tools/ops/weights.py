"""What convolutions and fully connected ops have in common: filters, biases, output multipliers."""

import numpy as np

from ..arithmetic import quantize_multiplier
from ..errors import ConvertError
from ..graph import Op
from ..image import spec
from ..program import Constant
from .base import constant_input, fused_clamp_only, not_int8


def unsupported_weights(op: Op, axis: int) -> str | None:
    """Why an op with inputs (activations, filter, bias) cannot be lowered, or None. axis: the filter's output channels."""
    if reason := not_int8(op.inputs[0], op.outputs[0]):
        return reason
    if reason := constant_input(op, 1) or fused_clamp_only(op):
        return reason
    filter, bias = op.inputs[1], bias_of(op)
    if filter.dtype != "int8":
        return f"{filter.dtype} weights"
    if not filter.is_quantized:
        return "weights without a scale"
    if np.any(filter.quantization.zero_point):
        return "weights with a zero point"
    if len(filter.quantization.scale) not in (1, filter.shape[axis]) or (
        len(filter.quantization.scale) > 1 and filter.quantization.axis != axis
    ):
        return "weights with scales along another axis"
    if bias is not None and (not bias.is_constant or bias.dtype != "int32"):
        return f"a bias that is not constant int32 ({bias.dtype})"
    return None


def bias_of(op: Op):
    """The bias tensor, or None."""
    return op.inputs[2] if len(op.inputs) > 2 else None


def channels(op: Op, weights: np.ndarray) -> tuple[Constant, int]:
    """(the block `channels` of the image, the record's flags).

    weights: int8 [out_c, taps]. The flag BOUNDED is a proof: a sum of taps, each an int8 times its weight, begun with the
    bias, never leaves +-(|bias| + 128 * sum of |weights|).
    """
    input, filter, output, bias = op.inputs[0], op.inputs[1], op.outputs[0], bias_of(op)
    weights = weights.astype(np.int64)
    folded = (0 if bias is None else bias.data.astype(np.int64)) - input.zero_point * weights.sum(1)
    if np.any(np.abs(folded) >= 2**31):
        raise ConvertError(f"{op.kind} {op.index}: a bias does not fit 32 bits")
    # In double precision, as TFLite Micro does everywhere; LiteRT's fully connected op rounds the product to a float.
    pairs = [quantize_multiplier(input.scale * float(s) / output.scale) for s in filter.quantization.scale]
    multipliers = np.array([m for m, _ in pairs], "<i4")
    shifts = np.array([s for _, s in pairs], "i1")
    largest = int((np.abs(folded) + 128 * np.abs(weights).sum(1)).max())
    flags = spec.SHARED * (len(pairs) == 1) | spec.BOUNDED * (largest < 2**30 and int(shifts.max()) <= 0)
    return Constant(folded.astype("<i4").tobytes() + multipliers.tobytes() + shifts.tobytes()), flags


def padded_rows(rows: np.ndarray) -> Constant:
    """int8 [n, k] with each row padded with zeros to a multiple of 4 bytes."""
    return Constant(np.pad(rows, ((0, 0), (0, -rows.shape[1] % 4))).astype("i1").tobytes())
