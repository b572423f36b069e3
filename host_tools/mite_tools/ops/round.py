"""ROUND: float32, to the nearest whole number, halves to even."""

from . import real


class Float(real.Unary):
    KIND = "ROUND"
