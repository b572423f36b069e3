"""SPACE_TO_BATCH_ND: pictures and rows, with padding.

What TFLite Micro pads with is a number that it never sets: LiteRT, which pads with what stands for zero, is the reference there.
"""

import pytest
from harness import indices, tensor
from hypothesis import given
from hypothesis import strategies as st
from moving import like, moves


def to_batch(shape, blocks, padding, dtype="int8"):
    out, batches = list(shape), shape[0]
    for axis, (n, pair) in enumerate(zip(blocks, padding), 1):
        out[axis] = (shape[axis] + sum(pair)) // n
        batches *= n
    out[0] = batches
    moves("SPACE_TO_BATCH_ND", [like(shape, dtype), indices(*blocks), tensor((len(blocks), 2), "int32", None, padding)], [out], dtype,
          micro=not any(map(any, padding)))  # fmt: skip


@pytest.mark.parametrize("dtype", ("int8", "float32"))
def test_types(dtype):
    to_batch((2, 4, 6, 3), (2, 3), ((0, 0), (0, 0)), dtype)
    to_batch((2, 5, 3), (3,), ((1, 3),), dtype)


@st.composite
def case(draw):
    shape, blocks, padding = [draw(st.integers(1, 3))], [], []
    for _ in range(2):
        n, size, before = draw(st.integers(1, 3)), draw(st.integers(1, 6)), draw(st.integers(0, 4))
        shape.append(size)
        blocks.append(n)
        padding.append((before, -(size + before) % n + n * draw(st.integers(0, 1))))
    return (*shape, draw(st.integers(1, 3))), blocks, padding


@given(case())
def test_any(case):
    to_batch(*case)
