"""SIGN: int32."""

from whole import alone


def test_whole_numbers():
    alone("SIGN", "int32", micro=False)
