"""CUMSUM: int8, int32, int64."""

import pytest
from harness import LiteRt, Numbers, agree, indices, one_op, tensor
from reals import near, real


WAYS = [(exclusive, reverse) for exclusive in (False, True) for reverse in (False, True)]


def sums(shape, axis, dtype, exclusive=False, reverse=False, input=None, output=None):
    return one_op("CUMSUM", [tensor(shape, dtype, input), indices(axis)], [tensor(shape, dtype, output)], exclusive=exclusive, reverse=reverse)


@pytest.mark.parametrize("exclusive, reverse", WAYS)
@pytest.mark.parametrize("dtype", ("int32", "int64"))
@pytest.mark.parametrize("shape, axis", [((7,), 0), ((3, 17), 1), ((3, 17), 0), ((2, 3, 4), -2), ((2, 3, 4, 5), 0)])
def test_whole_numbers(shape, axis, dtype, exclusive, reverse):
    agree(sums(shape, axis, dtype, exclusive, reverse), oracle=LiteRt)


@pytest.mark.parametrize("exclusive, reverse", WAYS)
@pytest.mark.parametrize("numbers", [(Numbers(0.05, 3), Numbers(0.2, -7)), (Numbers(0.1, -128), Numbers(0.1, 127)), (Numbers(0.003, 127), Numbers(1.7, 0))])
@pytest.mark.parametrize("shape, axis", [((33,), 0), ((3, 17), 1), ((2, 15, 4), -2)])
def test_int8(shape, axis, numbers, exclusive, reverse):
    agree(sums(shape, axis, "int8", exclusive, reverse, *numbers))


@pytest.mark.parametrize("exclusive", (False, True))
@pytest.mark.parametrize("reverse", (False, True))
@pytest.mark.parametrize("shape, axis", [((7,), 0), ((3, 17), 1), ((3, 17), 0), ((2, 5, 4, 3), 2), ((2, 5, 4, 3), -1), ((1, 1), 0)])
def test_floats(shape, axis, exclusive, reverse):
    near(one_op("CUMSUM", [real(shape), indices(axis)], [real(shape)], exclusive=exclusive, reverse=reverse))
