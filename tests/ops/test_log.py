"""LOG, float32."""

from reals import unary


def test_floats():
    unary("LOG", 1)
