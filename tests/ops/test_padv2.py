"""PADV2: PAD with a value of its own."""

import pytest
from harness import Numbers, agree, one_op, tensor
from moving import INT8
from test_pad import dimension
from hypothesis import given
from hypothesis import strategies as st


def padv2(shape, padding, value, dtype="int8"):
    numbers = INT8 if dtype == "int8" else Numbers(0.01, 0) if dtype == "int16" else None
    out = tuple(before + n + after for n, (before, after) in zip(shape, padding))
    inputs = [tensor(shape, dtype, numbers), tensor((len(shape), 2), "int32", None, padding), tensor((1,), dtype, numbers, [value])]
    return one_op("PADV2", inputs, [tensor(out, dtype, numbers)])


@pytest.mark.parametrize("dtype", ("int8", "int16", "float32", "int32"))
def test_types(dtype):
    agree(padv2((2, 3, 4), ((1, 0), (0, 2), (1, 1)), 7, dtype))


@given(st.lists(dimension, min_size=1, max_size=5), st.integers(-128, 127))
def test_any(dims, value):
    shape, padding = zip(*dims)
    agree(padv2(shape, padding, value))
