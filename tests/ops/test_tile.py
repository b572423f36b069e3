"""TILE: LiteRT is the reference, TFLite Micro lacks it."""

import pytest
from harness import indices
from moving import like, moves


@pytest.mark.parametrize("dtype", ("int8", "float32", "int32", "bool", "uint8"))
@pytest.mark.parametrize("shape, times", [((3,), (4,)), ((2, 3), (1, 2)), ((2, 3), (3, 1)), ((2, 3, 4), (2, 3, 2))])
def test_tile(shape, times, dtype):
    moves("TILE", [like(shape, dtype), indices(*times)], [[n * t for n, t in zip(shape, times)]], dtype, micro=False)
