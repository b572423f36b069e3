"""RESHAPE: of inputs, of constants, between ops."""

import numpy as np
import pytest
from harness import NONE, Numbers, agree, chain, indices, one_op, tensor
from mite_tools.graph import Op

SHAPES = [((6,), (2, 3)), ((2, 3, 4), (24,)), ((1, 4, 4, 2), (1, 32)), ((1,), ()), ((2, 3), (2, 3)), ((1, 2, 3, 4, 5), (5, 24))]


@pytest.mark.parametrize("dtype", ("int8", "float32", "int32", "int16"))
@pytest.mark.parametrize("before, after", SHAPES)
def test_shapes(before, after, dtype):
    numbers = Numbers() if dtype == "int8" else None
    agree(one_op("RESHAPE", [tensor(before, dtype, numbers), indices(*after)], [tensor(after, dtype, numbers)]))


def test_between_ops():
    """Where nothing but the shape changes, the copy goes away; the bytes stay."""
    x, a, b = tensor((2, 3, 4)), tensor((2, 3, 4)), tensor((6, 4))
    y = tensor((6, 4), numbers=Numbers(0.1, 2))
    four = tensor((4,), data=np.arange(-2, 2))
    options = {"fused_activation_function": NONE}
    agree(chain([Op("ADD", [x, x], [a], options), Op("RESHAPE", [a, indices(6, 4)], [b]), Op("ADD", [b, four], [y], options)], [y]))


def test_input_and_output_at_once():
    """The model's input in another shape is its output, and it is used besides."""
    x, flat, y = tensor((2, 5)), tensor((10,)), tensor((2, 5), numbers=Numbers(0.1))
    agree(chain([Op("RESHAPE", [x, indices(10)], [flat]), Op("ADD", [x, x], [y], {"fused_activation_function": NONE})], [flat, y]))


def test_twice():
    x, a, b = tensor((2, 6)), tensor((12,)), tensor((3, 4))
    agree(chain([Op("RESHAPE", [x, indices(12)], [a]), Op("RESHAPE", [a, indices(3, 4)], [b])], [a, b]))
