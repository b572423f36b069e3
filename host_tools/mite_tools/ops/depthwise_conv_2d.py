"""DEPTHWISE_CONV_2D: int8 and the first scheme, any stride, dilation, padding and depth multiplier."""

import numpy as np

from ..program import Constant
from .base import FIRST_SCHEME, Lowering
from .conv_2d import geometry
from .weights import asymmetric, channels, unsupported_weights


class Op(Lowering):
    KIND = "DEPTHWISE_CONV_2D"
    TYPES = ("int8", FIRST_SCHEME)

    def unsupported(self, op):
        if reason := unsupported_weights(op, 3):
            return reason
        if op.inputs[1].shape[0] != 1 or op.outputs[0].shape[3] % op.inputs[0].shape[3]:
            return f"a filter of shape {list(op.inputs[1].shape)}"
        return None

    def lower(self, op, program):
        filter = op.inputs[1].data
        wide = filter.dtype != np.int8
        block, flags = channels(op, filter.reshape(-1, filter.shape[3]).T, may_share=wide)
        multiplier = op.outputs[0].shape[3] // op.inputs[0].shape[3]
        fields = {"channels": block, "multiplier": multiplier, **geometry(op, *filter.shape[1:3])}
        if wide:
            stored, zero_point = asymmetric(filter)
            program.add("DEPTHWISE_CONV_2D_ASYMMETRIC", flags=flags, filter=Constant(stored.tobytes()), filter_zero_point=zero_point, **fields)
        else:
            program.add("DEPTHWISE_CONV_2D", flags=flags, filter=Constant(filter.tobytes()), **fields)
