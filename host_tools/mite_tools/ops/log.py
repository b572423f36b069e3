"""LOG: float32."""

from . import real


class Float(real.Unary):
    KIND = "LOG"
    EXACT = "5e-7"
