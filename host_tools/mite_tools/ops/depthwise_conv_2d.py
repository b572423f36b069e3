"""DEPTHWISE_CONV_2D: int8, any stride, dilation, padding and depth multiplier."""

from ..program import Constant
from .base import Lowering
from .conv_2d import geometry
from .weights import channels, unsupported_weights


class Op(Lowering):
    KIND = "DEPTHWISE_CONV_2D"

    def unsupported(self, op):
        if reason := unsupported_weights(op, 3):
            return reason
        if op.inputs[1].shape[0] != 1 or op.outputs[0].shape[3] % op.inputs[0].shape[3]:
            return f"a filter of shape {list(op.inputs[1].shape)}"
        return None

    def lower(self, op, program):
        filter = op.inputs[1].data
        block, flags = channels(op, filter.reshape(-1, filter.shape[3]).T)
        program.add(
            "DEPTHWISE_CONV_2D",
            flags=flags,
            filter=Constant(filter.tobytes()),
            channels=block,
            multiplier=op.outputs[0].shape[3] // op.inputs[0].shape[3],
            **geometry(op, *filter.shape[1:3]),
        )
