"""MAXIMUM, int8 or int16: all tensors have one scale."""

import pytest
from harness import Numbers, agree
from pairs import BROADCASTS, SCALES, ZEROS, agree_on_every_pair, pair
from reals import binary
from sixteen import agree_on_broadcasts, agree_on_pairs
from whole import pairs

OPTIONS = dict(fused=False)


@pytest.mark.parametrize("scales", SCALES)
@pytest.mark.parametrize("zeros", ZEROS)
def test_every_pair(scales, zeros):
    agree_on_every_pair("MAXIMUM", (Numbers(scales[0], zeros[0]),) * 3, **OPTIONS)


@pytest.mark.parametrize("shapes", BROADCASTS)
def test_broadcast(shapes):
    numbers = [Numbers(0.05, 2)] * 3
    agree(pair("MAXIMUM", *shapes, numbers, **OPTIONS))
    agree(pair("MAXIMUM", *reversed(shapes), numbers, **OPTIONS))


def test_int16():
    agree_on_pairs("MAXIMUM", [Numbers(1e-4, 300)] * 3, fused=False)
    agree_on_broadcasts("MAXIMUM", [Numbers(1e-4)] * 3, fused=False)


@pytest.mark.parametrize("dtype", ("int32", "int64"))
def test_whole_numbers(dtype):
    pairs("MAXIMUM", dtype)


def test_floats():
    binary("MAXIMUM", fused=False)
