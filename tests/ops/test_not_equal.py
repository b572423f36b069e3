"""NOT_EQUAL, int8 to bool."""

import pytest
from harness import Numbers, agree
from pairs import BROADCASTS, SCALES, ZEROS, agree_on_every_pair, pair

OPTIONS = dict(output="bool", fused=False)


@pytest.mark.parametrize("scales", SCALES)
@pytest.mark.parametrize("zeros", ZEROS)
def test_every_pair(scales, zeros):
    agree_on_every_pair("NOT_EQUAL", [Numbers(s, z) for s, z in zip(scales, zeros)], **OPTIONS)


@pytest.mark.parametrize("shapes", BROADCASTS)
def test_broadcast(shapes):
    numbers = [Numbers(0.05, 2)] * 3
    agree(pair("NOT_EQUAL", *shapes, numbers, **OPTIONS))
    agree(pair("NOT_EQUAL", *reversed(shapes), numbers, **OPTIONS))
