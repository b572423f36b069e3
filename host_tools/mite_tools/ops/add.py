"""ADD: int8 with broadcasting."""

from ..arithmetic import quantize_multiplier
from .base import Lowering, fused_clamp_only, not_int8, output_bounds
from .strided import broadcast_strides, merge, pad_left

LEFT_SHIFT = 20  # the reference's headroom for int8


class Op(Lowering):
    KIND = "ADD"

    def unsupported(self, op):
        if reason := not_int8(*op.inputs, op.outputs[0]) or fused_clamp_only(op):
            return reason
        dims, _ = self.view(op)
        return f"broadcasting in {len(dims)} dimensions" if len(dims) > 4 else None

    def view(self, op):
        out = op.outputs[0].shape
        return merge(out, *(broadcast_strides(t.shape, out) for t in op.inputs))

    def lower(self, op, program):
        a, b, output = *op.inputs, op.outputs[0]
        twice = 2 * max(a.scale, b.scale)
        a_multiplier, a_shift = quantize_multiplier(a.scale / twice)
        b_multiplier, b_shift = quantize_multiplier(b.scale / twice)
        multiplier, shift = quantize_multiplier(twice / ((1 << LEFT_SHIFT) * output.scale))
        low, high = output_bounds(op)
        dims, (a_strides, b_strides) = self.view(op)
        program.add(
            "ADD",
            a=a, b=b, output=output,
            a_multiplier=a_multiplier, b_multiplier=b_multiplier, output_multiplier=multiplier,
            a_shift=a_shift, b_shift=b_shift, output_shift=shift,
            dims=pad_left(dims, 4, 1), a_strides=pad_left(a_strides, 4, 0), b_strides=pad_left(b_strides, 4, 0),
            a_zero_point=a.zero_point, b_zero_point=b.zero_point, output_zero_point=output.zero_point,
            act_min=low, act_max=high,
        )  # fmt: skip
