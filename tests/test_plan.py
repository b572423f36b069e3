"""The memory plan: verified, small, and the verifier sees what is wrong."""

import random
from dataclasses import replace

import pytest
from mite_tools import plan as planner
from mite_tools.compile import compile_model
from mite_tools.graph import Graph, Op, Tensor
from mite_tools.plan import Life, Plan
from mite_tools.program import Program

# Arena bytes that each model may need at most: (for tensors alone: what the best plan known needs, with the kernels' scratch memory).
ARENAS = {
    "kws_ref_model": (16000, 16384), "vww_96_int8": (55296, 55344), "resnet8_int8": (49152, 50016),
    "person_detect": (55296, 55344), "str_ww_ref_model": (6656, 6912), "ad01_int8": (768, 768),
    "micro_speech_quantized": (5960, 5960), "hello_world_int8": (32, 32), "mcunet_vww": (161472, 161472),
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
        program.add(
            "ADD", a=read[0], b=read[1], output=made, **dict.fromkeys(
                ("a_multiplier", "b_multiplier", "output_multiplier", "dims", "a_strides", "b_strides", "a_shift", "b_shift",
                 "output_shift", "a_zero_point", "b_zero_point", "output_zero_point", "act_min", "act_max"), 0),
        )  # fmt: skip
        tensors.append(made)
    graph.outputs = [tensors[-1], rng.choice(tensors)]
    return program


@pytest.mark.parametrize("seed", range(50))
def test_random_programs(seed):
    """Two tensors that live at once never share a byte: asked of every pair anew, not of verify()."""
    plan = planner.make(random_program(random.Random(seed)))
    planner.verify(plan)
    for a in plan.lives:
        for b in plan.lives:
            if a is not b and a.first <= b.last and b.first <= a.last:
                begin, other = plan.offsets[a.tensor], plan.offsets[b.tensor]
                assert begin + a.tensor.bytes <= other or other + b.tensor.bytes <= begin
    used = max(sum(l.tensor.bytes for l in plan.lives if l.first <= m <= l.last) for m in range(-1, 31))
    assert used <= plan.arena_bytes <= sum(l.tensor.bytes + 3 for l in plan.lives)


@pytest.mark.parametrize("seed", range(50))
def test_verify_sees_overlaps(seed):
    """A tensor moved onto one that lives at the same time."""
    rng = random.Random(seed)
    plan = planner.make(random_program(rng))
    a, b = rng.choice([(a, b) for a in plan.lives for b in plan.lives if a is not b and a.meets(b)])
    with pytest.raises(AssertionError, match="overlap|leaves"):
        planner.verify(replace(plan, offsets=plan.offsets | {a.tensor: plan.offsets[b.tensor]}))


@pytest.mark.parametrize("offset", (-4, 2, 1 << 20))
def test_verify_sees_bad_offsets(offset):
    tensor = Tensor("x", (8,), "int8")
    planner.verify(Plan({tensor: 0}, 8, (Life(tensor, 0, 1),)))
    with pytest.raises(AssertionError, match="x .*leaves the arena"):
        planner.verify(Plan({tensor: offset}, 8, (Life(tensor, 0, 1),)))


def test_verify_sees_a_short_arena():
    program = random_program(random.Random(1))
    plan = planner.make(program)
    with pytest.raises(AssertionError, match="leaves the arena"):
        planner.verify(replace(plan, arena_bytes=plan.arena_bytes - 4))


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
