"""Whole networks as they were published, with random weights: every tensor of each agrees with the reference, byte for byte."""

import time

import classics
import numpy as np
import pytest

from mite_tools.compile import compile_graph, compile_model
from mite_tools.graph import Graph
from mite_tools.tflite.write import write
from mite_tools.verify import verify

from first_scheme import as_uint8

NETWORKS = {
    "mobilenet_v1": classics.mobilenet_v1, "mobilenet_v2": classics.mobilenet_v2, "ssd": classics.ssd, "inception_v3": classics.inception_v3,
    "lstm": classics.lstm,
}  # fmt: skip
PATIENCE = 60  # seconds that planning may take at the most; it takes a tenth of that


@pytest.mark.parametrize("name", NETWORKS)
def test_every_tensor_agrees(name, tmp_path):
    path = tmp_path / f"{name}.tflite"
    graph = NETWORKS[name]()
    path.write_bytes(write(graph))
    verdict = verify(path, random_runs=1 if name == "inception_v3" else 3)
    assert verdict.exact, [(row.op, row.tensor, row.differ) for row in verdict.rows if row.differ]
    assert verdict.reference.startswith("TFLite Micro") and len(verdict.rows) == len(graph.ops)


@pytest.mark.parametrize("name", ("mobilenet_v1", "mobilenet_v2", "ssd"))
def test_the_first_quantization_scheme_agrees(name, tmp_path):
    """The same networks in uint8, with a zero point of the weights' own. (LiteRT's softmax gives up where 256 shares are alike: not so many classes.)"""
    path = tmp_path / f"{name}.tflite"
    path.write_bytes(write(as_uint8(NETWORKS[name](classes=91))))
    verdict = verify(path, random_runs=1)
    assert verdict.exact, [(row.op, row.tensor, row.differ) for row in verdict.rows if row.differ]
    assert verdict.reference.startswith("LiteRT")


def test_weights_of_four_bits_agree_and_halve_the_image(tmp_path):
    graph, plain = classics.mobilenet_v2(), compile_graph(classics.mobilenet_v2())
    for op in graph.ops:
        if op.kind in ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED"):
            filter = op.inputs[1]
            filter.dtype, filter.data = "int4", filter.data >> 4
            filter.quantization.scale = filter.quantization.scale * 16
    path = tmp_path / "four_bits.tflite"
    path.write_bytes(write(graph))
    verdict = verify(path, random_runs=1)
    assert verdict.exact, [(row.op, row.tensor, row.differ) for row in verdict.rows if row.differ]
    assert verdict.reference.startswith("TFLite Micro")
    assert len(compile_model(path).image) < 0.6 * len(plain.image)


@pytest.mark.parametrize("name", ("mobilenet_v2", "lstm"))
def test_random_weights_make_a_network_that_listens(name):
    """Other pictures, other answers: what agrees is not a row of constants."""
    import mite

    model, answers = mite.Model(compile_graph(NETWORKS[name]()).image), set()
    for seed in range(4):
        values = np.random.default_rng(seed).integers(-128, 128, model.inputs[0].shape).astype(np.int8)
        model.inputs[0].data[:] = values.tobytes()
        model.invoke()
        answers.add(bytes(model.outputs[0].data))
    assert len(answers) == 4


def test_many_ops_are_planned_in_time(tmp_path):
    """Inception V3, narrow, three times over: over 300 ops with branches."""
    graph = triple(lambda: classics.inception_v3(width=0.1))
    assert len(graph.ops) > 300
    path = tmp_path / "long.tflite"
    path.write_bytes(write(graph))
    begin = time.monotonic()
    compiled = compile_model(path)
    assert time.monotonic() - begin < PATIENCE
    assert compiled.plan.arena_bytes <= 1.001 * max(compile_graph(classics.inception_v3(width=0.1)).plan.arena_bytes + 3 * 1000 + 75 * 75 * 3, 0)


def triple(make) -> Graph:
    """Three networks of the same input side by side in one graph."""
    graphs = [make() for _ in range(3)]
    for graph in graphs[1:]:
        graph.replace(graph.inputs[0], graphs[0].inputs[0])
    return Graph([op for g in graphs for op in g.ops], graphs[0].inputs, [t for g in graphs for t in g.outputs], "long")
