"""REDUCE_MIN, int8 and int16."""

import pytest
from harness import LiteRt, Numbers, indices, one_op
from hypothesis import given
from reals import near, real
from reductions import SHAPES, cases, reduction
from whole import reduces


@pytest.mark.parametrize("shape, axes", SHAPES)
@pytest.mark.parametrize("keep", (False, True))
def test_axes(shape, axes, keep):
    reduction("REDUCE_MIN", shape, axes, keep=keep)


@given(cases())
def test_any(case):
    reduction("REDUCE_MIN", *case)


@pytest.mark.parametrize("shape, axes", SHAPES)
def test_int16(shape, axes):
    """TFLite Micro lacks it."""
    reduction("REDUCE_MIN", shape, axes, Numbers(1e-4), Numbers(1e-4), dtype="int16", oracle=LiteRt)


@pytest.mark.parametrize("keep", (False, True))
@pytest.mark.parametrize("dtype", ("int32", "int64", "bool"))
def test_whole_numbers(dtype, keep):
    reduces("REDUCE_MIN", dtype, keep=keep)


@pytest.mark.parametrize("keep", (False, True))
@pytest.mark.parametrize("shape, axes", SHAPES)
def test_floats(shape, axes, keep):
    gone = {a % len(shape) for a in axes}
    out = [1 if i in gone else n for i, n in enumerate(shape) if keep or i not in gone]
    near(one_op("REDUCE_MIN", [real(shape), indices(*axes)], [real(out)], keep_dims=keep))
