"""CONCATENATION: any type, 2 to 10 inputs."""

import numpy as np
import pytest
from harness import AWKWARD, NONE, Numbers, agree, one_op, tensor
from hypothesis import given
from hypothesis import strategies as st


def concatenation(shapes, axis, dtype="int8", constants=()):
    """constants: which inputs are."""
    numbers = {"int8": Numbers(0.05, -3), "int16": Numbers(0.01, 0)}.get(dtype)
    rng = np.random.default_rng(len(shapes))
    parts = [
        tensor(shape, dtype, numbers, rng.integers(-100, 100, shape) if i in constants else None) for i, shape in enumerate(shapes)
    ]
    out = list(shapes[0])
    out[axis] = sum(shape[axis] for shape in shapes)
    return one_op("CONCATENATION", parts, [tensor(tuple(out), dtype, numbers)], axis=axis, fused_activation_function=NONE)


@pytest.mark.parametrize("channels", AWKWARD)
def test_channels(channels):
    agree(concatenation([(1, 3, 2, channels), (1, 3, 2, 5)], 3))


@pytest.mark.parametrize("axis", (0, 1, 2, 3, -1, -2, -3, -4))
def test_axis(axis):
    second = [2, 3, 4, 5]
    second[axis] = 7
    agree(concatenation([(2, 3, 4, 5), tuple(second)], axis))


@pytest.mark.parametrize("count", range(2, 11))
def test_count(count):
    agree(concatenation([(2, i + 1) for i in range(count)], 1))


@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 3, 4), (2, 1, 3, 2, 3)])
def test_ranks(shape):
    for axis in range(len(shape)):
        agree(concatenation([shape, shape, shape], axis))


@pytest.mark.parametrize("dtype", ("float32", "int16", "int32"))
def test_types(dtype):
    agree(concatenation([(2, 3), (2, 4)], 1, dtype))


@pytest.mark.parametrize("constants", [(0,), (1,), (0, 2)])
def test_constants(constants):
    agree(concatenation([(2, 3), (2, 4), (2, 1)], 1, constants=constants))


def test_same_tensor_twice():
    x = tensor((2, 3))
    agree(one_op("CONCATENATION", [x, x], [tensor((2, 6))], axis=1, fused_activation_function=NONE))


@given(st.lists(st.integers(1, 5), min_size=1, max_size=5), st.data(), st.lists(st.integers(1, 6), min_size=2, max_size=10))
def test_any(shape, data, sizes):
    axis = data.draw(st.integers(0, len(shape) - 1))
    agree(concatenation([(*shape[:axis], n, *shape[axis + 1 :]) for n in sizes], axis))
