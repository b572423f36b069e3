"""What convolutions and fully connected ops have in common: filters, biases, output multipliers."""

import numpy as np

from ..arithmetic import clamp, quantize_multiplier, scale
from ..errors import ConvertError
from ..graph import Op
from ..image import spec
from ..program import Constant
from ..tflite.int4 import pack_int4
from .base import FIRST_SCHEME, constant_input, fused_clamp_only, not_int8, output_bounds

INT4 = "int4"  # the type of a filter whose numbers, int8 in the graph, have four bits in the image
WIDE = "int16"  # the type of a filter of the first scheme whose numbers, without their zero point, do not fit int8


def unsupported_weights(op: Op, axis: int, wrong=not_int8, biases: tuple[str, ...] = ("int32",)) -> str | None:
    """Why an op with inputs (activations, filter, bias) cannot be lowered, or None.

    axis: the filter's output channels; wrong: why activations are not of the right type, or None; biases: the types of those that are.
    """
    if reason := wrong(op.inputs[0], op.outputs[0]):
        return reason
    if reason := constant_input(op, 1) or fused_clamp_only(op):
        return reason
    filter, bias = op.inputs[1], bias_of(op)
    if filter.dtype not in ("int8", WIDE if FIRST_SCHEME in op.options else INT4):
        return f"{filter.dtype} weights"
    if not filter.is_quantized:
        return "weights without a scale"
    if np.any(filter.quantization.zero_point):
        return "weights with a zero point"
    if len(filter.quantization.scale) not in (1, filter.shape[axis]) or (
        len(filter.quantization.scale) > 1 and filter.quantization.axis != axis
    ):
        return "weights with scales along another axis"
    if bias is not None and (not bias.is_constant or bias.dtype not in biases):
        return f"a bias that is not constant {' or '.join(biases)} ({bias.dtype})"
    return None


def bias_of(op: Op):
    """The bias tensor, or None."""
    return op.inputs[2] if len(op.inputs) > 2 else None


def output_multipliers(op: Op) -> list[tuple[int, int]]:
    """(multiplier, shift) of each of the filter's scales: input scale * filter scale / output scale."""
    scale, output, filter = op.inputs[0].scale, op.outputs[0].scale, op.inputs[1].quantization.scale
    if FIRST_SCHEME in op.options:
        # Of uint8 the reference multiplies the scales in single precision.
        return [quantize_multiplier(float(np.float32(scale) * np.float32(s)) / output) for s in filter]
    # In double precision, the product of the scales too: in single precision sums that are nearly a tie would go the other way.
    return [quantize_multiplier(scale * float(s) / output) for s in filter]


def nibbles(numbers: Constant) -> Constant:
    """int8 numbers in four bits: two to a byte, the lower half first."""
    return Constant(pack_int4(np.frombuffer(numbers.data, np.int8)))


def asymmetric(weights: np.ndarray) -> tuple[np.ndarray, int]:
    """(int8 numbers, zero point) with weights = numbers - zero point: that nearest to 0. The weights must not span more than 255."""
    low, high = int(weights.min(initial=0)), int(weights.max(initial=0))
    zero_point = max(0, -128 - low) + min(0, 127 - high)
    return (weights + zero_point).astype(np.int8), zero_point


def folded_biases(op: Op, weights: np.ndarray) -> np.ndarray:
    """int64 [out_c]: the biases with the input's zero point folded in. weights: [out_c, taps], without a zero point of their own."""
    bias = bias_of(op)
    folded = (0 if bias is None else bias.data.astype(np.int64)) - op.inputs[0].zero_point * weights.astype(np.int64).sum(1)
    if np.any(np.abs(folded) >= 2**31):
        raise ConvertError(f"{op.kind} {op.index}: a bias does not fit 32 bits")
    return folded


def reaches(weights: np.ndarray) -> np.ndarray:
    """int64 [out_c]: how far a sum of taps can lead away from the bias, 128 * sum of |weights|. weights: [out_c, taps]."""
    return 128 * np.abs(weights.astype(np.int64)).sum(1)


def channels(op: Op, weights: np.ndarray, may_share: bool = False) -> tuple[Constant, int]:
    """(the block `channels` of the image, the record's flags).

    weights: [out_c, taps], without a zero point. may_share: a single multiplier may be stored once, as kernels for few outputs like it.

    The flag PACKED is a proof: a sum of taps, each an int8 times its weight, begun with the bias, never leaves
    +-(|bias| + 128 * sum of |weights|), which is below 2^30.
    """
    output, folded = op.outputs[0], folded_biases(op, weights)
    pairs = output_multipliers(op)
    shared = len(pairs) == 1
    reach = reaches(weights)
    if shared and may_share:
        multiplier, shift = pairs[0]
        if -spec.PACKED_SHIFT_MOST <= shift <= 0 and (np.abs(folded) + reach).max() < 2**30:
            head = np.array([multiplier, -shift], "<i4").tobytes()
            return Constant(head + folded.astype("<i4").tobytes()), spec.SHARED | spec.PACKED
    else:
        every = pairs * len(folded) if shared else pairs
        words = [packed(int(b), int(r), m, s, output_bounds(op), output.zero_point) for b, r, (m, s) in zip(folded, reach, every)]
        if None not in words:
            return Constant(np.array(words, "<i4").tobytes()), spec.PACKED
    multipliers = np.array([m for m, _ in pairs], "<i4")
    shifts = np.array([s for _, s in pairs], "i1")
    return Constant(folded.astype("<i4").tobytes() + multipliers.tobytes() + shifts.tobytes()), spec.SHARED * shared


def packed(bias: int, reach: int, multiplier: int, shift: int, bounds: tuple[int, int], zero_point: int) -> tuple[int, int] | None:
    """The two words of a channel in the layout PACKED, or None if it does not fit.

    reach: how far the sum of taps can lead away from the bias. A channel with the same output everywhere within that reach (a dead
    one, whose bias can be huge and its multiplier tiny) gets other words with that output.
    """
    limit = 1 << (31 - spec.PACKED_SHIFT_BITS)

    def ends(bias: int, shift: int) -> set[int]:
        return {clamp(scale(sum, multiplier, shift) + zero_point, *bounds) for sum in (bias - reach, bias + reach)}

    if reach == 0:
        output = ends(bias, shift).pop()
        multiplier, shift, bias = 1 << 30, 0, 2 * (output - zero_point)  # half of the bias
    elif (abs(bias) >= limit or shift < -spec.PACKED_SHIFT_MOST) and len(constant := ends(bias, shift)) == 1:
        for k in range(1, 32):
            if abs(bias >> k) < limit and -spec.PACKED_SHIFT_MOST <= shift + k <= 0 and ends(bias >> k, shift + k) == constant:
                bias, shift = bias >> k, shift + k
                break
    if abs(bias) >= limit or abs(bias) + reach >= 2**30 or not -spec.PACKED_SHIFT_MOST <= shift <= 0:
        return None
    return multiplier, bias * (1 << spec.PACKED_SHIFT_BITS) - shift


def paired_rows(rows: np.ndarray) -> Constant:
    """int8 [n, k] as FULLY_CONNECTED has them (image/roster/weights.py): rows in pairs, a last one without a partner plain."""
    padded = np.pad(rows, ((0, 0), (0, -rows.shape[1] % 4))).astype("i1").view(np.uint8)
    even = len(padded) & ~1
    four = padded[:even].reshape(even // 2, 2, padded.shape[1] // 4, 2, 2)  # [pair, row, fours of taps, the upper two, the odd one]
    pairs = four.transpose(0, 2, 4, 3, 1) ^ np.array([128, 0], np.uint8)
    return Constant(pairs.tobytes() + padded[even:].tobytes())


def padded_rows(rows: np.ndarray) -> Constant:
    """int8 [n, k] with each row padded with zeros to a multiple of 4 bytes."""
    return Constant(np.pad(rows, ((0, 0), (0, -rows.shape[1] % 4))).astype("i1").tobytes())
