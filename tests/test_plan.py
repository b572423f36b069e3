"""The memory plan: verified, small, and the verifier sees what is wrong."""

import random
import time
from dataclasses import replace

import mite
import numpy as np
import pytest
from small_models import Sketch

from mite_tools import plan as planner
from mite_tools.compile import compile_graph, compile_model, lower
from mite_tools.graph import Graph, Op, Tensor
from mite_tools.image.pack import pack
from mite_tools.plan import Life, Plan
from mite_tools.plan.lives import Span
from mite_tools.program import Program, Record

# Arena bytes that each model may need at most: (for tensors alone, with the kernels' scratch memory).
ARENAS = {
    "kws_ref_model": (8000, 8384), "vww_96_int8": (36864, 37500), "resnet8_int8": (33296, 34160),
    "person_detect": (36864, 37500), "str_ww_ref_model": (3584, 3792), "ad01_int8": (768, 768),
    "micro_speech_quantized": (3136, 4140), "hello_world_int8": (28, 28), "mcunet_vww": (76800, 77328),
}  # fmt: skip


def random_program(rng: random.Random, ops: int = 30) -> Program:
    """A program of ops that each read one to three earlier tensors and write one."""
    tensors = [Tensor(f"in{i}", (rng.randint(1, 500),), "int8") for i in range(rng.randint(1, 3))]
    graph = Graph([], list(tensors), [])
    program = Program(graph)
    for i in range(ops):
        made = Tensor(f"t{i}", (rng.randint(1, 500),), rng.choice(("int8", "float32")))
        read = rng.choices(tensors[-6:], k=2)
        program.source = Op("ADD", read, [made], {}, i)
        strides = [0, 0, 0, 1]
        program.add(
            "ADD", a=read[0], b=read[1], output=made, dims=[1, 1, 1, made.count], a_strides=strides,
            b_strides=rng.choice((strides, [0, 0, 0, 0])), **dict.fromkeys(
                ("a_multiplier", "b_multiplier", "output_multiplier", "a_shift", "b_shift", "output_shift", "a_zero_point",
                 "b_zero_point", "output_zero_point", "act_min", "act_max"), 0),
        )  # fmt: skip
        tensors.append(made)
    graph.outputs = [tensors[-1], rng.choice(tensors)]
    return program


@pytest.mark.parametrize("seed", range(25))
def test_random_programs(seed):
    """Two tensors that live at once share a byte only where one is the input and the other the output of the op between them."""
    program = random_program(random.Random(seed))
    plan = planner.make(program)
    shared = 0
    for a in plan.lives:
        for b in plan.lives:
            if a is b or a.first > b.first or not a.meets(b):
                continue
            begin, other = plan.offsets[a.tensor], plan.offsets[b.tensor]
            if begin + a.tensor.bytes <= other or other + b.tensor.bytes <= begin:
                continue
            shared += 1
            record = program.records[a.last]
            assert a.last == b.first and a.tensor in record.reads() and b.tensor in record.writes()
            assert other <= begin, "an element is written over one that is still to be read"
            assert all(record.values[f"{name}_strides"][3] for name in "ab" if record.values[name] is a.tensor) or b.tensor.count == 1
    assert shared


@pytest.mark.parametrize("seed", range(25))
def test_verify_sees_overlaps(seed):
    """A tensor moved onto one that lives at the same time, and is not read by the op that makes it."""
    rng = random.Random(seed)
    program = random_program(rng)
    plan = planner.make(program)
    a, b = rng.choice([(a, b) for a in plan.lives for b in plan.lives if a.first < b.first < a.last])
    with pytest.raises(AssertionError, match="overlap|leaves"):
        planner.verify(program, replace(plan, offsets=plan.offsets | {a.tensor: plan.offsets[b.tensor]}))


@pytest.mark.parametrize("offset", (-4, 2, 1 << 20))
def test_verify_sees_bad_offsets(offset):
    tensor, nothing = Tensor("x", (8,), "int8"), Program(Graph([], [], []))
    planner.verify(nothing, Plan({tensor: 0}, 8, (Life(tensor, (Span(0, 8, 0, 1),)),), 8))
    with pytest.raises(AssertionError, match="x .*leaves the arena"):
        planner.verify(nothing, Plan({tensor: offset}, 8, (Life(tensor, (Span(0, 8, 0, 1),)),), 8))


def test_verify_sees_a_short_arena():
    program = random_program(random.Random(1))
    plan = planner.make(program)
    with pytest.raises(AssertionError, match="leaves the arena"):
        planner.verify(program, replace(plan, arena_bytes=plan.arena_bytes - 4))


def test_input_stays_until_its_last_reader():
    program = random_program(random.Random(2))
    for tensor in program.graph.inputs:
        life = next((l for l in planner.lives(program) if l.tensor is tensor))
        assert life.first == -1 and life.last == max([i for i, r in enumerate(program.records) if tensor in r.reads()], default=-1) or (
            tensor in program.graph.outputs and life.last == len(program.records)
        )


@pytest.mark.parametrize("name", ARENAS)
def test_arena_of_known_models(name, shared):
    compiled = compile_model(shared / "models" / f"{name}.tflite")
    tensors, whole = ARENAS[name]
    assert compiled.plan.arena_bytes <= whole
    for record in compiled.program.records:
        record.values["scratch"] = None
    assert planner.make(compiled.program).arena_bytes <= tensors


def two_layers():
    """A graph of two 3x3 convolutions, the second of which has to be computed over its input."""
    sketch = Sketch()
    x = sketch.tensor((1, 16, 24, 12))
    y = sketch.conv(sketch.conv(x, 12, 3), 12, 3)
    return Graph(sketch.ops, [x], [y])


def test_bytes_to_spare_become_scratch_memory():
    tight, spared = (lower(graph) for graph in (two_layers(), two_layers()))
    least = planner.make(tight).arena_bytes
    plan = planner.make(spared, spare=400)
    assert plan.least_bytes == least < plan.arena_bytes <= least + 400
    scratch = [[record.values["scratch_bytes"] for record in program.records] for program in (tight, spared)]
    assert sum(scratch[0]) < sum(scratch[1])


@pytest.mark.parametrize("pixels, scratch", [(24, 720), (60, 768)])
def test_columns_lie_elsewhere_where_that_saves_a_hundredth(pixels, scratch):
    """Of 3,840 bytes 48 are worth it, of 8,448 they are not; the answers are those of a kernel with all the memory that it can use."""
    sketch = Sketch()
    x = sketch.tensor((1, 1, pixels, 128))
    graph = Graph(sketch.ops, [x], [sketch.conv(x, 128, 1)])
    frames, answers, given = np.random.default_rng(2).integers(-128, 128, pixels * 128, np.int8).tobytes(), [], []
    for spare in (0, 1 << 12):
        program = lower(graph)
        model = mite.Model(pack(program, planner.make(program, spare=spare), {}))
        model.input.data[:] = frames
        model.invoke()
        answers.append(bytes(model.output.data))
        given.append(program.records[0].values["scratch_bytes"])
    assert given == [scratch, 1280] and answers[0] == answers[1]


def test_speed_costs_memory_and_changes_no_answer():
    small, fast = compile_graph(two_layers()), compile_graph(two_layers(), speed=True)
    assert small.plan.arena_bytes < fast.plan.arena_bytes
    for record, other in zip(small.program.records, fast.program.records):
        assert record.values["scratch_bytes"] <= other.values["scratch_bytes"] == other.scratch_most
    frames = np.random.default_rng(1).integers(-128, 128, 16 * 24 * 12, np.int8).tobytes()
    answers = []
    for compiled in (small, fast):
        model = mite.Model(compiled.image)
        model.input.data[:] = frames
        model.invoke()
        answers.append(bytes(model.output.data))
    assert answers[0] == answers[1]


def test_rows_get_scratch_memory_that_costs_nothing():
    """Where the arena's size is decided elsewhere, a convolution has room for the pixels under its rows."""
    sketch = Sketch()
    x = sketch.tensor((1, 32, 32, 16))
    y = sketch.conv(sketch.conv(sketch.conv(x, 16, 1), 4, 3), 4, 3)
    records = compile_graph(Graph(sketch.ops, [x], [y])).program.records
    wide = [record for record in records if record.values.get("kernel_w") == 3]
    assert wide[-1].values["scratch_bytes"] == wide[-1].scratch_most


def test_branches_are_run_where_least_is_kept():
    """Of four wide branches that are each made small again, one is wide at a time, whatever the file's order."""
    sketch = Sketch()
    x = sketch.tensor((1, 8, 8, 8))
    wide = [sketch.conv(x, 64, 1) for _ in range(4)]
    small = [sketch.conv(each, 4, 1) for each in wide]
    y = sketch.add_op("CONCATENATION", small, sketch.tensor((1, 8, 8, 16), small[0].scale, small[0].zero_point),
                      axis=3, fused_activation_function=0)  # fmt: skip
    arena = compile_graph(Graph(sketch.ops, [x], [y])).plan.arena_bytes
    assert arena < 2 * wide[0].bytes


@pytest.mark.parametrize("wide", [8, 12])
def test_tensors_make_room_for_scratch_memory(wide, monkeypatch):
    """Where the arena has room for all the scratch memory that an op can use, tensors are put elsewhere for it; the arena stays as small."""

    def planned() -> tuple[Plan, Record]:
        sketch = Sketch()
        x = sketch.tensor((1, 24, 24, 4))
        y = sketch.conv(sketch.conv(x, 4, 1), 4, 3, depthwise=True)
        z = sketch.conv(sketch.conv(sketch.conv(y, wide, 1), 4, 1, stride=2), 4 * wide, 1)
        compiled = compile_graph(Graph(sketch.ops, [x], [z]))
        return compiled.plan, next(r for r in compiled.program.records if r.op.op == "DEPTHWISE_CONV_2D")

    plan, record = planned()
    monkeypatch.setattr(planner, "MOST_MOVES", 0)
    unmoved, lacking = planned()
    assert lacking.scratch.bytes < record.scratch.bytes == record.scratch_most
    assert plan.arena_bytes <= unmoved.arena_bytes


def test_three_hundred_ops_in_seconds():
    started = time.monotonic()
    planner.make(random_program(random.Random(7), 300))
    assert time.monotonic() - started < 10
