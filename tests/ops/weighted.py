"""Graphs of the ops with weights: convolutions and fully connected."""

import numpy as np
from harness import NONE, SAME, Numbers, one_op, tensor
from mite_tools.graph import Graph, Quantization, Tensor


def window(size: int, kernel: int, stride: int, dilation: int, padding: int) -> int:
    """How many windows fit: TensorFlow's rule."""
    reach = (kernel - 1) * dilation + 1
    return -(-size // stride) if padding == SAME else -(-(size - reach + 1) // stride)


def weights(rng, shape, axis: int, scales: np.ndarray, input: Tensor, bias: bool, reach: int) -> list[Tensor | None]:
    """[filter, bias or None]: random, with one scale or one for each slice of `axis`. reach: the largest bias."""
    data = rng.integers(-127, 127, shape, endpoint=True)
    filter = tensor(shape, "int8", None, data)
    filter.quantization = Quantization(scales.astype(np.float32), np.zeros(len(scales), np.int64), axis)
    if not bias:
        return [filter, None]
    products = input.quantization.scale * filter.quantization.scale
    b = tensor((shape[axis],), "int32", None, rng.integers(-reach, reach, shape[axis], endpoint=True))
    b.quantization = Quantization(products.astype(np.float32), np.zeros(len(products), np.int64), 0)
    return [filter, b]


def silence(filter: Tensor) -> None:
    """All weights zero but one, as in channels that training has switched off."""
    data = np.zeros(filter.shape, np.int8)
    data.flat[0] = 100
    filter.data = data


def filter_scales(rng, count: int, per_channel: bool, scale: float) -> np.ndarray:
    return scale * 2.0 ** rng.uniform(-2, 2, count if per_channel else 1)


def output_numbers(input: Numbers, scale: float, taps: int, zero_point: int) -> Numbers:
    """A scale that about fills the output's range with random data."""
    return Numbers(input.scale * scale * 74 * 74 * max(taps, 1) ** 0.5 / 60, zero_point)


def convolution(
    kind: str = "CONV_2D", size=(8, 9), channels=(8, 8), kernel=(3, 3), stride=(1, 1), dilation=(1, 1), padding=SAME,
    activation=NONE, batches=1, per_channel=True, groups=1, bias=True, input=Numbers(0.05, -3), output_zero_point=5,
    output_scale=None, filter_scale=0.01, bias_reach=20000, dead=False, seed=0,
) -> Graph:  # fmt: skip
    """A graph with one CONV_2D or DEPTHWISE_CONV_2D with random weights. channels: (in, out). output_scale: None fills the range.

    dead: weights zero but for one, as pruned channels have.
    """
    rng = np.random.default_rng(seed)
    in_c, out_c = channels
    x = tensor((batches, *size, in_c), numbers=input)
    depthwise = kind == "DEPTHWISE_CONV_2D"
    shape, axis = ((1, *kernel, out_c), 3) if depthwise else ((out_c, *kernel, in_c // groups), 0)
    parts = weights(rng, shape, axis, filter_scales(rng, out_c, per_channel, filter_scale), x, bias, bias_reach)
    if dead:
        silence(parts[0])
    taps = kernel[0] * kernel[1] * (1 if depthwise else in_c // groups)
    numbers = output_numbers(input, filter_scale, taps, output_zero_point)
    if output_scale is not None:
        numbers = Numbers(output_scale, output_zero_point)
    out = [window(*sizes, padding) for sizes in zip(size, kernel, stride, dilation)]
    y = tensor((batches, *out, out_c), numbers=numbers)
    options = {"depth_multiplier": out_c // in_c} if depthwise else {}
    return one_op(
        kind, [x, *parts] if bias else [x, parts[0]], [y], padding=padding, stride_h=stride[0], stride_w=stride[1],
        dilation_hfactor=dilation[0], dilation_wfactor=dilation[1], fused_activation_function=activation, **options,
    )  # fmt: skip


def dense(
    shape=(1, 16), outputs=8, activation=NONE, per_channel=False, bias=True, keep_dims=False, input=Numbers(0.05, -3),
    output_zero_point=5, output_scale=None, filter_scale=0.01, bias_reach=20000, dead=False, seed=0,
) -> Graph:  # fmt: skip
    """A graph with one FULLY_CONNECTED with random weights over the last dimension of `shape`."""
    rng = np.random.default_rng(seed)
    x = tensor(shape, numbers=input)
    depth = shape[-1]
    parts = weights(rng, (outputs, depth), 0, filter_scales(rng, outputs, per_channel, filter_scale), x, bias, bias_reach)
    if dead:
        silence(parts[0])
    numbers = output_numbers(input, filter_scale, depth, output_zero_point)
    if output_scale is not None:
        numbers = Numbers(output_scale, output_zero_point)
    rows = x.count // depth
    y = tensor((*shape[:-1], outputs) if keep_dims else (rows, outputs), numbers=numbers)
    return one_op("FULLY_CONNECTED", [x, *parts], [y], fused_activation_function=activation, keep_num_dims=keep_dims)


def float_convolution(
    kind: str = "CONV_2D", size=(8, 9), channels=(8, 8), kernel=(3, 3), stride=(1, 1), dilation=(1, 1), padding=SAME, activation=NONE,
    batches=1, groups=1, bias=True,
) -> Graph:  # fmt: skip
    """A graph with one CONV_2D or DEPTHWISE_CONV_2D of float32 numbers. channels: (in, out)."""
    rng = np.random.default_rng(0)
    in_c, out_c = channels
    depthwise = kind == "DEPTHWISE_CONV_2D"
    shape = (1, *kernel, out_c) if depthwise else (out_c, *kernel, in_c // groups)
    parts = [tensor(shape, "float32", data=rng.normal(size=shape)), tensor((out_c,), "float32", data=rng.normal(size=out_c))][: 1 + bias]
    out = [window(*sizes, padding) for sizes in zip(size, kernel, stride, dilation)]
    options = {"depth_multiplier": out_c // in_c} if depthwise else {}
    return one_op(
        kind, [tensor((batches, *size, in_c), "float32"), *parts], [tensor((batches, *out, out_c), "float32")], padding=padding,
        stride_h=stride[0], stride_w=stride[1], dilation_hfactor=dilation[0], dilation_wfactor=dilation[1],
        fused_activation_function=activation, **options,
    )  # fmt: skip
