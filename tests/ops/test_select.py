"""SELECT: a mask of the values' shape, or one that chooses slices. TFLite Micro lacks it."""

import pytest
from harness import LiteRt, agree, one_op
from moving import like
from whole import plain


@pytest.mark.parametrize("dtype", ("int8", "uint8", "int16", "int32", "int64", "float32", "bool"))
def test_types(dtype):
    agree(one_op("SELECT", [plain((3, 5), "bool"), like((3, 5), dtype), like((3, 5), dtype)], [like((3, 5), dtype)]), oracle=LiteRt)


@pytest.mark.parametrize("mask", [None, [True, False, True]])
def test_slices(mask):
    given = [plain((3,), "bool", mask), like((3, 2, 5)), like((3, 2, 5))]
    agree(one_op("SELECT", given, [like((3, 2, 5))]), oracle=LiteRt)
