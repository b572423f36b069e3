"""RANGE: start, start + delta, ... up to a limit, all three constant."""

import math

import numpy as np

from ..graph import Op as GraphOp
from .known import Known


def count(op: GraphOp) -> int:
    """How many numbers it gives. AttributeError where an input is not constant."""
    start, limit, delta = (t.data.reshape(-1)[0] for t in op.inputs)
    if start.dtype.kind == "f":
        return max(0, math.ceil((limit - start) / delta))  # in the inputs' own precision, as in the reference
    return len(range(*map(int, (start, limit, delta))))


class Op(Known):
    KIND = "RANGE"
    TYPES = ("int32", "int64", "float32")

    def why(self):
        return "how many numbers it gives depends on inputs that are not constant"

    def value(self, op):
        """Summed up one by one in the output's type, as the reference does."""
        found = np.full(count(op), op.inputs[2].data.reshape(-1)[0], op.outputs[0].dtype)
        found[:1] = op.inputs[0].data.reshape(-1)[0]
        return np.add.accumulate(found, dtype=found.dtype)
