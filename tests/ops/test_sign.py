"""SIGN: int32."""

from harness import LiteRt
from reals import unary
from whole import alone


def test_whole_numbers():
    alone("SIGN", "int32", micro=False)


def test_floats():
    unary("SIGN", oracle=LiteRt)
