"""RANK: how many dimensions. TFLite Micro lacks it."""

import pytest
from harness import LiteRt, agree, one_op
from moving import like
from whole import plain


@pytest.mark.parametrize("shape", [(7,), (1, 33), (2, 3, 4, 5, 6)])
def test_ranks(shape):
    agree(one_op("RANK", [like(shape)], [plain((), "int32")]), oracle=LiteRt)
