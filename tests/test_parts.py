"""Concatenated tensors made in place, cut ones read in place: fewer copies, same bytes."""

import random

import pytest
from harness import NONE, Numbers, agree, chain, indices, tensor
from weighted import convolution

from mite_tools import plan as planner
from mite_tools.compile import compile_graph
from mite_tools.compile import lower as lower_graph
from mite_tools.graph import Op, Tensor
from mite_tools.plan.parts import in_parts
from mite_tools.program import Part

NUMBERS = Numbers(0.05, -3)


def conv(x: Tensor, out_c: int, kernel=(1, 1), seed=0) -> Op:
    """A convolution of x whose output has the numbers of x, so that it can be joined with others."""
    op = convolution("CONV_2D", x.shape[1:3], (x.shape[3], out_c), kernel, input=NUMBERS, output_scale=0.05, output_zero_point=-3, seed=seed).ops[0]
    op.inputs[0] = x
    for t in op.inputs[1:] + op.outputs:
        t.name = ""
    return op


def join(parts: list[Tensor], axis: int) -> Op:
    shape = list(parts[0].shape)
    shape[axis] = sum(t.shape[axis] for t in parts)
    return Op("CONCATENATION", parts, [tensor(tuple(shape), numbers=NUMBERS)], {"axis": axis, "fused_activation_function": NONE})


def cut(x: Tensor, begin: int, size: int) -> Op:
    """Rows of a picture."""
    shape = (1, size, *x.shape[2:])
    return Op("SLICE", [x, indices(0, begin, 0, 0), indices(1, size, -1, -1)], [tensor(shape, numbers=NUMBERS)])


def copies(graph) -> int:
    return sum(record.op.op == "COPY" for record in compile_graph(graph).program.records)


def test_rows_are_made_where_they_are_joined():
    x = tensor((1, 4, 5, 1), numbers=NUMBERS)
    parts = [conv(x, 4, (3, 3), seed) for seed in range(3)]
    whole = join([op.outputs[0] for op in parts], 1)
    last = conv(whole.outputs[0], 8)
    graph = chain([*parts, whole, last], last.outputs)
    agree(graph)
    assert copies(graph) == 0


def test_channels_are_copied():
    """They do not lie together."""
    x = tensor((1, 4, 5, 4), numbers=NUMBERS)
    parts = [conv(x, 4, (3, 3), seed) for seed in range(2)]
    whole = join([op.outputs[0] for op in parts], 3)
    graph = chain([*parts, whole], whole.outputs)
    agree(graph)
    assert copies(graph) == 2


def test_inputs_and_outputs_have_places_of_their_own():
    x, y = (tensor((1, 2, 5, 4), numbers=NUMBERS) for _ in range(2))
    made = conv(x, 4)
    whole = join([made.outputs[0], y], 1)
    graph = chain([made, whole], [*whole.outputs, *made.outputs])
    agree(graph)
    assert copies(graph) == 2


def test_joined_twice():
    """One of the two wholes must get a copy."""
    x = tensor((1, 2, 3, 4), numbers=NUMBERS)
    a, b = conv(x, 4, seed=1), conv(x, 4, seed=2)
    first, second = join([a.outputs[0], b.outputs[0]], 1), join([b.outputs[0], a.outputs[0]], 1)
    graph = chain([a, b, first, second], [*first.outputs, *second.outputs])
    agree(graph)
    assert copies(graph) == 2
    twice = join([a.outputs[0], a.outputs[0]], 1)
    agree(chain([conv(x, 4, seed=1), twice][1:], twice.outputs))


def test_cut_and_joined_again():
    x = tensor((1, 9, 3, 4), numbers=NUMBERS)
    made = conv(x, 4, (3, 3))
    upper, lower = cut(made.outputs[0], 0, 4), cut(made.outputs[0], 4, 5)
    other = conv(upper.outputs[0], 8)
    changed = conv(lower.outputs[0], 8, (3, 3), 5)
    whole = join([changed.outputs[0], other.outputs[0]], 1)
    last = conv(whole.outputs[0], 12)
    graph = chain([made, upper, lower, other, changed, whole, last], last.outputs)
    agree(graph)
    fewer = in_parts(lower_graph(graph))
    assert [record.op.op for record in fewer.records] == ["CONV_2D"] * 4


@pytest.mark.parametrize("seed", range(40))
def test_random(seed):
    rng = random.Random(seed)
    made = [tensor((1, rng.randint(2, 8), rng.randint(1, 4), rng.choice((2, 4))), numbers=NUMBERS)]
    ops = []
    for number in range(rng.randint(3, 12)):
        x = made[-1] if rng.random() < 0.7 else rng.choice(made)
        kind = rng.choice(("conv", "conv", "join", "cut"))
        if kind == "conv":
            op = conv(x, rng.choice((2, 4)), rng.choice([(1, 1), (3, 3)]), number)
        elif kind == "join":
            fitting = [t for t in made if t.shape[2:] == x.shape[2:] and t.shape[1] < 30]
            op = join(rng.choices(fitting, k=rng.randint(2, 3)) if fitting else [x, x], 1)
        else:
            begin = rng.randrange(x.shape[1])
            op = cut(x, begin, rng.randint(1, x.shape[1] - begin))
        ops.append(op)
        made.append(op.outputs[0])
    agree(chain(ops, [made[-1], *rng.sample(made[1:-1], min(2, len(made) - 2))]), seed)


def test_verify_sees_parts_that_meet():
    """A part made from its neighbour in the same tensor, and then moved onto it."""
    x = tensor((1, 4, 5, 1), numbers=NUMBERS)
    first = conv(x, 4)
    second = conv(first.outputs[0], 4)
    whole = join([first.outputs[0], second.outputs[0]], 1)
    graph = chain([first, second, whole], whole.outputs)
    agree(graph)
    program = in_parts(lower_graph(graph))
    plan = planner.make(program)
    planner.verify(program, plan)
    program.records[1].values["output"] = Part(whole.outputs[0], 4)
    with pytest.raises(AssertionError, match="part"):
        planner.verify(program, plan)
