"""DEPTH_TO_SPACE."""

import pytest
from moving import like, moves


@pytest.mark.parametrize("block", (1, 2, 3))
@pytest.mark.parametrize("dtype", ("int8", "float32"))
def test_blocks(block, dtype):
    moves("DEPTH_TO_SPACE", [like((2, 3, 4, 3 * block**2), dtype)], [(2, 3 * block, 4 * block, 3)], dtype, block_size=block)
