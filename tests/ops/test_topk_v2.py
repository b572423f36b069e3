"""TOPK_V2: the largest numbers and where they are. TFLite Micro lacks it."""

import numpy as np
import pytest
from harness import LiteRt, agree, one_op
from moving import like
from whole import plain


def top(shape, k, dtype, output="int32"):
    outs = (*shape[:-1], k)
    return one_op("TOPK_V2", [like(shape, dtype), plain((), "int32", k)], [like(outs, dtype), plain(outs, output)])


@pytest.mark.parametrize("output", ("int32", "int16"))
@pytest.mark.parametrize("dtype", ("int8", "uint8", "int16", "int32", "int64", "float32"))
def test_types(dtype, output):
    agree(top((3, 17), 5, dtype, output), oracle=LiteRt)


@pytest.mark.parametrize("shape, k", [((1,), 1), ((7,), 7), ((2, 3, 8), 1), ((33, 15), 3), ((2, 1), 1)])
def test_shapes(shape, k):
    agree(top(shape, k, "int8"), oracle=LiteRt)


def test_equal_numbers_keep_their_order():
    agree(top((2, 9), 6, "int8"), given=[[np.array([[3, 1, 3, 2, 3, 1, 1, 3, 2], [0] * 9], np.int8)]], oracle=LiteRt)


def test_floats_of_both_signs():
    values = np.array([[-0.0, 0.0, -1.5, 1e-40, -1e-40, -np.inf, np.inf, 2.5]], np.float32)
    agree(top((1, 8), 8, "float32"), given=[[values]], oracle=LiteRt)
