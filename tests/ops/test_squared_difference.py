"""SQUARED_DIFFERENCE, int8."""

import pytest
from harness import Numbers, agree
from pairs import BROADCASTS, SCALES, ZEROS, agree_on_every_pair, pair
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


def test_whole_numbers():
    pairs("SQUARED_DIFFERENCE", "int32")
