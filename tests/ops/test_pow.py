"""POW: int32, and float32. TFLite Micro lacks it."""

import numpy as np
import pytest
import reals
from harness import LiteRt, one_op
from reals import BROADCASTS, EVERYWHERE, SPECIAL, near, real
from whole import numbers, pairs


def exponents(dtype, shape, rng):
    """Not negative: the reference refuses those."""
    return rng.choice([0, 1, 2, 3, 5, 16, 31, 32, 63, 64, 1000, 1001], shape).astype(dtype)


def bases(dtype, shape, rng):
    return rng.choice([0, 1, -1, 2, -2, 3, 7, -8, 1290, 46340, 46341, -46341], shape).astype(dtype)


def test_whole_numbers():
    """What does not fit is the smallest number there is."""
    pairs("POW", "int32", micro=False, values=(bases, exponents))
    pairs("POW", "int32", micro=False, values=(numbers, exponents))


def power(a_shape, b_shape):
    return one_op("POW", [real(a_shape), real(b_shape)], [real(np.broadcast_shapes(a_shape, b_shape))])


@pytest.mark.parametrize("shapes", BROADCASTS)
def test_floats(shapes):
    near(power(*shapes), 3, [[np.abs(reals.numbers(shapes[0])), reals.numbers(shapes[1], 1)]], LiteRt)


def test_floats_of_every_size():
    rng = np.random.default_rng(0)
    base = np.exp(rng.normal(size=20000) * 8).astype(np.float32)
    near(power(base.shape, base.shape), 3, [[base, rng.normal(size=base.shape).astype(np.float32) * 10]], LiteRt)
    near(power(EVERYWHERE.shape, EVERYWHERE.shape), 3, [[EVERYWHERE, rng.permutation(EVERYWHERE)]], LiteRt)


def test_special_numbers():
    """As C has them, but for what is no number, on whose power 0 C and LiteRT do not agree."""
    values = np.concatenate([SPECIAL[~np.isnan(SPECIAL)], np.float32([2, 4, -2, 16777217, 1e10])])
    near(power((len(values), 1), (1, len(values))), 3, [[values.reshape(-1, 1), values.reshape(1, -1)]], LiteRt)
