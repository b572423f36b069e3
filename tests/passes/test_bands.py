"""Bands of rows: the same bytes, in less memory."""

import copy
import random

import mite
import numpy as np
import pytest
from goldens import golden_runs
from small_models import SAME, VALID, Sketch

from mite_tools.compile import compile_graph, compile_model
from mite_tools.errors import ConvertError
from mite_tools.graph import Graph
from mite_tools.passes import bands

# Bytes for arena and state, and multiply-adds more than without bands, at most.
GOALS = {"kws_ref_model": (6000, 0.35), "micro_speech_quantized": (4200, 0.0), "vww_96_int8": (30000, 0.01), "person_detect": (16000, 0.12), "resnet8_int8": (20000, 0.5)}


def answers(graph: Graph, inputs: list[bytes]) -> list[bytes]:
    model = mite.Model(compile_graph(graph).image)
    found = []
    for data in inputs:
        model.arena[:] = b"\xa5" * len(model.arena)
        model.input.data[:] = data
        model.invoke()
        found.append(bytes(model.output.data))
    return found


def picture_ops(rng: random.Random, sketch: Sketch, x):
    """A few ops that work on rows, with a branch."""
    for _ in range(rng.randint(1, 4)):
        kind = rng.choice(("conv", "depthwise", "pool", "add", "table", "branch"))
        padding, stride = rng.choice((SAME, VALID)), rng.choice((1, 1, 2))
        kernel = rng.randint(1, min(3, *x.shape[1:3]))
        if kind == "conv":
            x = sketch.conv(x, rng.randint(1, 6), kernel, stride, padding, activation=rng.choice((0, 1)))
        elif kind == "depthwise":
            x = sketch.conv(x, x.shape[3], kernel, stride, padding, depthwise=True)
        elif kind == "pool":
            x = sketch.pool(rng.choice(("MAX_POOL_2D", "AVERAGE_POOL_2D")), x, kernel, stride, padding)
        elif kind == "add":
            other = sketch.constant(np.full((1, 1, 1, x.shape[3]), 7), "int8", [0.04])
            x = sketch.add_op("ADD", (x, other), sketch.tensor(x.shape, 0.06, 2), fused_activation_function=0)
        elif kind == "table":
            x = sketch.add_op("TANH", (x,), sketch.tensor(x.shape, 1 / 128, 0))
        else:
            left, right = sketch.conv(x, 3, kernel), sketch.conv(x, 3, 1)
            x = sketch.add_op("ADD", (left, right), sketch.tensor(left.shape, 0.06, 2), fused_activation_function=0)
    return x


@pytest.mark.parametrize("seed", range(40))
def test_any_number_of_bands_gives_the_same_bytes(seed):
    rng = random.Random(seed)
    sketch = Sketch(seed)
    picture = sketch.tensor((1, rng.randint(5, 14), rng.randint(3, 7), rng.choice((1, 4))))
    x = picture_ops(rng, sketch, picture)
    end = rng.choice(("rows", "rows", "mean", "pool", "dense", "dense"))
    if end == "mean":
        x = sketch.add_op("MEAN", (x, sketch.constant([1, 2])), sketch.tensor((1, x.shape[3]), 0.03, 4), keep_dims=False)
    elif end == "dense":
        x = sketch.dense(x, rng.randint(1, 6), rng.random() < 0.5)
    elif end == "pool":
        x = sketch.add_op("AVERAGE_POOL_2D", (x,), sketch.tensor((1, 1, 1, x.shape[3]), x.scale, x.zero_point), padding=VALID, stride_h=1,
                          stride_w=1, filter_height=x.shape[1], filter_width=x.shape[2], fused_activation_function=0)  # fmt: skip
    ops = sketch.ops
    if not bands.divisible(ops):
        assert len(ops) == 1 and end != "rows"
        return
    inputs = [np.random.default_rng(seed + i).integers(0, 256, picture.bytes, np.uint8).tobytes() for i in range(3)]
    fresh = copy.deepcopy((ops, picture, x))  # the passes change what they get
    whole = answers(Graph(list(ops), [picture], [x]), inputs)
    height = bands.divided_tensor(ops).shape[1]
    for count in {min(n, height) for n in (2, 3, height)} - {1}:
        ops, picture, x = copy.deepcopy(fresh)
        assert answers(Graph(bands.divided(ops, count), [picture], [x]), inputs) == whole, f"{count} bands"
    ops, picture, x = fresh
    picture.in_rows = True
    model = mite.Model(compile_graph(Graph(bands.divided(ops, height), [picture], [x])).image)
    for data, wanted in zip(inputs, whole):
        model.rows(data)
        model.invoke()
        assert bytes(model.output.data) == wanted, "in rows"


def test_every_row_is_computed_once_where_windows_do_not_overlap():
    s = Sketch()
    x = s.tensor((1, 12, 4, 4))
    y = s.conv(s.conv(x, 4, 2, 2, VALID), 4, 1)
    assert bands.computed_rows(s.ops, 3) == {s.ops[0]: 6, s.ops[1]: 6}
    z = s.conv(y, 4, 3)
    assert z.shape[1] == 6 and bands.computed_rows(s.ops, 3)[s.ops[1]] == 3 + 4 + 3


@pytest.mark.parametrize("name", GOALS)
def test_known_models_fit(name, shared):
    ram, most = GOALS[name]
    path = shared / "models" / f"{name}.tflite"
    compiled = compile_model(path, ram=ram)
    model = mite.Model(compiled.image)
    assert len(model.arena) <= ram
    whole = sum(r.values["out_h"] * r.values["out_w"] * len(r.values["filter"].data) for r in compile_model(path).program.records if r.op.op == "CONV_2D")
    now = sum(r.values["out_h"] * r.values["out_w"] * len(r.values["filter"].data) for r in compiled.program.records if r.op.op == "CONV_2D")
    assert whole <= now <= (1 + most) * whole
    inputs, outputs = golden_runs(shared / "goldens" / f"{name}.npz")
    for given, wanted in zip(inputs, outputs):
        model.arena[:] = b"\xa5" * len(model.arena)
        model.input.data[:] = given[0].tobytes()
        model.invoke()
        assert bytes(model.output.data) == wanted[0].tobytes()


def test_an_input_in_rows_is_never_there(shared):
    """The float picture alone takes 76,800 bytes."""
    path = shared / "models" / "mcunet_vww.tflite"
    with pytest.raises(ConvertError, match=r"^mcunet_vww does not fit 50,000 bytes: its input alone takes 76,800; have it come in rows \(--rows\)$"):
        compile_model(path, ram=50000)
    model = mite.Model(compile_model(path, ram=50000, in_rows=True).image)
    assert len(model.arena) + model.state_size <= 48400
    inputs, outputs = golden_runs(shared / "goldens" / "mcunet_vww.npz", most=2)
    for given, wanted in zip(inputs, outputs):
        model.rows(given[0].tobytes())
        model.invoke()
        assert bytes(model.output.data) == wanted[0].tobytes()


def test_an_input_without_rows_that_is_too_large_is_told():
    s = Sketch()
    x = s.tensor((1, 900))
    graph = Graph(s.ops, [x], [s.add_op("TANH", (x,), s.tensor((1, 900), 1 / 128, 0))])
    with pytest.raises(ConvertError, match="its input alone takes 900; nothing can be smaller than that$"):
        compile_graph(graph, ram=800)


def test_what_cannot_fit_is_told_with_the_least_that_can():
    s = Sketch()
    x = s.tensor((1, 16, 16, 8))
    graph = Graph(s.ops, [x], [s.conv(s.conv(x, 32, 3), 4, 3, 2)])
    with pytest.raises(ConvertError, match=r"does not fit 2,100 bytes: the least that was found is [\d,]+"):
        compile_graph(graph, ram=2100)
