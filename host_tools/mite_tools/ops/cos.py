"""COS: float32."""

from . import real


class Float(real.Unary):
    KIND = "COS"
    EXACT = "5e-7"
