"""REDUCE_ANY: masks."""

import pytest
from whole import reduces


def seldom(dtype, shape, rng):
    return rng.random(shape) < 0.1


@pytest.mark.parametrize("keep", (False, True))
def test_masks(keep):
    reduces("REDUCE_ANY", "bool", keep=keep, values=seldom)
