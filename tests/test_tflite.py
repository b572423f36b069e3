"""Reading and writing .tflite files."""

import numpy as np
import pytest
import tflite
from mite_tools.errors import ConvertError
from mite_tools.graph import Graph, Op, Quantization, Tensor
from mite_tools.tflite.read import parse, read
from mite_tools.tflite.write import options_table, write


def small() -> Graph:
    """A graph with every kind of thing: options of all kinds, an absent input, per-channel scales, a custom op."""
    q = Quantization(np.array([0.5], np.float32), np.array([3]))
    x, y, z = (Tensor(name, (1, 4, 4, 2), "int8", q) for name in "xyz")
    per_channel = Quantization(np.array([0.1, 0.2], np.float32), np.zeros(2, np.int64), 0)
    weights = Tensor("w", (2, 1, 1, 2), "int8", per_channel, np.ones((2, 1, 1, 2), np.int8))
    flat = Tensor("flat", (32,), "int8", q)
    shape = Tensor("shape", (1,), "int32", None, np.array([32], np.int32))
    twin = Tensor("twin", (1,), "int32", None, np.array([32], np.int32))
    state = Tensor("state", (2,), "float32", is_variable=True)
    return Graph(
        [
            Op("CONV_2D", [x, weights, None], [y], {"padding": 1, "stride_h": 1, "stride_w": 1, "fused_activation_function": 3}),
            Op("AVERAGE_POOL_2D", [y], [z], {"filter_height": 1, "filter_width": 1, "stride_h": 1, "stride_w": 1}),
            Op("RESHAPE", [z, shape], [flat], {"new_shape": (32,)}),
            Op("CUSTOM:Mine", [flat, twin, state], [Tensor("out", (), "float32")]),
        ],
        [x],
        [flat],
    )


def assert_same(a: Graph, b: Graph) -> None:
    """The same graph, but for the tensors' numbers in the file."""
    pairs = dict(zip(a.tensors(), b.tensors(), strict=True))
    for t, u in pairs.items():
        assert (t.name, t.shape, t.dtype, t.is_variable) == (u.name, u.shape, u.dtype, u.is_variable)
        assert (t.data is None) == (u.data is None) and (t.data is None or np.array_equal(t.data, u.data))
        assert (t.quantization is None) == (u.quantization is None)
        if t.quantization:
            p, q = t.quantization, u.quantization
            assert np.array_equal(p.scale, q.scale) and np.array_equal(p.zero_point, q.zero_point) and p.axis == q.axis
    mapped = lambda tensors: [pairs.get(t) for t in tensors]
    assert (mapped(a.inputs), mapped(a.outputs)) == (b.inputs, b.outputs)
    for p, q in zip(a.ops, b.ops, strict=True):
        assert (p.kind, mapped(p.inputs), mapped(p.outputs)) == (q.kind, q.inputs, q.outputs)
        assert p.options.items() <= q.options.items()  # what was not given has its default now


def test_round_trip():
    assert_same(small(), parse(write(small())))


def test_written_again_nothing_changes():
    data = write(small())
    assert write(parse(data)) == data


def test_constants_are_shared_and_aligned():
    data = write(small())
    at = data.find(b"\x01" * 4)  # the weights
    assert at % 16 == 0
    model = tflite.Model.GetRootAsModel(data, 0)
    assert model.BuffersLength() == 3  # the empty one, the weights, and 32 once


def test_tables_have_their_ops_names():
    expected = {
        "CONV_2D": "Conv2DOptions", "MAX_POOL_2D": "Pool2DOptions", "MEAN": "ReducerOptions", "SPLIT_V": "SplitVOptions",
        "MINIMUM": "MaximumMinimumOptions", "LOGISTIC": None, "BATCH_TO_SPACE_ND": "BatchToSpaceNDOptions", "TANH": None,
        "RESIZE_NEAREST_NEIGHBOR": "ResizeNearestNeighborOptions", "PADV2": "PadV2Options", "SVDF": "SVDFOptions",
    }  # fmt: skip
    assert {kind: options_table(kind) for kind in expected} == expected


@pytest.mark.parametrize(
    "op, message", [(Op("NONESUCH", [], []), "no op NONESUCH"), (Op("ADD", [], [], {"stride_h": 1}), "no option stride_h")]
)
def test_what_the_schema_lacks(op, message):
    with pytest.raises(ConvertError, match=message):
        write(Graph([op], [], []))


def test_other_interpreters_load_it():
    from ai_edge_litert.interpreter import Interpreter
    from tflite_micro import runtime

    graph = small()
    graph.ops[0].inputs[2] = Tensor("bias", (2,), "int32", None, np.zeros(2, np.int32))  # LiteRT must have one
    data = write(Graph(graph.ops[:3], graph.inputs, graph.outputs))  # without the custom op
    runtime.Interpreter.from_bytes(data, arena_size=1 << 16)
    Interpreter(model_content=data).allocate_tensors()


def test_real_models_survive(shared):
    """What is read from a file is read again from the one written of it."""
    for path in sorted((shared / "models").glob("*.tflite")):
        graph = read(path)
        assert_same(graph, parse(write(graph)))


@pytest.mark.parametrize("cut", (0, 7, 8, 40, 300))
def test_damage_is_told(cut):
    with pytest.raises(ConvertError, match="the model"):
        parse(write(small())[:cut])
