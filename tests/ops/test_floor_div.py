"""FLOOR_DIV: whole numbers."""

import numpy as np
import pytest
from reals import binary
from whole import numbers, pairs


def divisors(dtype, shape, rng):
    """Not 0, and not the -1 by which the smallest number cannot be divided."""
    values = numbers(dtype, shape, rng)
    return np.where((values == 0) | (values == -1), -3, values).astype(dtype)


@pytest.mark.parametrize("dtype", ("int8", "int16", "int32"))
def test_whole_numbers(dtype):
    pairs("FLOOR_DIV", dtype, micro=False, values=(numbers, divisors))


def test_floats():
    binary("FLOOR_DIV", fused=False, zero=False)
