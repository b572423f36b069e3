"""REVERSE_V2: backwards along dimensions."""

import pytest
from harness import indices
from moving import MICRO_TYPES, like, moves


@pytest.mark.parametrize("axes", [(0,), (1,), (2,), (0, 1), (1, 2), (0, 1, 2)])
@pytest.mark.parametrize("dtype", (*MICRO_TYPES, "int32"))
def test_reverse(axes, dtype):
    moves("REVERSE_V2", [like((3, 4, 5), dtype), indices(*axes)], [(3, 4, 5)], dtype)
