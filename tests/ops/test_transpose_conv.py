"""TRANSPOSE_CONV, int8 and int16."""

import numpy as np
import pytest
from harness import CLAMPS, SAME, VALID, Numbers, agree, indices, one_op, tensor
from hypothesis import given
from hypothesis import strategies as st
from mite_tools.graph import Quantization
from reals import near, numbers, real
from sixteen import widened


def transposed(size, kernel, stride, channels=(3, 4), padding=SAME, batches=1, bias=True, activation=0, zero_point=-5, seed=0):
    rng = np.random.default_rng(seed)
    in_c, out_c = channels
    out = [n * s if padding == SAME else n * s + max(k - s, 0) for n, k, s in zip(size, kernel, stride)]
    filter = tensor((out_c, *kernel, in_c), data=rng.integers(-127, 128, (out_c, *kernel, in_c)))
    filter.quantization = Quantization(rng.uniform(0.005, 0.02, out_c).astype(np.float32), np.zeros(out_c, np.int64), 0)
    inputs = [indices(batches, *out, out_c), filter, tensor((batches, *size, in_c), numbers=Numbers(0.05, zero_point))]
    if bias:
        inputs.append(tensor((out_c,), "int32", Numbers(0.0005, 0), rng.integers(-3000, 3000, out_c)))
    return one_op("TRANSPOSE_CONV", inputs, [tensor((batches, *out, out_c), numbers=Numbers(0.1, 7))], padding=padding,
                  stride_h=stride[0], stride_w=stride[1], fused_activation_function=activation)  # fmt: skip


@pytest.mark.parametrize("padding", (SAME, VALID))
@pytest.mark.parametrize("kernel", [(1, 1), (2, 2), (3, 3), (4, 4), (5, 3), (1, 4)])
@pytest.mark.parametrize("stride", [(1, 1), (2, 2), (3, 2), (1, 3)])
def test_kernels(kernel, stride, padding):
    agree(transposed((4, 5), kernel, stride, padding=padding))


@pytest.mark.parametrize("channels", [(1, 1), (7, 8), (16, 17), (33, 3)])
@pytest.mark.parametrize("bias", (False, True))
def test_channels(channels, bias):
    agree(transposed((3, 3), (3, 3), (2, 2), channels, batches=2, bias=bias))


@pytest.mark.parametrize("activation", CLAMPS)
@pytest.mark.parametrize("zero_point", (-128, 0, 127))
def test_activation(activation, zero_point):
    agree(transposed((3, 3), (3, 3), (2, 2), activation=activation, zero_point=zero_point))


small = st.integers(1, 5)


@given(st.tuples(small, small), st.tuples(small, small), st.tuples(small, small), st.sampled_from((SAME, VALID)), st.integers(0, 99))
def test_any(size, kernel, stride, padding, seed):
    agree(transposed(size, kernel, stride, padding=padding, seed=seed))


@pytest.mark.parametrize("padding", (SAME, VALID))
@pytest.mark.parametrize("kernel, stride", [((3, 3), (2, 2)), ((1, 1), (1, 1)), ((4, 2), (3, 1)), ((2, 5), (1, 3))])
@pytest.mark.parametrize("bias", (None, "int64", "int16"))
def test_int16(kernel, stride, padding, bias):
    """Sums of 64 bits, with biases or without."""
    agree(widened(transposed((4, 5), kernel, stride, padding=padding, batches=2), bias, 5))


@pytest.mark.parametrize("activation", CLAMPS)
def test_int16_activation(activation):
    agree(widened(transposed((3, 3), (3, 3), (2, 2), activation=activation)))


@pytest.mark.parametrize("padding", (SAME, VALID))
@pytest.mark.parametrize("kernel, stride", [((3, 3), (2, 2)), ((1, 1), (1, 1)), ((2, 2), (3, 3)), ((4, 5), (2, 1)), ((3, 3), (1, 1)), ((2, 4), (2, 4))])
def test_floats(kernel, stride, padding):
    for in_c, out_c, bias in ((1, 3, False), (7, 8, True)):
        size = (3, 4)
        out = [n * s if padding == SAME else (n - 1) * s + k for n, s, k in zip(size, stride, kernel)]
        shape = (out_c, *kernel, in_c)
        parts = [indices(1, *out, out_c), real(shape, numbers(shape)), real((1, *size, in_c))] + [real((out_c,), numbers(out_c, 3))] * bias
        near(one_op("TRANSPOSE_CONV", parts, [real((1, *out, out_c))], padding=padding, stride_h=stride[0], stride_w=stride[1],
                    fused_activation_function=0))  # fmt: skip
