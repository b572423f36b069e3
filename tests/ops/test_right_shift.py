"""RIGHT_SHIFT: of whole numbers with and without a sign."""

import pytest
from whole import numbers, pairs


def steps(dtype, shape, rng):
    """Also more than there are bits, and less than none."""
    return rng.choice([0, 1, 3, 7, 8, 15, 31, 32, 100, *([-1, -9] if dtype[0] == "i" else [])], shape).astype(dtype)



@pytest.mark.parametrize("dtype", ("int8", "uint8", "int16", "uint16", "int32", "uint32"))
def test_whole_numbers(dtype):
    pairs("RIGHT_SHIFT", dtype, micro=False, values=(numbers, steps))
