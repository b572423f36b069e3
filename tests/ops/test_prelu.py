"""PRELU, int8: slopes for each number, or for each channel."""

import pytest
from harness import Numbers, agree, one_op, tensor
from pairs import SCALES, ZEROS, agree_on_every_pair
from reals import binary


@pytest.mark.parametrize("scales", SCALES)
@pytest.mark.parametrize("zeros", ZEROS)
def test_every_pair(scales, zeros):
    agree_on_every_pair("PRELU", [Numbers(s, z) for s, z in zip(scales, zeros)], fused=False)


@pytest.mark.parametrize("shape, slopes", [((2, 4, 5, 3), (1, 1, 3)), ((2, 4, 5, 3), (4, 5, 3)), ((3, 7), (7,)), ((1, 8, 8, 16), (1, 1, 16))])
@pytest.mark.parametrize("constant", (False, True))
def test_shapes(shape, slopes, constant):
    import numpy as np

    data = np.random.default_rng(0).integers(-128, 127, slopes) if constant else None
    inputs = [tensor(shape, numbers=Numbers(0.05, 3)), tensor(slopes, numbers=Numbers(0.01, -2), data=data)]
    agree(one_op("PRELU", inputs, [tensor(shape, numbers=Numbers(0.04, -9))]))


def test_floats():
    binary("PRELU", fused=False)
