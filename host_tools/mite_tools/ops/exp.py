"""EXP: int16 by a table, float32."""

import math

import numpy as np

from ..graph import Op as GraphOp
from ..program import Constant
from . import real
from .int16 import Lowering16, int16_table, not_int16

STEPS = 32  # of the table from 1 to 2
# The polynomial's coefficients, for a whole power of 2.
CUBIC, SQUARE, LINEAR = (float.fromhex(number) for number in ("0x1.c6af84b912394p-5", "0x1.ebfce50fac4f3p-3", "0x1.62e42ff0c52d6p-1"))


class Float(real.Unary):
    KIND = "EXP"
    EXACT = "5e-7"


class Int16(Lowering16):
    KIND = "EXP"

    def table(self, op: GraphOp) -> np.ndarray:
        input, output = op.inputs[0], op.outputs[0]
        return int16_table(input.scale, input.zero_point, output.scale, exponential)

    def unsupported(self, op):
        if reason := not_int16(op.inputs[0], op.outputs[0]):
            return reason
        try:
            self.table(op)
        except OverflowError:
            return f"an input scale of {op.inputs[0].scale}, whose exponentials are beyond single precision"
        return None

    def lower(self, op, program):
        table = Constant(self.table(op).tobytes())
        program.add("TABLE_S16", input=op.inputs[0], output=op.outputs[0], table=table, count=op.inputs[0].count)


def exponential(x: np.float32) -> np.float32:
    """exp(x) to the last bit as the reference's C library (glibc's expf) rounds it: 2^(i / 32) by a table, the rest by a polynomial in double precision.

    OverflowError where that is no single-precision number.
    """
    steps = float(x) * (math.log2(math.e) * STEPS)
    whole = round(steps)
    rest = steps - whole
    third, second, first = (coefficient / STEPS**power for power, coefficient in ((3, CUBIC), (2, SQUARE), (1, LINEAR)))
    value = (third * rest + second) * (rest * rest) + (first * rest + 1)
    result = math.ldexp(value * 2.0 ** (whole % STEPS / STEPS), whole // STEPS)
    if result > float(np.finfo(np.float32).max):
        raise OverflowError(x)
    return np.float32(result)
