"""L2_NORMALIZATION, int8."""

import numpy as np
import pytest
from harness import AWKWARD, Numbers, agree, one_op, tensor
from reals import near, numbers, real


@pytest.mark.parametrize("depth", (*AWKWARD, 200, 3000))
@pytest.mark.parametrize("zero_point", (-128, -3, 0, 127))
def test_depths(depth, zero_point):
    shape, numbers = (3, depth), Numbers(0.1, zero_point)
    small = np.full(shape, zero_point, np.int8)
    small[1, 0] -= 1 if zero_point > 0 else -1
    given = [[a] for a in (small, *(np.random.default_rng(n).integers(-128, 127, shape, np.int8, endpoint=True) for n in range(3)))]
    graph = one_op("L2_NORMALIZATION", [tensor(shape, numbers=numbers)], [tensor(shape, numbers=Numbers(1 / 128, 0))],
                   fused_activation_function=0)  # fmt: skip
    agree(graph, given=given)
    agree(graph)


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (3, 33), (2, 3, 4, 17), (5,)])
def test_floats(shape):
    given = [[numbers(shape) * size] for size in (1e-20, 0.1, 1, 30, 1e4)]
    near(one_op("L2_NORMALIZATION", [real(shape)], [real(shape)], fused_activation_function=0), given=given)
