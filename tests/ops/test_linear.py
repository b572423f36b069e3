"""Sums as one multiplication for each input: when they are found, and that they say the same for all pairs of inputs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mite_tools.compile import compile_graph
from mite_tools.image.describe import describe
from mite_tools.ops import linear
from test_add import add
from harness import Numbers

SCALES = st.floats(0.01, 1)
POINTS = st.integers(-128, 127)


def records(scales) -> set[str]:
    graph = add((2, 9), None, *(Numbers(scale, zero) for scale, zero in zip(scales, (2, -5, 7))))
    return {op.op for op in describe(compile_graph(graph).image).ops}


def test_which_records_are_made():
    assert records((0.0512, 0.0317, 0.0831)) == records((0.1, 0.1, 0.2)) == {"ADD"}
    # An output of which one step is thousands of the inputs' cannot be exact in 32 bits.
    assert records((3e4, 1e-3, 0.01)) == {"BINARY"}


@settings(max_examples=40, deadline=None)
@given(SCALES, SCALES, SCALES, POINTS, POINTS, POINTS, st.sampled_from((1, -1)))
def test_all_pairs(a, b, output, a_zero, b_zero, zero, sign):
    twice = 2 * max(a, b)
    one, other = (linear.requantized(linear.NUMBERS - z << 20, s / twice) for s, z in ((a, a_zero), (b, b_zero)))
    wanted = np.clip(linear.requantized(one[:, None] + sign * other, twice / (1 << 20) / output) + zero, -128, 127)
    if (line := linear.find(wanted, a / output, sign * b / output, -128, 127)) is None:
        return
    x = linear.NUMBERS.astype(np.int32)
    sums = x[:, None] * np.int32(line.a_factor) + x * np.int32(line.b_factor) + np.int32(line.base)
    np.testing.assert_array_equal(np.clip(sums >> line.shift, -128, 127), wanted)


def test_nearly_all_are_found():
    rng, found = np.random.default_rng(1), 0
    for _ in range(60):
        a, b, output = np.exp(rng.uniform(-2, 0, 3))
        one, other = (linear.requantized(linear.NUMBERS + 7 << 20, s / (2 * max(a, b))) for s in (a, b))
        wanted = np.clip(linear.requantized(one[:, None] + other, 2 * max(a, b) / (1 << 20) / output), -128, 127)
        found += linear.find(wanted, a / output, b / output, -128, 127) is not None
    assert found >= 57


@pytest.mark.parametrize("real, values", [(0.75, range(-9, 9)), (3.0, (-5, 0, 7)), (2**-31, (2**30, -(2**30), 5))])
def test_requantized_as_the_scalar_arithmetic(real, values):
    from mite_tools.arithmetic import quantize_multiplier, scale

    got = linear.requantized(np.array(values, np.int64), real)
    assert got.tolist() == [scale(value, *quantize_multiplier(real)) for value in values]
