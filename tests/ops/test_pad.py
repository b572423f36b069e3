"""PAD: any type of 1, 2 or 4 bytes."""

import pytest
from harness import Numbers, agree, one_op, tensor
from hypothesis import given
from hypothesis import strategies as st


def pad(shape, padding, dtype="int8", numbers=Numbers(0.05, -3), index="int32"):
    out = tuple(before + n + after for n, (before, after) in zip(shape, padding))
    amounts = tensor((len(shape), 2), index, None, padding)
    return one_op("PAD", [tensor(shape, dtype, numbers), amounts], [tensor(out, dtype, numbers)])


@pytest.mark.parametrize("zero_point", (-128, 0, 5, 127))
def test_zero_point(zero_point):
    agree(pad((1, 4, 5, 3), ((0, 0), (1, 2), (2, 1), (0, 0)), numbers=Numbers(0.05, zero_point)))


@pytest.mark.parametrize("shape, padding", [
    ((5,), ((2, 3),)), ((3, 4), ((1, 0), (0, 2))), ((2, 3, 4), ((1, 1), (0, 0), (2, 0))),
    ((2, 3, 4, 5), ((1, 2), (3, 4), (0, 1), (2, 2))), ((1, 7, 9, 1), ((0, 0), (4, 5), (1, 1), (0, 0))),
    ((2, 3), ((0, 0), (0, 0))), ((1, 3, 2, 2, 3), ((0, 1), (1, 0), (2, 1), (1, 1), (0, 0))),
])  # fmt: skip
def test_shapes(shape, padding):
    agree(pad(shape, padding))


@pytest.mark.parametrize("dtype", ("float32", "int16", "int32"))
def test_types(dtype):
    agree(pad((2, 3, 4), ((1, 0), (0, 2), (1, 1)), dtype, Numbers(0.01, 0) if dtype == "int16" else None))


dimension = st.tuples(st.integers(1, 6), st.tuples(st.integers(0, 4), st.integers(0, 4)))


@given(st.lists(dimension, min_size=1, max_size=5), st.integers(-128, 127))
def test_any(dims, zero_point):
    shape, padding = zip(*dims)
    agree(pad(shape, padding, numbers=Numbers(0.05, zero_point)))
