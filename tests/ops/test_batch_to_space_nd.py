"""BATCH_TO_SPACE_ND: pictures and rows, with crops."""

import pytest
from harness import indices, tensor
from hypothesis import given
from hypothesis import strategies as st
from moving import like, moves


def to_space(shape, blocks, crops, dtype="int8"):
    out = list(shape)
    for axis, (n, pair) in enumerate(zip(blocks, crops), 1):
        out[axis] = shape[axis] * n - sum(pair)
        out[0] //= n
    moves("BATCH_TO_SPACE_ND", [like(shape, dtype), indices(*blocks), tensor((len(blocks), 2), "int32", None, crops)], [out], dtype)


@pytest.mark.parametrize("dtype", ("int8", "float32"))
def test_types(dtype):
    to_space((12, 4, 5, 3), (2, 3), ((0, 0), (0, 0)), dtype)
    to_space((6, 4, 3), (3,), ((2, 1),), dtype)


@given(st.data())
def test_any(data):
    blocks, crops, batches, sizes = [], [], data.draw(st.integers(1, 2)), []
    for _ in range(2):
        n, size = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 5))
        before = data.draw(st.integers(0, n * size - 1))
        blocks.append(n)
        sizes.append(size)
        crops.append((before, data.draw(st.integers(0, n * size - before - 1))))
        batches *= n
    to_space((batches, *sizes, 2), blocks, crops)
