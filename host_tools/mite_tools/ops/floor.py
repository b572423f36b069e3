"""FLOOR: float32."""

from . import real


class Float(real.Unary):
    KIND = "FLOOR"
