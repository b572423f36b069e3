"""Whole models of int16 activations and int8 weights (16x8): every tensor of them is the reference's."""

import pytest
from small_models import RELU, RELU6, SAME, Wide

from mite_tools.compile import compile_model
from mite_tools.graph import Graph, Tensor
from mite_tools.tflite.write import write
from mite_tools.verify import verify


class Model(Wide):
    """A sketch that becomes a file."""

    def plus(self, a: Tensor, b: Tensor, scale: float) -> Tensor:
        return self.add_op("ADD", (a, b), self.tensor(a.shape, scale), fused_activation_function=RELU)

    def image_of(self, inputs, outputs, path):
        graph = Graph(self.ops, list(inputs), list(outputs), "wide")
        for number, t in enumerate(graph.tensors()):
            t.name = f"{t.name} {number}"
        path.write_bytes(write(graph))
        return path


def residual(path):
    """Real numbers in and out; a residual block, a depthwise separable one, a classifier."""
    s = Model(11)
    sound = s.tensor((1, 13, 9, 3), None, dtype="float32")
    x = s.add_op("QUANTIZE", (sound,), s.tensor(sound.shape, 1 / 32768))
    x = s.conv(x, 8, 3, activation=RELU6, scale=3e-4)
    y = s.conv(s.conv(x, 8, 3, activation=RELU), 8, 3)
    x = s.plus(x, y, y.scale * 1.3)
    x = s.conv(x, 16, 3, 2, depthwise=True, activation=RELU)
    x = s.conv(x, 12, 1)
    x = s.pool("MAX_POOL_2D", x, 2, 2, SAME)
    x = s.add_op("LEAKY_RELU", (x,), s.tensor(x.shape, x.scale * 0.8), alpha=0.1)
    mean = s.add_op("MEAN", (x, s.constant([1, 2])), s.tensor((1, 12), x.scale * 0.7), keep_dims=False)
    logits = s.dense(mean, 5, per_channel=True)
    logits.quantization.scale[:] = mean.scale * 0.5
    shares = s.add_op("SOFTMAX", (logits,), s.tensor((1, 5), 2**-15), beta=1.0)
    real = s.add_op("DEQUANTIZE", (shares,), s.tensor((1, 5), None, dtype="float32"))
    return s.image_of((sound,), (real,), path)


def attention(path):
    """Products of activations, gates, masks that move with them, and a way to int8 and back."""
    s = Model(12)
    a, narrow = s.tensor((1, 7, 8), 1e-4), s.tensor((1, 7, 8), 0.02, -3, "int8")
    b = s.add_op("QUANTIZE", (narrow,), s.tensor((1, 7, 8), 1e-4))
    scores = s.add_op("BATCH_MATMUL", (a, b), s.tensor((1, 7, 7), 4e-4), adj_x=False, adj_y=True)
    shares = s.add_op("SOFTMAX", (scores,), s.tensor((1, 7, 7), 2**-15), beta=0.35)
    mixed = s.add_op("BATCH_MATMUL", (shares, b), s.tensor((1, 7, 8), 1e-4), adj_x=False, adj_y=False)
    gate = s.add_op("LOGISTIC", (a,), s.tensor((1, 7, 8), 2**-15))
    x = s.add_op("MUL", (mixed, gate), s.tensor((1, 7, 8), 1e-4), fused_activation_function=0)
    x = s.add_op("SQUARED_DIFFERENCE", (x, a), s.tensor((1, 7, 8), 3e-4))
    x = s.add_op("TRANSPOSE", (x, s.constant([0, 2, 1])), s.tensor((1, 8, 7), 3e-4))
    x = s.add_op("CONCATENATION", (x, x), s.tensor((1, 16, 7), 3e-4), axis=1, fused_activation_function=0)
    x = s.add_op("TANH", (x,), s.tensor((1, 16, 7), 2**-15))
    back = s.add_op("QUANTIZE", (x,), s.tensor((1, 16, 7), 1 / 128, 0, "int8"))
    return s.image_of((a, narrow), (back,), path)


@pytest.mark.parametrize("make", (residual, attention))
def test_every_tensor_agrees(make, tmp_path):
    verdict = verify(make(tmp_path / "wide.tflite"), random_runs=6)
    assert verdict.exact, [(row.op, row.tensor, row.differ) for row in verdict.rows if row.differ]
    assert verdict.reference.startswith("TFLite Micro") and len(verdict.rows) > 10


@pytest.mark.parametrize("make", (residual, attention))
def test_outputs_lie_over_inputs(make, tmp_path):
    """The arena is smaller than the largest input and output of an op together."""
    compiled = compile_model(make(tmp_path / "wide.tflite"))
    largest = max(sum(t.bytes for t in {*r.reads(), *r.writes()}) for r in compiled.program.records)
    assert compiled.plan.arena_bytes < largest
