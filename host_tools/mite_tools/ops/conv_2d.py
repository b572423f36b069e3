"""CONV_2D: int8, int16, float32 and the first scheme, any stride, dilation, padding and number of groups."""

from ..graph import Op as GraphOp
from . import real
from .base import FIRST_SCHEME, Lowering, output_bounds, paddings
from .convolution import add_convolution
from .convolution_int16 import convolve, has_wide_bias, unsupported_int16
from .int16 import Lowering16
from .weights import unsupported_weights
from .winograd import FASTER_ON, add_winograd


class Op(Lowering):
    KIND = "CONV_2D"
    TYPES = ("int8", FIRST_SCHEME)

    def unsupported(self, op):
        if reason := unsupported_weights(op, 0):
            return reason
        return uneven_groups(op)

    def lower(self, op, program):
        filter = op.inputs[1].data
        groups = op.inputs[0].shape[3] // filter.shape[3]
        fields = geometry(op, *filter.shape[1:3])
        if not (program.processor in FASTER_ON and add_winograd(program, op, fields)):
            add_convolution(program, op, filter.reshape(filter.shape[0], -1), groups=groups, **fields)


def uneven_groups(op: GraphOp) -> str | None:
    """Why the channels do not go into groups as large as the filter's, or None."""
    in_c, out_c, filter_c = op.inputs[0].shape[3], *(op.inputs[1].shape[i] for i in (0, 3))
    if in_c % filter_c or out_c % (in_c // filter_c):
        return f"{in_c} channels in, {filter_c} in the filter"
    return None


def geometry(op: GraphOp, kernel_h: int, kernel_w: int) -> dict:
    """The fields that both int8 convolutions' records share."""
    input, output = op.inputs[0], op.outputs[0]
    low, high = output_bounds(op)
    return window(op, kernel_h, kernel_w) | {
        "out_c": output.shape[3], "kernel_h": kernel_h, "kernel_w": kernel_w, "input_zero_point": input.zero_point,
        "output_zero_point": output.zero_point, "act_min": low, "act_max": high,
    }  # fmt: skip


def window(op: GraphOp, kernel_h: int, kernel_w: int) -> dict:
    """The fields that say how the kernel goes over the pictures."""
    input, output, o = op.inputs[0], op.outputs[0], op.options
    batches, in_h, in_w, in_c = input.shape
    _, out_h, out_w, _ = output.shape
    pad_top, pad_left = paddings(op, kernel_h, kernel_w)
    return {
        "input": input, "output": output, "batches": batches, "in_h": in_h, "in_w": in_w, "in_c": in_c,
        "out_h": out_h, "out_w": out_w, "stride_h": o["stride_h"], "stride_w": o["stride_w"],
        "dilation_h": o["dilation_hfactor"], "dilation_w": o["dilation_wfactor"], "pad_top": pad_top, "pad_left": pad_left,
    }  # fmt: skip


class Int16(Lowering16):
    KIND = "CONV_2D"

    def unsupported(self, op):
        return unsupported_int16(op, 0) or uneven_groups(op)

    def lower(self, op, program):
        filter = op.inputs[1].data
        convolve(program, op, filter, has_wide_bias(op), groups=op.inputs[0].shape[3] // filter.shape[3], **window(op, *filter.shape[1:3]))


class Float(real.Weighted):
    KIND = "CONV_2D"

    def lower(self, op, program):
        filter, o = op.inputs[1], op.options
        kernel = filter.shape[1:3]
        real.convolution(
            program, op.inputs[0], op.outputs[0], filter, real.bias_of(op, 2, filter.shape[0]), kernel, paddings(op, *kernel), real.bounds(op),
            op.inputs[0].shape[3] // filter.shape[3], (o["stride_h"], o["stride_w"]), (o["dilation_hfactor"], o["dilation_wfactor"]),
        )  # fmt: skip
