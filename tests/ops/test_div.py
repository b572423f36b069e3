"""DIV, int8: by numbers that are not zero."""

import pytest
from harness import CLAMPS, Numbers
from pairs import A, SCALES, ZEROS, agree_on_every_pair


@pytest.mark.parametrize("scales", (*SCALES, (1.0, 0.01, 50.0), (0.01, 0.5, 0.001)))
@pytest.mark.parametrize("zeros", ZEROS)
@pytest.mark.parametrize("activation", CLAMPS)
def test_every_pair(scales, zeros, activation):
    agree_on_every_pair("DIV", [Numbers(s, z) for s, z in zip(scales, zeros)], A[A != zeros[1]], activation=activation)
