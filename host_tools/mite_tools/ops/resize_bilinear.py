"""RESIZE_BILINEAR: int8, int16, float32 and the first scheme."""

import numpy as np

from . import real
from .base import FIRST_SCHEME, Lowering, constant_input, not_int8
from .int16 import not_int16
from .resize import fixed_scale

HALF_PIXEL, OF_INT16 = 1, 2  # flags


class Op(Lowering):
    KIND = "RESIZE_BILINEAR"
    TYPES = ("int8", "int16")

    def unsupported(self, op):
        return (not_int16 if op.inputs[0].dtype == "int16" else not_int8)(op.inputs[0], op.outputs[0]) or constant_input(op, 1, "size")

    def lower(self, op, program):
        input, output, align = op.inputs[0], op.outputs[0], op.options.get("align_corners", False)
        batches, in_h, in_w, channels = input.shape
        _, out_h, out_w, _ = output.shape
        flags = HALF_PIXEL * bool(op.options.get("half_pixel_centers", False)) + OF_INT16 * (input.dtype == "int16")
        program.add(
            "RESIZE_BILINEAR", flags, input=input, output=output, batches=batches, in_h=in_h, in_w=in_w, channels=channels, out_h=out_h, out_w=out_w,
            scale_h=fixed_scale(in_h, out_h, align), scale_w=fixed_scale(in_w, out_w, align),
        )  # fmt: skip


class Float(real.Float):
    KIND = "RESIZE_BILINEAR"
    RECORD = "RESIZE_BILINEAR_F32"

    def numbers(self, op):
        return [op.inputs[0], op.outputs[0]]

    def unusual(self, op):
        return constant_input(op, 1)

    def lower(self, op, program):
        input, output = op.inputs[0], op.outputs[0]
        batches, in_h, in_w, channels = input.shape
        _, out_h, out_w, _ = output.shape

        def scale(size: int, out: int) -> float:
            ends = bool(op.options.get("align_corners")) and out > 1
            return float(np.float32(size - ends) / np.float32(out - ends))

        program.add(
            self.RECORD, HALF_PIXEL * bool(op.options.get("half_pixel_centers", False)), input=input, output=output,
            batches=batches, in_h=in_h, in_w=in_w, channels=channels, out_h=out_h, out_w=out_w,
            scale_h=scale(in_h, out_h), scale_w=scale(in_w, out_w),
        )  # fmt: skip


class FirstScheme(Float):
    """Of uint8 the reference computes with real numbers, too."""

    KIND = "RESIZE_BILINEAR"
    TYPES = (FIRST_SCHEME,)
    RECORD = "RESIZE_BILINEAR_UP"

    def unsupported(self, op):
        return not_int8(op.inputs[0], op.outputs[0]) or constant_input(op, 1, "size")
