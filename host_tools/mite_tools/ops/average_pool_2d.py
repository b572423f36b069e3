"""AVERAGE_POOL_2D: int8, int16, float32 and the first scheme."""

import numpy as np

from ..graph import Op as GraphOp
from . import real
from .bands import lower_band
from .base import FIRST_SCHEME, Lowering, fused_clamp_only, not_int8, output_bounds, paddings
from .int16 import not_int16

SCALE_SLACK = 1e-6  # the reference calls scales equal that differ by no more


class Op(Lowering):
    KIND = "AVERAGE_POOL_2D"
    FLAGS = 0

    def wrong_types(self, op: GraphOp) -> str | None:
        return not_int8(op.inputs[0], op.outputs[0])

    def unsupported(self, op):
        input, output = op.inputs[0], op.outputs[0]
        if reason := self.wrong_types(op) or fused_clamp_only(op):
            return reason
        if abs(input.scale - output.scale) > SCALE_SLACK or input.zero_point != output.zero_point:
            return "input and output have different scales"
        return None

    def lower(self, op, program):
        input, output, o = op.inputs[0], op.outputs[0], op.options
        batches, in_h, in_w, channels = input.shape
        _, out_h, out_w, _ = output.shape
        low, high = output_bounds(op)
        if "band" in o:
            lower_band(op, program, act_min=low, act_max=high)
            return
        pad_top, pad_left = paddings(op, o["filter_height"], o["filter_width"])
        program.add(
            self.record(op), self.FLAGS,
            input=input, output=output, batches=batches, in_h=in_h, in_w=in_w, channels=channels, out_h=out_h, out_w=out_w,
            pad_top=pad_top, pad_left=pad_left,
            kernel_h=o["filter_height"], kernel_w=o["filter_width"], stride_h=o["stride_h"], stride_w=o["stride_w"],
            act_min=low, act_max=high,
        )  # fmt: skip

    def record(self, op) -> str:
        """The image op."""
        return "AVERAGE_POOL_2D"


class Int16(Op):
    KIND = "AVERAGE_POOL_2D"
    TYPES = ("int16",)

    def wrong_types(self, op):
        return not_int16(op.inputs[0], op.outputs[0], centred=False)

    def record(self, op):
        return "POOL_S16"


class FirstScheme(Op):
    TYPES = (FIRST_SCHEME,)
    KIND = "AVERAGE_POOL_2D"

    def record(self, op):
        """Of uint8 the reference rounds halves up. Where every window holds an odd number of pixels, there are none."""
        input, output, o = op.inputs[0], op.outputs[0], op.options
        sides = zip((1, 2), paddings(op, o["filter_height"], o["filter_width"]), (o["filter_height"], o["filter_width"]), (o["stride_h"], o["stride_w"]))
        for axis, pad, kernel, stride in sides:
            first = np.arange(output.shape[axis]) * stride - pad
            sizes = np.minimum(first + kernel, input.shape[axis]) - np.maximum(first, 0)
            if np.any(sizes % 2 == 0):
                return "AVERAGE_POOL_2D_UP"
        return "AVERAGE_POOL_2D"


class Float(real.Pool):
    KIND = "AVERAGE_POOL_2D"
    POOL = "AVERAGE"
