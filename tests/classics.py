"""The vision classics, and a recurrent one, as whole graphs with random int8 weights: built here from their published architectures.

Scales are chosen so that activations keep to about -3 to 3 (or 0 to 6), as training does. MobileNet V1 (Howard et al. 2017), MobileNet V2 (Sandler et al. 2018),
SSD (Liu et al. 2016) on MobileNet V1, Inception V3 (Szegedy et al. 2015), a layer of LSTM (Hochreiter and Schmidhuber 1997).
"""

import numpy as np
from small_models import RELU, RELU6, SAME, VALID, Sketch

from mite_tools.graph import Graph, Quantization, Tensor

NONE, TANH = 0, 4
LINEAR = (6 / 255, -4)  # scale and zero point of what lies between -3 and 3
POSITIVE = (6 / 255, -128)  # of what lies between 0 and 6


class Network(Sketch):
    """A sketch whose layers fill the range of their outputs."""

    def layer(self, shape, axis: int, x: Tensor) -> list[Tensor]:
        """[weights, bias] with a scale for each channel, such that outputs spread over about +-2."""
        channels, taps = shape[axis], int(np.prod(shape)) // shape[axis]
        spread = 2 / (np.sqrt(taps) * 1.5)  # of weights, so that sums of inputs of about 1.5 get there
        scales = spread / 74 * self.random.uniform(0.7, 1.4, channels)
        weights = self.constant(self.random.integers(-127, 128, shape, np.int8), "int8", scales, axis)
        bias = self.constant(self.random.normal(0.3, 0.5, channels) / (x.scale * scales))
        return [weights, bias]

    def conv(self, x: Tensor, out_c: int, kernel, stride=1, padding=SAME, activation=RELU6, depthwise=False) -> Tensor:
        kernel = (kernel, kernel) if isinstance(kernel, int) else kernel
        batches, in_h, in_w, in_c = x.shape
        out = [-(-size // stride) if padding == SAME else -(-(size - k + 1) // stride) for size, k in zip((in_h, in_w), kernel)]
        shape = (1, *kernel, out_c) if depthwise else (out_c, *kernel, in_c)
        output = self.tensor((batches, *out, out_c), *(LINEAR if activation == NONE else POSITIVE))
        options = {"depth_multiplier": out_c // in_c} if depthwise else {}
        return self.add_op(
            "DEPTHWISE_CONV_2D" if depthwise else "CONV_2D", [x, *self.layer(shape, 3 if depthwise else 0, x)], output, padding=padding,
            stride_h=stride, stride_w=stride, dilation_hfactor=1, dilation_wfactor=1, fused_activation_function=activation, **options,
        )  # fmt: skip

    def separable(self, x: Tensor, out_c: int, stride=1) -> Tensor:
        """A depthwise convolution and one of a single pixel."""
        return self.conv(self.conv(x, x.shape[3], 3, stride, depthwise=True), out_c, 1)

    def add(self, a: Tensor, b: Tensor) -> Tensor:
        return self.add_op("ADD", (a, b), self.tensor(a.shape, 8 / 255, 1), fused_activation_function=NONE)

    def join(self, parts, axis: int) -> Tensor:
        shape = list(parts[0].shape)
        shape[axis] = sum(part.shape[axis] for part in parts)
        output = self.tensor(shape, parts[0].scale, parts[0].zero_point)
        return self.add_op("CONCATENATION", parts, output, axis=axis, fused_activation_function=NONE)

    def reshape(self, x: Tensor, *shape: int) -> Tensor:
        return self.add_op("RESHAPE", (x, self.constant(shape)), self.tensor(shape, x.scale, x.zero_point), new_shape=shape)

    def dense(self, x: Tensor, outputs: int) -> Tensor:
        weights, bias = self.layer((outputs, x.shape[-1]), 0, x)
        q = weights.quantization
        weights.quantization = Quantization(q.scale[:1], q.zero_point[:1])  # one for all, as the converter has it here
        output = self.tensor((x.shape[0], outputs), 16 / 255, -3)
        return self.add_op("FULLY_CONNECTED", (x, weights, bias), output, weights_format=0, fused_activation_function=NONE)

    def softmax(self, x: Tensor) -> Tensor:
        return self.add_op("SOFTMAX", (x,), self.tensor(x.shape, 1 / 256, -128), beta=1.0)

    def classified(self, x: Tensor, classes: int) -> Tensor:
        """The mean of each channel, a fully connected layer, a softmax."""
        mean = self.add_op("MEAN", (x, self.constant([1, 2])), self.tensor((1, x.shape[3]), 3 / 255, -128), keep_dims=False)
        return self.softmax(self.dense(mean, classes))

    def graph(self, inputs, outputs) -> Graph:
        graph = Graph(self.ops, list(inputs), list(outputs), "classic")
        for number, tensor in enumerate(graph.tensors()):
            tensor.name = f"tensor {number}"
        return graph


def _wide(channels: float, alpha: float) -> int:
    """So many channels times alpha, to a multiple of 8."""
    return max(8, int(channels * alpha + 4) // 8 * 8)


def _mobilenet_v1_body(n: Network, x: Tensor, alpha: float) -> tuple[Tensor, Tensor]:
    """(what layer 11 gives, what the last one gives)"""
    x = n.conv(x, _wide(32, alpha), 3, 2)
    for out_c, stride in ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5):
        x = n.separable(x, _wide(out_c, alpha), stride)
    return x, n.separable(n.separable(x, _wide(1024, alpha), 2), _wide(1024, alpha))


def mobilenet_v1(size=64, alpha=0.25, classes=1001) -> Graph:
    n = Network(1)
    picture = n.tensor((1, size, size, 3), 2 / 255, -1)
    _, x = _mobilenet_v1_body(n, picture, alpha)
    return n.graph([picture], [n.classified(x, classes)])


def mobilenet_v2(size=64, alpha=0.35, classes=1001) -> Graph:
    n = Network(2)
    picture = n.tensor((1, size, size, 3), 2 / 255, -1)
    x = n.conv(picture, _wide(32, alpha), 3, 2)
    blocks = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))
    for expansion, out_c, count, stride in blocks:
        for step in (stride, *[1] * (count - 1)):
            wide = n.conv(x, expansion * x.shape[3], 1) if expansion > 1 else x
            y = n.conv(n.conv(wide, wide.shape[3], 3, step, depthwise=True), _wide(out_c, alpha), 1, activation=NONE)
            x = n.add(x, y) if x.shape == y.shape else y
    return n.graph([picture], [n.classified(n.conv(x, 1280, 1), classes)])


def ssd(size=96, alpha=0.25, classes=91) -> Graph:
    """MobileNet V1, four smaller maps behind it, on each of the six the boxes and scores of its anchors. Outputs: [1, anchors, 4] and [1, anchors, classes]."""
    n = Network(3)
    picture = n.tensor((1, size, size, 3), 2 / 255, -1)
    maps = list(_mobilenet_v1_body(n, picture, alpha))
    for out_c in (512, 256, 256, 128):
        squeezed = n.conv(maps[-1], _wide(out_c // 2, alpha), 1)
        maps.append(n.conv(squeezed, _wide(out_c, alpha), 3, 2))
    boxes, scores = [], []
    for number, each in enumerate(maps):
        anchors, cells = 6 if number else 3, each.shape[1] * each.shape[2]
        boxes.append(n.reshape(n.conv(each, anchors * 4, 1, activation=NONE), 1, cells * anchors, 4))
        scores.append(n.reshape(n.conv(each, anchors * classes, 1, activation=NONE), 1, cells * anchors, classes))
    logits = n.join(scores, 1)
    return n.graph([picture], [n.join(boxes, 1), n.add_op("LOGISTIC", (logits,), n.tensor(logits.shape, 1 / 256, -128))])


def inception_v3(size=75, width=1.0, classes=1000) -> Graph:
    """width: of every layer, 1 as published. size: at least 75."""
    n = Network(4)

    def conv(x, out_c, kernel, stride=1, padding=SAME):
        return n.conv(x, max(1, int(out_c * width)), kernel, stride, padding, RELU)

    def chain(x, *layers):
        for layer in layers:
            x = conv(x, *layer)
        return x

    def pooled(x):
        return n.pool("AVERAGE_POOL_2D", x, 3, 1)

    def smaller(x):
        return n.pool("MAX_POOL_2D", x, 3, 2, VALID)

    picture = n.tensor((1, size, size, 3), 2 / 255, -1)
    x = chain(picture, (32, 3, 2, VALID), (32, 3, 1, VALID), (64, 3))
    x = smaller(chain(smaller(x), (80, 1, 1, VALID), (192, 3, 1, VALID)))
    for features in (32, 64, 64):
        x = n.join((conv(x, 64, 1), chain(x, (48, 1), (64, 5)), chain(x, (64, 1), (96, 3), (96, 3)), conv(pooled(x), features, 1)), 3)
    x = n.join((conv(x, 384, 3, 2, VALID), chain(x, (64, 1), (96, 3), (96, 3, 2, VALID)), smaller(x)), 3)
    for c in (128, 160, 160, 192):
        once = chain(x, (c, 1), (c, (1, 7)), (192, (7, 1)))
        twice = chain(x, (c, 1), (c, (7, 1)), (c, (1, 7)), (c, (7, 1)), (192, (1, 7)))
        x = n.join((conv(x, 192, 1), once, twice, conv(pooled(x), 192, 1)), 3)
    first = chain(x, (192, 1), (320, 3, 2, VALID))
    x = n.join((first, chain(x, (192, 1), (192, (1, 7)), (192, (7, 1)), (192, 3, 2, VALID)), smaller(x)), 3)
    for _ in range(2):
        a, b = conv(x, 384, 1), chain(x, (448, 1), (384, 3))
        sides = [n.join((conv(y, 384, (1, 3)), conv(y, 384, (3, 1))), 3) for y in (a, b)]
        x = n.join((conv(x, 320, 1), *sides, conv(pooled(x), 192, 1)), 3)
    return n.graph([picture], [n.classified(x, classes)])


def lstm(steps=12, inputs=10, units=20, classes=5) -> Graph:
    """A sequence [1, steps, inputs] to one of `classes`, by what the layer has in mind at the end."""
    n = Network(5)
    sequence = n.tensor((1, steps, inputs), 4 / 255, 3)

    def gates(columns):
        return [n.constant(n.random.integers(-127, 128, (units, columns)), "int8", [0.01]) for _ in range(4)]

    def variable(scale, zero_point, dtype):
        tensor = n.tensor((1, units), scale, zero_point, dtype)
        tensor.is_variable = True
        return tensor

    biases = [n.constant(n.random.integers(-2000, 2000, units)) for _ in range(4)]
    state, cell = variable(1 / 128, 0, "int8"), variable(2**-11, 0, "int16")
    given = (sequence, *gates(inputs), *gates(units), None, None, None, *biases, None, None, state, cell, None, None, None, None)
    x = n.add_op("UNIDIRECTIONAL_SEQUENCE_LSTM", given, n.tensor((1, steps, units), 1 / 128, 0), fused_activation_function=TANH,
                 time_major=False, cell_clip=10.0, proj_clip=0.0)  # fmt: skip
    ends = (n.constant([0, steps - 1, 0]), n.constant([1, steps, units]), n.constant([1, 1, 1]))
    last = n.add_op("STRIDED_SLICE", (x, *ends), n.tensor((1, units), 1 / 128, 0), begin_mask=0, end_mask=0, ellipsis_mask=0, new_axis_mask=0,
                    shrink_axis_mask=2)  # fmt: skip
    return n.graph([sequence], [n.softmax(n.dense(last, classes))])
