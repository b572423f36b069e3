"""UNPACK: the slices along one dimension."""

import pytest
from moving import MICRO_TYPES, like, moves


@pytest.mark.parametrize("axis", (0, 1, 2, -1, -3))
@pytest.mark.parametrize("dtype", (*MICRO_TYPES, "int32"))
def test_unpack(axis, dtype):
    shape = (2, 3, 4)
    out = [n for i, n in enumerate(shape) if i != axis % 3]
    moves("UNPACK", [like(shape, dtype)], [out] * shape[axis], dtype, axis=axis, num=shape[axis])
