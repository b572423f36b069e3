"""REDUCE_PROD: whole numbers."""

import pytest
from whole import reduces


@pytest.mark.parametrize("dtype", ("int32", "int64", "bool"))
def test_whole_numbers(dtype):
    """They wrap."""
    reduces("REDUCE_PROD", dtype)
