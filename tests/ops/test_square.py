"""SQUARE, float32."""

from reals import unary


def test_floats():
    unary("SQUARE")
