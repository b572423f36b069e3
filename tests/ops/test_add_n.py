"""ADD_N, int8."""

import pytest
from harness import Numbers, agree, one_op, tensor
from reals import near, real


@pytest.mark.parametrize("count", (2, 3, 7))
@pytest.mark.parametrize("shape", [(1,), (3, 17), (2, 3, 4, 5)])
@pytest.mark.parametrize("numbers", [(Numbers(0.05, 3), Numbers(0.2, -7)), (Numbers(0.5, -128), Numbers(0.5, 127))])
def test_sums(count, shape, numbers):
    agree(one_op("ADD_N", [tensor(shape, numbers=numbers[0]) for _ in range(count)], [tensor(shape, numbers=numbers[1])]))


@pytest.mark.parametrize("count", (2, 3, 7))
@pytest.mark.parametrize("shape", [(1,), (3, 7), (2, 3, 4, 5)])
def test_floats(shape, count):
    near(one_op("ADD_N", [real(shape) for _ in range(count)], [real(shape)]))
