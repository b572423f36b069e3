"""BROADCAST_TO: repeated to a larger shape."""

import pytest
from harness import indices
from moving import like, moves


@pytest.mark.parametrize("dtype", ("int8", "int16", "float32", "int32"))
@pytest.mark.parametrize("shape, out", [((3,), (2, 3)), ((3, 1), (3, 4)), ((2, 1, 4), (5, 2, 3, 4)), ((1,), (7,)), ((2, 3), (2, 3))])
def test_broadcast(shape, out, dtype):
    moves("BROADCAST_TO", [like(shape, dtype), indices(*out)], [out], dtype)
