"""BATCH_MATMUL: int8, int16 or float32, either side transposed or broadcast."""

from ..arithmetic import quantize_multiplier
from ..graph import Op as GraphOp
from . import real
from .base import Lowering, not_int8
from .int16 import not_int16, quantize_multiplier_wide
from .movement import itemsize
from .strided import broadcast_strides, merge, pad_left, strides_of

BATCH_RANK = 3


class Op(Lowering):
    KIND = "BATCH_MATMUL"

    def wrong_types(self, op: GraphOp) -> str | None:
        return not_int8(*op.inputs, op.outputs[0])

    def unsupported(self, op):
        if reason := self.wrong_types(op):
            return reason
        return "more than three batch dimensions" if len(self.batches(op)[0]) > BATCH_RANK else None

    def batches(self, op):
        """(dims, [strides of both inputs]) of the batch dimensions."""
        shape = op.outputs[0].shape[:-2]
        views = [[stride * t.shape[-1] * t.shape[-2] for stride in broadcast_strides(t.shape[:-2], shape, itemsize(t))] for t in op.inputs]
        return merge(shape, *views)

    def matrices(self, op: GraphOp) -> dict:
        """The fields of a record that say where the numbers are."""
        a, b, output = *op.inputs, op.outputs[0]
        a_strides, b_strides = strides_of(a.shape, itemsize(a))[-2:], strides_of(b.shape, itemsize(b))[-2:]
        depth = a.shape[-1]
        if op.options.get("adj_x"):
            a_strides, depth = a_strides[::-1], a.shape[-2]
        if op.options.get("adj_y"):
            b_strides = b_strides[::-1]
        dims, (a_batch, b_batch) = self.batches(op)
        rows, columns = output.shape[-2:]
        every = [*pad_left(dims, BATCH_RANK, 1), rows, columns, depth]

        def strides(batch, row: int, column: int, deep: int) -> list[int]:
            # A stride beside a dimension of 1 is never taken: the board wants it to be 0.
            return [s if n > 1 else 0 for s, n in zip([*pad_left(batch, BATCH_RANK, 0), row, column, deep], every)]

        return {
            "a": a, "b": b, "output": output, "dims": every, "a_strides": strides(a_batch, a_strides[0], 0, a_strides[1]),
            "b_strides": strides(b_batch, 0, b_strides[1], b_strides[0]),
        }  # fmt: skip

    def lower(self, op, program):
        multiplier, shift = quantize_multiplier(factor(op))
        program.add("BATCH_MATMUL", **self.matrices(op), multiplier=multiplier, shift=shift, a_zero_point=op.inputs[0].zero_point,
                    b_zero_point=op.inputs[1].zero_point, output_zero_point=op.outputs[0].zero_point)  # fmt: skip


class Int16(Op):
    KIND = "BATCH_MATMUL"
    TYPES = ("int16",)

    def wrong_types(self, op):
        return not_int16(*op.inputs, op.outputs[0])

    def lower(self, op, program):
        multiplier, shift = quantize_multiplier_wide(factor(op))
        program.add("BATCH_MATMUL_S16", **self.matrices(op), multiplier=multiplier, shift=shift)


def factor(op: GraphOp) -> float:
    """Of the scales."""
    return op.inputs[0].scale * op.inputs[1].scale / op.outputs[0].scale


class Float(Op):
    KIND = "BATCH_MATMUL"
    TYPES = ("float32",)

    def wrong_types(self, op):
        return real.not_float(*op.inputs, op.outputs[0])

    def lower(self, op, program):
        real.matmul(program, **self.matrices(op))
