"""DIV, int8: by numbers that are not zero."""

import numpy as np
import pytest
from harness import CLAMPS, NONE, Numbers
from pairs import A, SCALES, ZEROS, agree_on_every_pair
from reals import binary
from whole import numbers, pairs


@pytest.mark.parametrize("scales", (*SCALES, (1.0, 0.01, 50.0), (0.01, 0.5, 0.001)))
@pytest.mark.parametrize("zeros", ZEROS)
@pytest.mark.parametrize("activation", CLAMPS)
def test_every_pair(scales, zeros, activation):
    agree_on_every_pair("DIV", [Numbers(s, z) for s, z in zip(scales, zeros)], A[A != zeros[1]], activation=activation)


def divisors(dtype, shape, rng):
    """Not 0, and not the -1 by which the smallest number cannot be divided."""
    values = numbers(dtype, shape, rng)
    return np.where((values == 0) | (values == -1), 3, values).astype(dtype)


def test_whole_numbers():
    """Rounded towards zero."""
    pairs("DIV", "int32", values=(numbers, divisors), fused_activation_function=NONE)


def test_floats():
    binary("DIV", activations=CLAMPS)
