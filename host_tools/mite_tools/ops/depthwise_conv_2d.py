"""DEPTHWISE_CONV_2D: int8, int16, float32 and the first scheme, any stride, dilation, padding and depth multiplier."""

import numpy as np

from ..graph import Op as GraphOp
from ..program import Constant
from . import real
from .base import FIRST_SCHEME, Lowering, paddings
from .conv_2d import geometry, window
from .convolution import add_apart
from .convolution_int16 import convolve, unsupported_int16
from .int16 import Lowering16
from .weights import INT4, bias_of, channels, nibbles, unsupported_weights


class Op(Lowering):
    KIND = "DEPTHWISE_CONV_2D"
    TYPES = ("int8", FIRST_SCHEME)

    def unsupported(self, op):
        if reason := unsupported_weights(op, 3):
            return reason
        return uneven_multiplier(op)

    def lower(self, op, program):
        filter = op.inputs[1].data  # [1, kernel_h, kernel_w, out_c]
        fields, multiplier = geometry(op, *filter.shape[1:3]), op.outputs[0].shape[3] // op.inputs[0].shape[3]

        def add(rows):
            block, flags = channels(op, rows)
            numbers = Constant(rows.T.tobytes())
            if op.inputs[1].dtype == INT4:
                program.add("DEPTHWISE_CONV_2D_INT4", flags=flags, filter=nibbles(numbers), channels=block, multiplier=multiplier, **fields)
            else:
                program.add("DEPTHWISE_CONV_2D", flags=flags, filter=numbers, channels=block, multiplier=multiplier, **fields)

        add_apart(program, op, filter.reshape(-1, filter.shape[3]).T, np.arange(filter.shape[3]) // multiplier, 1, fields, add)


class Int16(Lowering16):
    KIND = "DEPTHWISE_CONV_2D"

    def unsupported(self, op):
        if bias_of(op) is None:
            return "no bias, which TFLite Micro cannot run either"
        return unsupported_int16(op, 3, ("int64",)) or uneven_multiplier(op)

    def lower(self, op, program):
        # Groups of one channel: each output's taps are a row of the filter.
        filter = op.inputs[1].data.transpose(3, 1, 2, 0)
        convolve(program, op, filter, True, groups=op.inputs[0].shape[3], **window(op, *filter.shape[1:3]))


def uneven_multiplier(op: GraphOp) -> str | None:
    """Why there is no whole number of outputs for each input channel, or None."""
    if op.inputs[1].shape[0] != 1 or op.outputs[0].shape[3] % op.inputs[0].shape[3]:
        return f"a filter of shape {list(op.inputs[1].shape)}"
    return None


class Float(real.Weighted):
    KIND = "DEPTHWISE_CONV_2D"

    def lower(self, op, program):
        filter, o = op.inputs[1], op.options
        kernel, groups = filter.shape[1:3], op.inputs[0].shape[3]
        rows = Constant(np.ascontiguousarray(filter.data[0].transpose(2, 0, 1)).tobytes())  # a plain convolution of as many groups as channels
        real.convolution(
            program, op.inputs[0], op.outputs[0], rows, real.bias_of(op, 2, filter.shape[3]), kernel, paddings(op, *kernel), real.bounds(op),
            groups, (o["stride_h"], o["stride_w"]), (o["dilation_hfactor"], o["dilation_wfactor"]),
        )  # fmt: skip
