"""SPACE_TO_DEPTH."""

import pytest
from moving import like, moves


@pytest.mark.parametrize("block", (1, 2, 3))
@pytest.mark.parametrize("dtype", ("int8", "float32"))
def test_blocks(block, dtype):
    moves("SPACE_TO_DEPTH", [like((2, 6, 12, 5), dtype)], [(2, 6 // block, 12 // block, 5 * block**2)], dtype, block_size=block)
