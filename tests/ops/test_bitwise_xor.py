"""BITWISE_XOR: of whole numbers with and without a sign."""

import pytest
from whole import pairs


@pytest.mark.parametrize("dtype", ("int8", "uint8", "int16", "uint16", "int32", "uint32"))
def test_whole_numbers(dtype):
    pairs("BITWISE_XOR", dtype, micro=False)
