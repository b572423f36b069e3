"""Outputs over inputs: the rules are those that the replay of the kernels' order bears out, and no narrower than they must be."""

import random
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from small_models import SAME, VALID, Sketch, Wide

from mite_tools import plan as planner
from mite_tools.compile import compile_graph, lower
from mite_tools.graph import Graph
from mite_tools.passes import views
from mite_tools.plan.overlap import rules
from mite_tools.plan.verify import _depthwise_conv_2d
from mite_tools.program import Program


def geometries(rng: random.Random, depthwise: bool, sketch=Sketch):
    """A convolution's program with its input and output."""
    s = sketch(rng.randrange(1000))
    in_c = rng.randint(1, 6)
    x = s.tensor((rng.choice((1, 1, 2)), rng.randint(3, 9), rng.randint(3, 9), in_c))
    y = s.conv(x, in_c if depthwise else rng.randint(1, 9), rng.randint(1, 3), rng.choice((1, 1, 2)), rng.choice((SAME, VALID)),
               depthwise=depthwise)  # fmt: skip
    return lower(Graph(s.ops, [x], [y])), x, y


def sound(program: Program, x, y, distance: int) -> bool:
    """What verify() says of an output at this distance from its input (in bytes; tensors are at multiples of 4)."""
    plan = planner.make(program)
    start = max(0, -distance) + 4
    start += -start % 4
    offsets = {x: start, y: start + distance}
    end = max(start + x.bytes, start + distance + y.bytes) + 4
    if scratch := program.records[0].scratch:
        offsets[scratch] = end + -end % 4
        end = offsets[scratch] + scratch.bytes
    try:
        planner.verify(program, replace(plan, offsets=offsets, arena_bytes=end + 4))
    except AssertionError:
        return False
    return True


@pytest.mark.parametrize("seed", range(40))
def test_convolution(seed):
    """Safe up to the rule's distance, and not one place further while the two still overlap."""
    program, x, y = geometries(random.Random(seed), False)
    most = rules(program.records[0])[x].most // 4 * 4
    for distance in (most, most - 4, most - 40):
        assert sound(program, x, y, distance)
    if -y.bytes < most + 4 < x.bytes:
        assert not sound(program, x, y, most + 4)


@pytest.mark.parametrize("seed", range(40))
def test_depthwise(seed):
    """Exactly over the input, or not at all."""
    program, x, y = geometries(random.Random(seed), True)
    allowed = rules(program.records[0]).get(x)
    if program.records[0].values["multiplier"] == 1 and allowed:
        assert allowed.only and allowed.most == 0 and sound(program, x, y, 0)
        assert x.bytes <= 4 or y.bytes <= 4 or not sound(program, x, y, -4)
        assert x.bytes <= 4 or not sound(program, x, y, 4)
    else:
        assert not sound(program, x, y, 0)


@pytest.mark.parametrize("height, width, channels, padding, batches", [(9, 8, 3, SAME, 1), (8, 9, 1, SAME, 2), (7, 7, 2, VALID, 1), (3, 4, 5, SAME, 1)])
def test_depthwise_window_by_window(height, width, channels, padding, batches):
    """The proof knows how long depthwise_dsp_stride2.h still reads: walked here output by output, as that kernel goes."""
    s = Sketch()
    x = s.tensor((batches, height, width, channels))
    y = s.conv(x, channels, 3, 2, padding, depthwise=True)
    program = lower(Graph(s.ops, [x], [y]))
    v = program.records[0].values
    read, written = _depthwise_conv_2d(v, "input", 0)
    last = np.full((batches, height, width, channels), -1)
    for b, c in product(range(batches), range(channels)):
        for oy, ox in product(range(y.shape[1]), range(y.shape[2])):
            step = (b * y.shape[1] + oy) * y.shape[2] + ox
            for row, column in product(range(2 * oy - v["pad_top"], 2 * oy - v["pad_top"] + 3), range(2 * ox - v["pad_left"], 2 * ox - v["pad_left"] + 3)):
                if 0 <= row < height and 0 <= column < width:
                    last[b, row, column, c] = step
            assert written[step * channels + c] == step
    assert (read.reshape(last.shape) >= last).all() and (read.reshape(last.shape)[:, 1:] == last[:, 1:]).any()
    assert sound(program, x, y, 0)


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("depthwise", (False, True))
def test_convolution_of_floats(seed, depthwise):
    """As near as all channels of a pixel reading all of its taps allow."""
    rng = random.Random(seed)
    s = Sketch(seed)
    in_c, kernel, stride = rng.randint(1, 6), rng.randint(1, 3), rng.choice((1, 1, 2))
    out_c = in_c if depthwise else rng.randint(1, 9)
    x = s.tensor((rng.choice((1, 1, 2)), rng.randint(3, 9), rng.randint(3, 9), in_c), None, dtype="float32")
    y = s.tensor((x.shape[0], *(-(-size // stride) for size in x.shape[1:3]), out_c), None, dtype="float32")
    weights = s.constant(s.random.normal(size=(1, kernel, kernel, out_c) if depthwise else (out_c, kernel, kernel, in_c)), "float32")
    s.add_op("DEPTHWISE_CONV_2D" if depthwise else "CONV_2D", (x, weights), y, padding=SAME, stride_h=stride, stride_w=stride, dilation_hfactor=1,
             dilation_wfactor=1, fused_activation_function=0)  # fmt: skip
    program = lower(Graph(s.ops, [x], [y]))
    most = rules(program.records[0])[x].most
    for distance in (most, most - 4, most - 40):
        assert sound(program, x, y, distance)
    if -y.bytes < most + 4 < x.bytes:
        assert not sound(program, x, y, most + 4)


@pytest.mark.parametrize("kind, output", [("ADD", "float32"), ("LESS", "bool")])
def test_floats_element_by_element(kind, output):
    s = Sketch()
    x, z, y = s.tensor((3, 7), None, dtype="float32"), s.tensor((7,), None, dtype="float32"), s.tensor((3, 7), None, dtype=output)
    s.add_op(kind, (x, z), y, fused_activation_function=0)
    program = lower(Graph(s.ops, [x, z], [y]))
    allowed = rules(program.records[0])
    assert allowed[x].most == (3 if output == "bool" else 0) and z not in allowed


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("kind", ("AVERAGE_POOL_2D", "MAX_POOL_2D"))
@pytest.mark.parametrize("dtype", ("int8", "float32"))
def test_pool(dtype, kind, seed):
    rng = random.Random(seed)
    s = Sketch(seed)
    x = s.tensor((rng.choice((1, 2)), rng.randint(3, 9), rng.randint(3, 9), rng.randint(1, 6)), dtype=dtype)
    y = s.pool(kind, x, rng.randint(1, 3), rng.choice((1, 2)))
    program = lower(Graph(s.ops, [x], [y]))
    most = rules(program.records[0])[x].most // 4 * 4
    assert sound(program, x, y, most) and sound(program, x, y, most - 4)


def test_elements():
    """Tables, sums, softmax, to float and back."""
    for kind, inputs, scale, options, distance in (
        ("LOGISTIC", 1, 1 / 256, {}, 0),
        ("SOFTMAX", 1, 1 / 256, {"beta": 1.0}, 0),
        ("DEQUANTIZE", 1, None, {}, -60),
        ("ADD", 2, 0.09, {"fused_activation_function": 0}, 0),
    ):
        s = Sketch()
        x = s.tensor((3, 7))
        y = s.add_op(kind, [x] * inputs, s.tensor(x.shape, scale, -128, "int8" if scale else "float32"), **options)
        program = lower(Graph(s.ops, [x], [y]))
        assert rules(program.records[0])[x].most == distance
        assert sound(program, x, y, distance) and sound(program, x, y, distance - 8) and not sound(program, x, y, distance + 4)


@pytest.mark.parametrize("kind, dtypes, distance", [
    ("CAST", ("int64", "int8"), 7), ("CAST", ("int8", "int64"), -7 * 20), ("CAST", ("int32", "float32"), 0), ("NEG", ("int32", "int32"), 0),
    ("LESS", ("int32", "bool"), 3), ("SELECT_V2", ("int16", "int16"), 0),
])  # fmt: skip
def test_whole_numbers(kind, dtypes, distance):
    """Numbers that become narrower may follow further behind, those that become wider must keep away."""
    s = Sketch()
    x = s.tensor((3, 7), None, dtype=dtypes[0])
    y = s.tensor((3, 7), None, dtype=dtypes[1])
    inputs = {"LESS": [x, s.constant(5)], "SELECT_V2": [s.constant(np.ones((3, 7)), "bool"), x, s.constant(0, "int16")]}.get(kind, [x])
    s.add_op(kind, inputs, y)
    program = lower(Graph(s.ops, [x], [y]))
    assert rules(program.records[0])[x].most == distance
    nearest = distance // 4 * 4
    assert sound(program, x, y, nearest) and sound(program, x, y, nearest - 8) and not sound(program, x, y, nearest + 4)


def test_running_sums():
    s = Sketch()
    x = s.tensor((3, 7), None, dtype="int32")
    y = s.add_op("CUMSUM", (x, s.constant(0)), s.tensor((3, 7), None, dtype="int32"), exclusive=True, reverse=False)
    program = lower(Graph(s.ops, [x], [y]))
    assert rules(program.records[0])[x].only and sound(program, x, y, 0) and not sound(program, x, y, 4) and not sound(program, x, y, -4)


def test_a_broadcast_input_is_not_overwritten():
    s = Sketch()
    x, small = s.tensor((1, 4, 4, 8)), s.tensor((8,))
    y = s.add_op("ADD", (x, small), s.tensor(x.shape, 0.09, 4), fused_activation_function=0)
    program = lower(Graph(s.ops, [x, small], [y]))
    assert x in rules(program.records[0]) and small not in rules(program.records[0])


def test_an_input_that_is_read_again_is_not_overwritten():
    s = Sketch()
    x = s.tensor((1, 4, 4, 8))
    a = s.conv(x, 8, 1)
    y = s.add_op("ADD", (a, x), s.tensor(x.shape, 0.09, 4), fused_activation_function=0)
    plan = compile_graph(Graph(s.ops, [x], [y])).plan
    assert abs(plan.offsets[a] - plan.offsets[x]) >= x.bytes


def test_views_lend_their_memory():
    """An output over a view's bytes is one over its owner's."""
    s = Sketch()
    x = s.tensor((1, 4, 4, 8))
    a = s.conv(x, 8, 1)
    flat = s.add_op("RESHAPE", (a, s.constant([1, 128])), s.tensor((1, 128), a.scale, a.zero_point))
    y = s.add_op("LOGISTIC", (flat,), s.tensor((1, 128), 1 / 256, -128))
    graph = Graph(s.ops, [x], [y])
    assert views.run(graph)
    program = lower(graph)
    plan = planner.make(program)
    assert plan.offsets[y] == plan.offsets[a] and plan.arena_bytes < 2 * x.bytes


def test_same_answers_wherever_the_output_lies():
    """The kernels themselves: a convolution whose output overlaps its input as far as it may, against one with memory of its own."""
    import mite

    from mite_tools.image.pack import pack

    for seed, sketch in product(range(60), (Sketch, Wide)):
        program, x, y = geometries(random.Random(seed), seed % 2 == 1, sketch)
        if x not in rules(program.records[0]):
            continue
        distance = rules(program.records[0])[x].most // 4 * 4
        plan, answers = planner.make(program), []
        scratch = program.records[0].scratch
        for at in (distance, x.bytes + -x.bytes % 4):
            base = max(0, -at)
            end = (base + x.bytes + y.bytes + abs(at)) // 4 * 4 + 4
            offsets = {x: base, y: base + at} | ({scratch: end} if scratch else {})
            moved = replace(plan, offsets=offsets, arena_bytes=end + (scratch.bytes if scratch else 0))
            planner.verify(program, moved)
            model = mite.Model(pack(program, moved, {}))
            model.input.data[:] = np.random.default_rng(seed).integers(0, 256, x.bytes, np.uint8).tobytes()
            model.invoke()
            answers.append(bytes(model.output.data))
        assert answers[0] == answers[1], f"seed {seed}"


@pytest.mark.parametrize("seed", range(40))
def test_convolution_of_int16(seed):
    """Pixel by pixel, channel by channel: safe up to the rule's distance, and not one place further."""
    program, x, y = geometries(random.Random(seed), seed % 3 == 0, Wide)
    most = rules(program.records[0])[x].most // 4 * 4
    for distance in (most, most - 4, most - 40):
        assert sound(program, x, y, distance)
    if -y.bytes < most + 4 < x.bytes:
        assert not sound(program, x, y, most + 4)


def test_elements_of_int16():
    """Sums, comparisons, functions, and to other types."""
    for kind, inputs, output, scale, options, distance in (
        ("ADD", 2, "int16", 0.09, {"fused_activation_function": 0}, 0),
        ("GREATER", 2, "bool", None, {}, 1),
        ("TANH", 1, "int16", 2**-15, {}, 0),
        ("SOFTMAX", 1, "int16", 2**-15, {"beta": 1.0}, 0),
        ("QUANTIZE", 1, "int8", 0.09, {}, 1),
        ("QUANTIZE", 1, "int32", 0.09, {}, -40),
        ("DEQUANTIZE", 1, "float32", None, {}, -40),
    ):
        s = Sketch()
        x = s.tensor((3, 7), 0.05, 0, "int16")
        y = s.add_op(kind, [x] * inputs, s.tensor(x.shape, scale, 0, output), **options)
        program = lower(Graph(s.ops, [x], [y]))
        assert rules(program.records[0])[x].most == distance
        at = distance // 4 * 4
        assert sound(program, x, y, at) and sound(program, x, y, at - 8) and not sound(program, x, y, at + 4)
