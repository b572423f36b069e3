"""NEG: whole numbers."""

import pytest
from reals import unary
from whole import alone


@pytest.mark.parametrize("dtype", ("int8", "int16", "int32", "int64"))
def test_whole_numbers(dtype):
    alone("NEG", dtype, micro=False)


def test_floats():
    unary("NEG")
