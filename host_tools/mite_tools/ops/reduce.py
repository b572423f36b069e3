"""Reductions: one number of each group of a tensor's numbers."""

import math

from ..graph import Op, Tensor
from ..image import spec
from ..image.roster.int16 import REDUCTIONS_S16
from ..program import Program
from .base import Lowering, constant_input, not_int8
from .int16 import Lowering16, not_int16
from .movement import itemsize
from .strided import merge, pad_left, strides_of

RANK = 3  # dimensions of a record, kept and reduced


class Reduction(Lowering):
    """An op whose second input names the axes that go."""

    def input_type(self, op: Op) -> str | None:
        """Why the input's type is not one that can be read, or None."""
        return not_int8(op.inputs[0])

    def unsupported(self, op: Op) -> str | None:
        if reason := self.input_type(op) or self.output_type(op) or constant_input(op, 1, "axes"):
            return reason
        return self.too_many(op)

    def too_many(self, op: Op) -> str | None:
        """Why a record has too few dimensions for the op, or None."""
        return "axes that alternate too often" if max(len(dims) for dims, _ in self.views(op)) > RANK else None

    def output_type(self, op: Op) -> str | None:
        """Why the output's type is not one that can be written, or None."""
        return not_int8(op.outputs[0])

    def views(self, op: Op):
        """(dims, [strides]) of the dimensions that stay, and of those that go."""
        shape = op.inputs[0].shape
        axes = {int(a) % len(shape) for a in op.inputs[1].data.reshape(-1)} if shape else set()
        split = [[], []]
        for axis, (size, stride) in enumerate(zip(shape, strides_of(shape, itemsize(op.inputs[0])))):
            split[axis in axes].append((size, stride))
        return [merge([size for size, _ in part], [stride for _, stride in part]) for part in split]

    def dimensions(self, op: Op) -> dict:
        """The fields of a record that say what is kept and what goes."""
        (kept, (kept_strides,)), (reduced, (reduced_strides,)) = self.views(op)
        return {
            "kept": pad_left(kept, RANK, 1), "kept_strides": pad_left(kept_strides, RANK, 0),
            "reduced": pad_left(reduced, RANK, 1), "reduced_strides": pad_left(reduced_strides, RANK, 0),
        }  # fmt: skip


class Choice(Reduction):
    """A reduction that chooses one of the numbers. REDUCTION: which of spec.REDUCTIONS."""

    REDUCTION = ""

    def lower(self, op: Op, program: Program) -> None:
        self.reduce(op, program, op.outputs[0])

    def reduce(self, op: Op, program: Program, output: Tensor) -> None:
        """Append the record that does it, to this tensor."""
        program.add(
            "REDUCE", spec.REDUCTIONS.index(self.REDUCTION), input=op.inputs[0], output=output, **self.dimensions(op),
            multiplier=0, output_multiplier=0, shift=0, output_shift=0, zero_point=0, output_zero_point=0,
        )  # fmt: skip


class Index(Choice):
    """The index of that number along one axis: int32, or int64 after a cast."""

    def output_type(self, op: Op) -> str | None:
        return None if op.outputs[0].dtype in ("int32", "int64") else f"{op.outputs[0].dtype} indices"

    def lower(self, op: Op, program: Program) -> None:
        output = op.outputs[0]
        found = output if output.dtype == "int32" else Tensor("indices", output.shape, "int32")
        self.reduce(op, program, found)
        if found is not output:
            program.add("CAST", input=found, output=output, count=output.count, dtype=spec.DTYPE_NUMBERS["int32"],
                        output_dtype=spec.DTYPE_NUMBERS["int64"])  # fmt: skip


class Reduction16(Lowering16, Reduction):
    """A reduction of int16 numbers. REDUCTION: which of REDUCTIONS_S16."""

    REDUCTION = ""

    def input_type(self, op: Op) -> str | None:
        return not_int16(op.inputs[0], centred=False)

    def output_type(self, op: Op) -> str | None:
        return not_int16(op.outputs[0], centred=False)

    def factors(self, op: Op, count: int) -> dict:
        """The fields of the record that say how a sum of `count` numbers is scaled; those that only choose have none."""
        return {"multiplier": 0, "shift": 0, "offset": 0, "output_zero_point": 0}

    def lower(self, op: Op, program: Program) -> None:
        dimensions = self.dimensions(op)
        program.add("REDUCE_S16", REDUCTIONS_S16.index(self.REDUCTION), input=op.inputs[0], output=op.outputs[0], **dimensions,
                    **self.factors(op, math.prod(dimensions["reduced"])))  # fmt: skip
