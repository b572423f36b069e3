"""ADD: int8, int16 or float32 with broadcasting."""

from ..arithmetic import quantize_multiplier
from . import real
from .base import FIRST_SCHEME, Lowering, fused_clamp_only, not_int8, output_bounds
from .binary import Binary16, on_one_scale
from .strided import blocks, broadcast_strides, merge, moved, pad_left, strides_of
from .integer import Integer

RANK = 4  # dimensions of a record
LEFT_SHIFT, LEFT_SHIFT_16 = 20, 15  # the reference's headroom for int8, and for int16


class Op(Lowering):
    KIND = "ADD"
    TYPES = ("int8", FIRST_SCHEME)
    BY_ELEMENT = True

    def unsupported(self, op):
        return not_int8(*op.inputs, op.outputs[0]) or fused_clamp_only(op)

    def lower(self, op, program):
        a, b, output = *op.inputs, op.outputs[0]
        twice = 2 * max(a.scale, b.scale)
        a_multiplier, a_shift = quantize_multiplier(a.scale / twice)
        b_multiplier, b_shift = quantize_multiplier(b.scale / twice)
        multiplier, shift = quantize_multiplier(twice / ((1 << LEFT_SHIFT) * output.scale))
        low, high = output_bounds(op)
        shape = output.shape
        dims, views = merge(shape, broadcast_strides(a.shape, shape), broadcast_strides(b.shape, shape), strides_of(shape))
        for dims, (a_strides, b_strides, _), (a_at, b_at, out_at) in blocks(dims, views, RANK):
            program.add(
                "ADD",
                a=moved(a, a_at), b=moved(b, b_at), output=moved(output, out_at),
                a_multiplier=a_multiplier, b_multiplier=b_multiplier, output_multiplier=multiplier,
                a_shift=a_shift, b_shift=b_shift, output_shift=shift,
                dims=pad_left(dims, RANK, 1), a_strides=pad_left(a_strides, RANK, 0), b_strides=pad_left(b_strides, RANK, 0),
                a_zero_point=a.zero_point, b_zero_point=b.zero_point, output_zero_point=output.zero_point,
                act_min=low, act_max=high,
            )  # fmt: skip


class Int16(Binary16):
    KIND = "ADD"

    def factors(self, op):
        return on_one_scale(op, LEFT_SHIFT_16)


class Whole(Integer):
    KIND = "ADD"


class Float(real.Binary):
    KIND = "ADD"
