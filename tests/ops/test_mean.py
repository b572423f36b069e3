"""MEAN, int8 and int16."""

import pytest
from harness import AWKWARD, Numbers, agree, indices, one_op, tensor
from hypothesis import given
from hypothesis import strategies as st
from reals import near, real
from reductions import SHAPES, reduction
from whole import reduces


def mean(shape, axes, keep_dims=False, input=Numbers(0.05, -3), output=None):
    """output: None for the input's numbers."""
    reduced = {a % len(shape) for a in axes}
    kept = tuple(1 if i in reduced else n for i, n in enumerate(shape) if keep_dims or i not in reduced)
    y = tensor(kept, numbers=output or input)
    return one_op("MEAN", [tensor(shape, numbers=input), indices(*axes)], [y], keep_dims=keep_dims)


KEEP = pytest.mark.parametrize("keep_dims", (False, True))


@KEEP
@pytest.mark.parametrize("channels", AWKWARD)
def test_global_average(channels, keep_dims):
    agree(mean((1, 7, 6, channels), (1, 2), keep_dims))
    agree(mean((2, 4, 4, channels), (1, 2), keep_dims, output=Numbers(0.02, 9)))


@KEEP
@pytest.mark.parametrize("axes", [
    (0,), (1,), (2,), (3,), (-1,), (-2,), (0, 1), (1, 3), (0, 2), (2, 1), (-1, -2), (1, 2, 3), (0, 1, 2, 3), (-3, 2),
])  # fmt: skip
def test_axes(axes, keep_dims):
    agree(mean((2, 3, 5, 4), axes, keep_dims))
    agree(mean((2, 3, 5, 4), axes, keep_dims, output=Numbers(0.03, -20)))


@KEEP
@pytest.mark.parametrize("shape, axes", [
    ((9,), (0,)), ((5, 7), (0,)), ((5, 7), (1,)), ((3, 4, 5), (0, 2)), ((3, 4, 5), (1,)), ((2, 3, 2, 3, 2), (1, 3)),
    ((2, 3, 2, 3, 2), (0, 2, 4)),
])  # fmt: skip
def test_ranks(shape, axes, keep_dims):
    agree(mean(shape, axes, keep_dims))


@pytest.mark.parametrize("zero_points", [(-128, 127), (127, -128), (-128, -128), (127, 127)])
@pytest.mark.parametrize("scale", (1e-6, 1e-3, 0.049, 0.051, 3.0, 1e5))
def test_numbers(scale, zero_points):
    agree(mean((1, 5, 5, 6), (1, 2), False, Numbers(0.05, zero_points[0]), Numbers(scale, zero_points[1])))
    agree(mean((3, 5, 6), (2,), False, Numbers(0.05, zero_points[0]), Numbers(scale, zero_points[1])))


def test_many():
    """Sums far above 16 bits."""
    agree(mean((1, 96, 96, 3), (1, 2), input=Numbers(0.05, -128)))
    agree(mean((1, 96, 96, 3), (1, 2), input=Numbers(0.05, 127), output=Numbers(0.0501, 127)))
    agree(mean((1, 20000), (1,), input=Numbers(0.05, -128)))


@st.composite
def case(draw):
    shape = draw(st.lists(st.integers(1, 6), min_size=1, max_size=5))
    axes = draw(st.lists(st.integers(-len(shape), len(shape) - 1), min_size=1, max_size=len(shape), unique_by=lambda a: a % len(shape)))
    return tuple(shape), tuple(axes)


numbers = st.builds(Numbers, st.floats(1e-3, 10), st.integers(-128, 127))


@given(case(), st.booleans(), numbers, numbers | st.none())
def test_any(case, keep_dims, input, output):
    agree(mean(*case, keep_dims, input, output))


@KEEP
@pytest.mark.parametrize("axes", [(0,), (2,), (-1,), (1, 2), (0, 2), (1, 2, 3), (0, 1, 2, 3)])
@pytest.mark.parametrize("output", (1e-4, 3e-5, 2e-4))
def test_int16(axes, keep_dims, output):
    reduction("MEAN", (2, 7, 5, 3), axes, Numbers(1e-4), Numbers(output), keep_dims, dtype="int16")


@pytest.mark.parametrize("keep", (False, True))
@pytest.mark.parametrize("dtype", ("int32", "int64"))
def test_whole_numbers(dtype, keep):
    reduces("MEAN", dtype, keep=keep)


@pytest.mark.parametrize("keep", (False, True))
@pytest.mark.parametrize("shape, axes", SHAPES)
def test_floats(shape, axes, keep):
    gone = {a % len(shape) for a in axes}
    out = [1 if i in gone else n for i, n in enumerate(shape) if keep or i not in gone]
    near(one_op("MEAN", [real(shape), indices(*axes)], [real(out)], keep_dims=keep))
