"""L2_POOL_2D, float32."""

import pytest
from harness import CLAMPS, SAME, VALID
from pooling import float_pool
from reals import near


@pytest.mark.parametrize("activation", CLAMPS)
@pytest.mark.parametrize("padding", (SAME, VALID))
@pytest.mark.parametrize("filter, stride", [((1, 1), (1, 1)), ((2, 2), (2, 2)), ((3, 3), (1, 1)), ((2, 5), (1, 3)), ((7, 1), (4, 2)), ((9, 10), (1, 1))])
def test_floats(filter, stride, padding, activation):
    for channels, batches in ((1, 1), (3, 2), (17, 1)):
        near(float_pool("L2_POOL_2D", filter, stride, padding, activation, channels, batches))
