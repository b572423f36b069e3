"""POW: int32."""

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
