"""SUM, int8 and int16."""

import pytest
from harness import Numbers, indices, one_op
from hypothesis import given
from hypothesis import strategies as st
from reals import near, real
from reductions import SHAPES, cases, reduction
from whole import reduces


@pytest.mark.parametrize("shape, axes", SHAPES)
@pytest.mark.parametrize("keep", (False, True))
def test_axes(shape, axes, keep):
    reduction("SUM", shape, axes, Numbers(0.05, -3), Numbers(0.9, 5), keep)


@given(cases(), st.floats(1e-3, 2), st.floats(1e-3, 2), st.integers(-128, 127), st.integers(-128, 127))
def test_any(case, a, b, za, zb):
    reduction("SUM", *case, Numbers(a, za), Numbers(b, zb))


@pytest.mark.parametrize("shape, axes", SHAPES)
@pytest.mark.parametrize("output", (1e-4, 1e-3))
def test_int16(shape, axes, output):
    reduction("SUM", shape, axes, Numbers(1e-4), Numbers(output), dtype="int16")


@pytest.mark.parametrize("keep", (False, True))
@pytest.mark.parametrize("dtype", ("int32", "int64", "bool"))
def test_whole_numbers(dtype, keep):
    reduces("SUM", dtype, keep=keep)


@pytest.mark.parametrize("keep", (False, True))
@pytest.mark.parametrize("shape, axes", SHAPES)
def test_floats(shape, axes, keep):
    gone = {a % len(shape) for a in axes}
    out = [1 if i in gone else n for i, n in enumerate(shape) if keep or i not in gone]
    near(one_op("SUM", [real(shape), indices(*axes)], [real(out)], keep_dims=keep))
