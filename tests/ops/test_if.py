"""IF: both branches, constants, nesting, and values that a branch only passes on."""

import pytest
from control import agree, binary, call, compare, compiled, constant, flag, graph, value
from harness import AWKWARD, tensor
from mite_tools.graph import Op


def branch(kind: str, shape, numbers=3):
    """f(x) = x + c or the like."""
    x, c = value(shape), tensor((1,), data=[numbers])
    op = binary(kind, x, c)
    return graph([op], [x], op.outputs)


@pytest.mark.parametrize("size", AWKWARD)
def test_either_branch(size):
    shape = (1, size)
    condition, x = flag(), value(shape)
    op = call("IF", [condition, x], [branch("ADD", shape), branch("MUL", shape)])
    numbers = [n % 19 - 9 for n in range(size)]
    agree([op], op.outputs, [[[flag], numbers] for flag in (0, 1, 1, 0)])


def test_the_condition_is_computed():
    x = value((1,))
    less = compare("LESS", x, constant(7))
    op = call("IF", [less.outputs[0], x], [branch("ADD", (1,)), branch("SUB", (1,))])
    after = binary("ADD", op.outputs[0], x)
    agree([less, op, after], after.outputs, [[[n]] for n in (-128, 3, 6, 7, 8, 127)])


@pytest.mark.parametrize("taken", (0, 1))
def test_a_constant_condition_leaves_one_branch(taken):
    condition, x = tensor((1,), "bool", None, [taken]), value((3,))
    op = call("IF", [condition, x], [branch("ADD", (3,)), branch("MUL", (3,))])
    before = binary("ADD", x, x)
    op.inputs[1] = before.outputs[0]
    agree([before, op], op.outputs)
    assert not compiled([before, op], op.outputs).program.has_jumps


def test_a_branch_may_pass_on_what_it_is_given():
    """The same value twice, one that is only an input, and a constant."""
    condition, a, b = flag(), value((5,)), value((5,))
    x, y = value((5,)), value((5,))
    swapped = graph([], [x, y], [y, x])
    x, y = value((5,)), value((5,))
    op = binary("ADD", x, y)
    twice = graph([op], [x, y], [op.outputs[0], op.outputs[0]])
    op = call("IF", [condition, a, b], [swapped, twice])
    total = binary("SUB", *op.outputs)
    agree([op, total], [*op.outputs, *total.outputs], [[[c], range(5), range(9, 4, -1)] for c in (0, 1, 0)])


def test_a_constant_of_the_caller_is_known_in_the_branch():
    """RESHAPE's shape comes from outside."""
    condition, x = flag(), value((2, 3))
    inner, shape = value((2, 3)), tensor((2,), "int32", None)
    reshape = Op("RESHAPE", [inner, shape], [value((3, 2))], {"new_shape": (3, 2)})
    turn = Op("TRANSPOSE", [reshape.outputs[0], tensor((2,), "int32", None, [1, 0])], [value((2, 3))])
    then = graph([reshape, turn], [inner, shape], turn.outputs)
    inner, shape = value((2, 3)), tensor((2,), "int32", None)
    op = binary("ADD", inner, inner)
    op = call("IF", [condition, x, tensor((2,), "int32", None, [3, 2])], [then, graph([op], [inner, shape], op.outputs)])
    agree([op], op.outputs, [[[c], range(6)] for c in (0, 1)])


def test_nested():
    """A branch that asks again."""
    def inner(c, x):
        return call("IF", [c, x], [branch("ADD", (4,)), branch("SUB", (4,))])

    first, second, x = flag(), flag(), value((4,))
    c, y = flag(), value((4,))
    asks = inner(c, y)
    then = graph([asks], [c, y], asks.outputs)
    c, y = flag(), value((4,))
    double = binary("ADD", y, y)
    asks = inner(c, double.outputs[0])
    otherwise = graph([double, asks], [c, y], asks.outputs)
    op = call("IF", [first, second, x], [then, otherwise])
    agree([op], op.outputs, [[[a], [b], [3, -4, 100, 7]] for a in (0, 1) for b in (0, 1)])


def test_what_both_branches_need_is_kept_for_both():
    """The plan may not reuse what only the branch that stands second reads."""
    condition, x = flag(), value((64,))
    before = binary("ADD", x, tensor((1,), data=[9]))
    y, z = value((64,)), value((64,))
    one = binary("MUL", y, y)
    two = binary("ADD", one.outputs[0], y)
    then = graph([one, two], [y, z], two.outputs)
    y, z = value((64,)), value((64,))
    one = binary("SUB", z, y)
    two = binary("ADD", one.outputs[0], z)
    op = call("IF", [condition, before.outputs[0], x], [then, graph([one, two], [y, z], two.outputs)])
    last = binary("ADD", op.outputs[0], before.outputs[0])
    agree([before, op, last], last.outputs, [[[n % 23 - 11 for n in range(64)], [c]] for c in (0, 1, 0)])


def test_variables_in_a_branch():
    """A variable that only one branch assigns, read before and after."""
    def handle():
        return Op("VAR_HANDLE", [], [tensor((), "resource", None)], {"container": b"", "shared_name": b"v"})

    def read(resource):
        return Op("READ_VARIABLE", [resource], [value((3,))])

    condition, x = flag(), value((3,))
    outside = handle()
    once = Op("ASSIGN_VARIABLE", [outside.outputs[0], tensor((3,), data=[1, 2, 3])], [])
    start = Op("CALL_ONCE", [], [], {"init_subgraph_index": 0}, subgraphs=[])
    setup = handle()
    once = Op("ASSIGN_VARIABLE", [setup.outputs[0], tensor((3,), data=[1, 2, 3])], [])
    start.subgraphs = [graph([setup, once], [], [])]
    before = read(outside.outputs[0])
    inner, y = tensor((), "resource", None), value((3,))
    assign = Op("ASSIGN_VARIABLE", [inner, y], [])
    same = binary("ADD", y, y)
    then = graph([assign, same], [inner, y], same.outputs)
    inner, y = tensor((), "resource", None), value((3,))
    same = binary("SUB", y, y)
    op = call("IF", [condition, outside.outputs[0], x], [then, graph([same], [inner, y], same.outputs)])
    after = read(outside.outputs[0])
    both = binary("ADD", before.outputs[0], after.outputs[0])
    total = binary("ADD", both.outputs[0], op.outputs[0])
    agree([start, outside, before, op, after, both, total], total.outputs, [[[c], [5, n, -n]] for n, c in enumerate((0, 1, 0, 1, 1, 0))])


def test_parts_are_joined_in_place_in_a_branch():
    """A branch runs in one go: what it joins is made where it will lie. What comes from outside of it is copied."""

    def joining(kind: str, outside: bool):
        x = value((2, 8))
        parts = [binary(kind, x, tensor((1,), data=[n])) for n in (3, 5)]
        places = [x if outside else parts[0].outputs[0], parts[1].outputs[0]]
        join = Op("CONCATENATION", places, [value((4, 8))], {"axis": 0, "fused_activation_function": 0})
        last = binary(kind, join.outputs[0], tensor((1,), data=[1]))
        return graph([*parts[outside:], join, last], [x], last.outputs)

    def copies(outside: bool) -> int:
        condition, x = flag(), value((2, 8))
        op = call("IF", [condition, x], [joining("ADD", outside), joining("MUL", outside)])
        agree([op], op.outputs, [[[taken], range(-8, 8)] for taken in (0, 1, 1, 0)])
        return sum(record.op.op == "COPY" for record in compiled([op], op.outputs).program.records)

    assert copies(outside=False) == copies(outside=True) - 2
