"""REDUCE_ALL: masks."""

import pytest
from whole import reduces


def mostly(dtype, shape, rng):
    return rng.random(shape) < 0.9


@pytest.mark.parametrize("keep", (False, True))
def test_masks(keep):
    reduces("REDUCE_ALL", "bool", micro=True, keep=keep, values=mostly)
