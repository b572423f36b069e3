"""Ops whose answer the host knows: it becomes a constant of the image."""

import numpy as np

from ..graph import Op
from ..program import Constant, Program
from .base import MOVABLE, Lowering
from .movement import itemsize
from .strided import copy


class Known(Lowering):
    """An op that is told by constants, or by the shapes of its inputs. The pass `fold` takes most of them out of the graph."""

    TYPES = MOVABLE
    BY_SHAPE = False  # do its inputs' shapes tell, whatever they hold?

    def unsupported(self, op: Op) -> str | None:
        if not self.BY_SHAPE and not all(t is None or t.is_constant for t in op.inputs):
            return self.why()
        return None

    def why(self) -> str:
        """What stands in the way where an input is computed."""
        return "its inputs are not constant"

    def value(self, op: Op) -> np.ndarray:
        """The answer."""
        raise NotImplementedError

    def lower(self, op: Op, program: Program) -> None:
        output, value = op.outputs[0], self.value(op)
        if value.shape != output.shape:
            raise ValueError(f"{op.kind} gives {value.shape}, not {output.shape}")
        if output.count:
            size = itemsize(output)
            copy(program, Constant(np.ascontiguousarray(value, output.dtype).tobytes()), output, (output.count,), (size,), (size,), size)
