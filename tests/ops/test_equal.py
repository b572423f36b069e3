"""EQUAL, int8 or int16 to bool."""

import pytest
from harness import LiteRt, Numbers, agree
from pairs import BROADCASTS, SCALES, ZEROS, agree_on_every_pair, pair
from reals import binary
from sixteen import agree_on_comparisons, agree_on_pairs
from whole import numbers, pairs

OPTIONS = dict(output="bool", fused=False)


@pytest.mark.parametrize("scales", SCALES)
@pytest.mark.parametrize("zeros", ZEROS)
def test_every_pair(scales, zeros):
    agree_on_every_pair("EQUAL", [Numbers(s, z) for s, z in zip(scales, zeros)], **OPTIONS)


@pytest.mark.parametrize("shapes", BROADCASTS)
def test_broadcast(shapes):
    numbers = [Numbers(0.05, 2)] * 3
    agree(pair("EQUAL", *shapes, numbers, **OPTIONS))
    agree(pair("EQUAL", *reversed(shapes), numbers, **OPTIONS))


def test_int16():
    for scales in ((1e-4, 1e-4), (1e-4, 0.3), (0.01, 0.99)):
        agree_on_pairs("EQUAL", [Numbers(scales[0]), Numbers(scales[1], -1000), Numbers()], LiteRt, output="bool", fused=False)
    agree_on_comparisons("EQUAL")


def few(dtype, shape, rng):
    """Numbers that are often equal."""
    return (numbers(dtype, shape, rng) if dtype == "bool" else rng.choice([-(1 << 30), -1, 0, 5], shape)).astype(dtype)


@pytest.mark.parametrize("dtype", ("int32", "int64", "bool"))
def test_whole_numbers(dtype):
    pairs("EQUAL", dtype, "bool", values=few)
    pairs("EQUAL", dtype, "bool")


def test_floats():
    binary("EQUAL", output="bool", fused=False)
