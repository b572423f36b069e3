"""SPLIT: equal pieces."""

import pytest
from harness import indices, tensor
from moving import MICRO_TYPES, like, moves


@pytest.mark.parametrize("axis", (0, 1, 2, -1, -2))
@pytest.mark.parametrize("dtype", (*MICRO_TYPES, "int32"))
def test_split(axis, dtype):
    shape = [4, 6, 8]
    out = [n // 2 if i == axis % 3 else n for i, n in enumerate(shape)]
    moves("SPLIT", [tensor((), "int32", None, axis), like(shape, dtype)], [out, out], dtype, num_splits=2)
