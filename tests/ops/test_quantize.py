"""QUANTIZE: float32 to 8 or 16 bits, and from one type and scale to another."""

import numpy as np
import pytest
from harness import LiteRt, Mite, Numbers, Reference, agree, one_op, ranges, tensor
from hypothesis import given
from hypothesis import strategies as st
from mite_tools.tflite.write import write

ZERO_POINTS = {"int8": (-128, 0, 127), "uint8": (0, 128, 255), "int16": (-700, 0)}


def agree_everywhere(source, target, input, output):
    """All 256 numbers."""
    low = np.iinfo(source).min
    numbers = np.arange(low, low + 256).astype(source)
    agree(one_op("QUANTIZE", [tensor((256,), source, input)], [tensor((256,), target, output)]), given=[[numbers]])


@pytest.mark.parametrize("target", ("int8", "uint8"))
@pytest.mark.parametrize("scale", (1e-6, 0.0039, 0.05, 0.1, 1.0, 77.0))
def test_floats(target, scale):
    """TFLite Micro makes no uint8 of floats; LiteRT does. Numbers of 2^31 steps or more overflow in both: test_saturation."""
    for zero_point in ZERO_POINTS[target]:
        graph = one_op("QUANTIZE", [tensor((4, 400), "float32")], [tensor((4, 400), target, Numbers(scale, zero_point))])
        rng = np.random.default_rng(0)
        halves = (np.arange(1600, dtype=np.float32) - 800) / 2 * np.float32(scale)
        inputs = [halves, np.nextafter(halves, np.float32(0)), np.nextafter(halves, np.float32(1e9)), rng.normal(0, 60 * scale, 1600)]
        inputs.append(np.resize(np.array([0.0, -0.0, 1e-45, -1e-45, 2e9 * scale, -2e9 * scale], np.float32), 1600))
        given = [[np.asarray(x, np.float32).reshape(4, 400)] for x in inputs]
        agree(graph, given=given, oracle=LiteRt if target == "uint8" else Reference)


@pytest.mark.parametrize("target", ("int8", "uint8", "int16"))
def test_saturation(target):
    """However large: the nearest number there is."""
    low, high = ranges(target)
    for zero_point in ZERO_POINTS[target]:
        graph = one_op("QUANTIZE", [tensor((6,), "float32")], [tensor((6,), target, Numbers(1e-3, zero_point))])
        values = np.array([3e6, -3e6, 3e38, -3e38, np.inf, -np.inf], np.float32)
        assert Mite(write(graph)).run([values], 1)[0].tolist() == [high, low] * 3


@pytest.mark.parametrize("source, target", [("int8", "int8"), ("int8", "uint8"), ("uint8", "int8")])
@pytest.mark.parametrize("scale", (1e-4, 0.01, 0.049, 0.05, 0.0501, 0.1, 1.0, 30.0))
def test_requantize(source, target, scale):
    for a in ZERO_POINTS[source]:
        for b in ZERO_POINTS[target]:
            agree_everywhere(source, target, Numbers(0.05, a), Numbers(scale, b))


@given(st.sampled_from([("int8", "int8"), ("int8", "uint8"), ("uint8", "int8")]), st.floats(1e-3, 10), st.floats(1e-3, 10),
       st.integers(0, 255), st.integers(0, 255))  # fmt: skip
def test_any(types, a_scale, b_scale, a, b):
    low = [int(np.iinfo(t).min) for t in types]
    agree_everywhere(*types, Numbers(a_scale, low[0] + a), Numbers(b_scale, low[1] + b))


@pytest.mark.parametrize("scale", (1e-6, 3e-5, 0.01, 1.0))
def test_floats_to_int16(scale):
    for zero_point in (0, -700):
        graph = one_op("QUANTIZE", [tensor((4, 400), "float32")], [tensor((4, 400), "int16", Numbers(scale, zero_point))])
        rng = np.random.default_rng(0)
        halves = (np.arange(1600, dtype=np.float32) * 41 - 32800) / 2 * np.float32(scale)
        inputs = [halves, 2 * halves, np.nextafter(halves, np.float32(0)), np.nextafter(halves, np.float32(1e9)), rng.normal(0, 20000 * scale, 1600)]
        inputs.append(np.resize(np.array([0.0, -0.0, 1e-45, -1e-45, 2e9 * scale, -2e9 * scale], np.float32), 1600))
        agree(graph, given=[[np.asarray(x, np.float32).reshape(4, 400)] for x in inputs])


@pytest.mark.parametrize("source, target", [
    ("int8", "int16"), ("int8", "int32"), ("int16", "int8"), ("int16", "int16"), ("int16", "int32"), ("int32", "int8"), ("int32", "int16"),
])  # fmt: skip
@pytest.mark.parametrize("scale", (1e-6, 1e-4, 0.009, 0.0101, 1.0, 30.0))
def test_wide(source, target, scale):
    """TFLite Micro allows any zero point."""
    for a, b in ((0, 0), (-7, 100)):
        agree(one_op("QUANTIZE", [tensor((2, 300), source, Numbers(0.01, a))], [tensor((2, 300), target, Numbers(scale, b))]))
