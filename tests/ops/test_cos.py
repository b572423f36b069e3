"""COS, float32."""

from reals import unary


def test_floats():
    unary("COS", 1)
