"""POW: int32 and float32."""

from . import real
from .integer import Integer


class Whole(Integer):
    KIND = "POW"
    TYPES = ("int32",)

    def function(self, op):
        """The reference's answers beyond int32: it multiplies where one exponent is broadcast, and converts a double elsewhere."""
        base, exponent = op.inputs
        return "POW_WRAPPING" if exponent.count == 1 and exponent.shape != base.shape else "POW"


class Float(real.Binary):
    KIND = "POW"
    EXACT = "5e-7"
