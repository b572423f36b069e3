"""TRANSPOSE: any type, up to 5 dimensions."""

from itertools import permutations

import pytest
from harness import LiteRt, Numbers, Reference, agree, indices, one_op, tensor
from hypothesis import given
from hypothesis import strategies as st


def transpose(shape, order, dtype="int8"):
    numbers = Numbers(0.05, -3) if dtype in ("int8", "int16") else None
    out = tuple(shape[axis] for axis in order)
    return one_op("TRANSPOSE", [tensor(shape, dtype, numbers), indices(*order)], [tensor(out, dtype, numbers)])


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_order(order):
    agree(transpose((2, 3, 4, 5), order))


@pytest.mark.parametrize("shape, order", [((5,), (0,)), ((3, 17), (1, 0)), ((2, 3, 4), (2, 0, 1)), ((2, 3, 4, 5, 6), (4, 2, 0, 3, 1)),
                                          ((2, 3, 2, 3, 2), (1, 0, 3, 2, 4)), ((1, 7, 1, 8), (0, 3, 1, 2))])  # fmt: skip
def test_ranks(shape, order):
    agree(transpose(shape, order))


@pytest.mark.parametrize("dtype", ("float32", "int16", "int32"))
def test_types(dtype):
    """TFLite Micro transposes no int32; LiteRT does."""
    agree(transpose((2, 3, 4), (2, 1, 0), dtype), oracle=LiteRt if dtype == "int32" else Reference)


@given(st.integers(1, 5).flatmap(lambda n: st.tuples(st.lists(st.integers(1, 6), min_size=n, max_size=n), st.permutations(range(n)))))
def test_any(case):
    agree(transpose(tuple(case[0]), tuple(case[1])))
