"""SQUEEZE: the bytes stay."""

import pytest
from moving import like, moves


@pytest.mark.parametrize("dtype", ("int8", "float32", "int32"))
@pytest.mark.parametrize("shape, dims, out", [((1, 3, 1, 5), (), (3, 5)), ((1, 3, 1, 5), (0,), (3, 1, 5)), ((2, 1, 7), (1,), (2, 7))])
def test_squeeze(shape, dims, out, dtype):
    moves("SQUEEZE", [like(shape, dtype)], [out], dtype, squeeze_dims=dims)
