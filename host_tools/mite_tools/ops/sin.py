"""SIN: float32."""

from . import real


class Float(real.Unary):
    KIND = "SIN"
    EXACT = "5e-7"
