"""SQUARED_DIFFERENCE, int8 and int16."""

import pytest
import sixteen
from harness import Numbers, agree
from pairs import BROADCASTS, SCALES, ZEROS, agree_on_every_pair, pair
from reals import binary
from sixteen import agree_on_broadcasts, agree_on_pairs
from whole import pairs

OPTIONS = dict(fused=False)


@pytest.mark.parametrize("scales", SCALES)
@pytest.mark.parametrize("zeros", ZEROS)
def test_every_pair(scales, zeros):
    agree_on_every_pair("SQUARED_DIFFERENCE", [Numbers(s, z) for s, z in zip(scales, zeros)], **OPTIONS)


@pytest.mark.parametrize("shapes", BROADCASTS)
def test_broadcast(shapes):
    numbers = [Numbers(0.05, 2)] * 3
    agree(pair("SQUARED_DIFFERENCE", *shapes, numbers, **OPTIONS))
    agree(pair("SQUARED_DIFFERENCE", *reversed(shapes), numbers, **OPTIONS))


@pytest.mark.parametrize("scales", sixteen.SCALES)
def test_int16(scales):
    agree_on_pairs("SQUARED_DIFFERENCE", [Numbers(s) for s in scales], fused=False)


def test_int16_broadcast():
    agree_on_broadcasts("SQUARED_DIFFERENCE", [Numbers(1e-4), Numbers(2e-4), Numbers(1e-4)], fused=False)


def test_whole_numbers():
    pairs("SQUARED_DIFFERENCE", "int32")


def test_floats():
    binary("SQUARED_DIFFERENCE", fused=False)
