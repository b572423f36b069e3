"""SLICE: a box out of up to 5 dimensions."""

import pytest
from harness import indices
from hypothesis import given
from hypothesis import strategies as st
from moving import MICRO_TYPES, like, moves


@pytest.mark.parametrize("dtype", (*MICRO_TYPES, "int32", "bool"))
def test_types(dtype):
    moves("SLICE", [like((2, 5, 4), dtype), indices(1, 1, 0), indices(1, 3, -1)], [(1, 3, 4)], dtype)


@given(st.data(), st.lists(st.integers(1, 7), min_size=1, max_size=5))
def test_any(data, shape):
    begin = [data.draw(st.integers(0, n - 1)) for n in shape]
    size = [data.draw(st.integers(1, n - b)) for n, b in zip(shape, begin)]
    moves("SLICE", [like(shape), indices(*begin), indices(*size)], [size])
