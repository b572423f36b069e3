"""FULLY_CONNECTED: int8."""

from .base import Lowering, output_bounds
from .weights import channels, padded_rows, unsupported_weights


class Op(Lowering):
    KIND = "FULLY_CONNECTED"

    def unsupported(self, op):
        if reason := unsupported_weights(op, 0):
            return reason
        if op.options["weights_format"]:
            return "shuffled weights"
        return None

    def lower(self, op, program):
        filter = op.inputs[1].data
        outputs, depth = filter.shape
        block, flags = channels(op, filter, may_share=True)
        low, high = output_bounds(op)
        program.add(
            "FULLY_CONNECTED",
            flags=flags,
            input=op.inputs[0],
            output=op.outputs[0],
            filter=padded_rows(filter),
            channels=block,
            batches=op.inputs[0].count // depth,
            depth=depth,
            outputs=outputs,
            output_zero_point=op.outputs[0].zero_point,
            act_min=low,
            act_max=high,
        )
