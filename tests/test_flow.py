"""Programs with jumps: what the plan keeps, that it is proven, and that `mite verify` follows them."""

import importlib
from dataclasses import replace

import pytest
from control import binary, call, compare, compiled, constant, graph, value
from harness import chain, tensor

from mite_tools import plan as planner
from mite_tools.plan.lives import loops
from mite_tools.tflite.write import write
from mite_tools.verify import verify

LIVES = importlib.import_module("mite_tools.plan.lives")  # the package has a function of that name


def loop():
    """(ops, outputs): a loop whose body reads what was made before it, and then wants as much memory again, twice."""
    counter, x = value((1,)), value((40,))
    before = binary("ADD", x, tensor((1,), data=[1]))
    i, y, fixed, c = value((1,)), value((40,)), value((40,)), constant(3)
    less = compare("LESS", i, c)
    condition = graph([less], [i, y, fixed], less.outputs)
    i, y, fixed = value((1,)), value((40,)), value((40,))
    a = binary("ADD", y, fixed)
    b = binary("SUB", a.outputs[0], tensor((1,), data=[2]))
    c = binary("MUL", b.outputs[0], a.outputs[0])
    step = binary("ADD", i, constant(1))
    body = graph([a, b, c, step], [i, y, fixed], [step.outputs[0], c.outputs[0], fixed])
    op = call("WHILE", [counter, x, before.outputs[0]], [condition, body])
    return [before, op], [op.outputs[1]]


def test_what_the_next_round_reads_lives_through_the_loop():
    program = compiled(*loop()).program
    [(begin, end)] = loops(program)
    for life in planner.lives(program):
        used = {n for n, r in enumerate(program.records) if life.tensor in (*r.reads(), *r.writes())}
        inside = [begin <= n <= end for n in used]
        assert not any(inside) or all(inside) or life.first <= begin and end <= life.last, life


def test_a_plan_that_forgets_the_loop_is_refused(monkeypatch):
    monkeypatch.setattr(LIVES, "loops", lambda program: [])
    with pytest.raises(AssertionError, match="overlap"):
        compiled(*loop())


def test_every_overlap_that_matters_is_seen():
    """Each tensor in turn is put onto each other one: what is refused in the order of the records is refused here, too, and more."""
    made = compiled(*loop())
    plan, refused = made.plan, 0
    for a in plan.offsets:
        for b in plan.offsets:
            if a is b or plan.offsets[a] < plan.offsets[b] + b.bytes and plan.offsets[b] < plan.offsets[a] + a.bytes:
                continue
            try:
                planner.verify(made.program, replace(plan, offsets=plan.offsets | {a: plan.offsets[b]}, arena_bytes=1 << 20))
            except AssertionError:
                refused += 1
    assert refused


def test_mite_verify_follows_jumps(tmp_path):
    path = tmp_path / "loop.tflite"
    path.write_bytes(write(chain(*loop())))
    verdict = verify(path, random_runs=6, seed=1)
    assert verdict.exact and [row.of for row in verdict.rows][:3] == [6 * 40, 6, 6 * 40]
