"""PACK: any number of tensors along a new dimension."""

import pytest
from moving import MICRO_TYPES, like, moves


@pytest.mark.parametrize("axis", (0, 1, 2, 3, -1, -3))
@pytest.mark.parametrize("count", (1, 2, 3))
@pytest.mark.parametrize("dtype", (*MICRO_TYPES, "int32"))
def test_pack(axis, count, dtype):
    shape = [2, 3, 4]
    shape.insert(axis % 4, count)
    moves("PACK", [like((2, 3, 4), dtype) for _ in range(count)], [shape], dtype, axis=axis, values_count=count)
