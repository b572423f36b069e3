"""DEQUANTIZE: 8 or 16 bits to float32, to the last bit."""

import numpy as np
import pytest
from harness import LiteRt, Numbers, agree, chain, one_op, ranges, tensor
from hypothesis import given
from hypothesis import strategies as st
from mite_tools.graph import Op
from sixteen import ALL


def agree_everywhere(source, numbers):
    """All 256 numbers."""
    low, high = ranges(source)
    values = np.arange(low, high + 1).astype(source)
    agree(one_op("DEQUANTIZE", [tensor((256,), source, numbers)], [tensor((256,), "float32")]), given=[[values]])


@pytest.mark.parametrize("source", ("int8", "uint8"))
@pytest.mark.parametrize("scale", (1e-30, 1e-6, 1 / 256, 0.05, 0.1, 1.0, 77.7, 1e30))
def test_scales(source, scale):
    low, high = ranges(source)
    for zero_point in (low, 0, 3, high):
        agree_everywhere(source, Numbers(scale, zero_point))


@pytest.mark.parametrize("shape", [(), (1,), (3, 5), (2, 3, 4, 5)])
def test_shapes(shape):
    agree(one_op("DEQUANTIZE", [tensor(shape)], [tensor(shape, "float32")]))


@given(st.sampled_from(("int8", "uint8")), st.floats(1e-6, 1e6), st.integers(0, 255))
def test_any(source, scale, offset):
    agree_everywhere(source, Numbers(scale, ranges(source)[0] + offset))


@pytest.mark.parametrize("scale", (1e-30, 1e-6, 2**-15, 0.05, 1.0, 77.7, 1e30))
@pytest.mark.parametrize("zero_point", (0, -700, 32767))
def test_int16(scale, zero_point):
    agree(one_op("DEQUANTIZE", [tensor(ALL.shape, "int16", Numbers(scale, zero_point))], [tensor(ALL.shape, "float32")]), given=[[ALL]])


def test_constants_of_half_precision():
    """How files keep float16 weights; TFLite Micro lacks it."""
    halves = np.array([0, -0.0, 1.5, 6e-8, -65504, 0.1, np.inf, 1 / 3], np.float16)
    x, known = tensor((8,), "float32"), tensor((8,), "float16", None, halves)
    real = Op("DEQUANTIZE", [known], [tensor((8,), "float32")])
    joined = Op("CONCATENATION", [real.outputs[0], x], [tensor((16,), "float32")], {"axis": 0, "fused_activation_function": 0})
    agree(chain([real, joined], joined.outputs), oracle=LiteRt)
