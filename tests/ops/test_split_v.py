"""SPLIT_V: pieces of given sizes."""

import pytest
from harness import indices, tensor
from moving import MICRO_TYPES, like, moves


@pytest.mark.parametrize("axis", (0, 1, 2, -1))
@pytest.mark.parametrize("dtype", (*MICRO_TYPES, "int32"))
def test_split(axis, dtype):
    shape = [7, 7, 7]
    outs = [[n if i == axis % 3 else 7 for i in range(3)] for n in (1, 4, 2)]
    moves("SPLIT_V", [like(shape, dtype), indices(1, 4, 2), tensor((), "int32", None, axis)], outs, dtype, num_splits=3)
