"""WHILE: rounds counted and not run at all, values that change places, loops in loops, and what the plan must keep."""

import pytest
from control import agree, binary, call, compare, compiled, constant, graph, value
from harness import AWKWARD, tensor
from mite_tools.graph import Op


def below(limit: int, *shapes):
    """A condition: the first value is below the limit; the others are of these shapes."""
    x = value((1,))
    less = compare("LESS", x, constant(limit))
    return graph([less], [x, *(value(shape) for shape in shapes)], less.outputs)


@pytest.mark.parametrize("size", AWKWARD)
def test_rounds(size):
    counter, x = value((1,)), value((1, size))
    i, y = value((1,)), value((1, size))
    step, double = binary("ADD", i, constant(1)), binary("ADD", y, tensor((1,), data=[3]))
    op = call("WHILE", [counter, x], [below(5, (1, size)), graph([step, double], [i, y], [*step.outputs, *double.outputs])])
    numbers = [n % 19 - 9 for n in range(size)]
    # From -3 to no round at all.
    agree([op], op.outputs, [[[start], numbers] for start in (-3, 4, 5, 6, 0)])


def test_values_that_change_places():
    counter, a, b, c = value((1,)), value((5,)), value((5,)), value((5,))
    i, x, y, z = value((1,)), value((5,)), value((5,)), value((5,))
    step = binary("ADD", i, constant(1))
    body = graph([step], [i, x, y, z], [step.outputs[0], y, z, x])
    op = call("WHILE", [counter, a, b, c], [below(4, (5,), (5,), (5,)), body])
    agree([op], op.outputs, [[[start], range(5), range(10, 15), range(20, 25)] for start in (0, 1, 2, 3, 4)])


def test_fibonacci():
    counter, a, b = value((1,)), value((1,)), value((1,))
    i, x, y = value((1,)), value((1,)), value((1,))
    step, total = binary("ADD", i, constant(1)), binary("ADD", x, y)
    body = graph([step, total], [i, x, y], [step.outputs[0], y, total.outputs[0]])
    op = call("WHILE", [counter, a, b], [below(9, (1,), (1,)), body])
    ours = agree([op], op.outputs, [[[0], [0], [1]]])
    assert [t[0] for t in ours.model.outputs] == [9, 34, 55]


def test_what_stays_the_same_is_not_copied():
    """A value that goes through every round, and a constant that the body knows."""
    counter, x = value((1,)), value((16,))
    i, y, k = value((1,)), value((16,)), value((1,))
    step = binary("ADD", i, k)
    body = graph([step], [i, y, k], [step.outputs[0], y, k])
    op = call("WHILE", [counter, x, constant(2)], [below(9, (16,), (1,)), body])
    after = binary("ADD", op.outputs[1], op.outputs[2])
    agree([op, after], [op.outputs[0], *after.outputs], [[[n], range(-8, 8)] for n in (0, 1, 8, 9)])
    copies = [record for record in compiled([op, after], [op.outputs[0], *after.outputs]).program.records if record.op.op == "COPY"]
    assert len(copies) == 2  # the counter, before the loop and in it


def test_a_loop_in_a_loop():
    def inner(x):
        j, y = value((1,)), value((7,))
        step, more = binary("ADD", j, constant(1)), binary("ADD", y, tensor((1,), data=[1]))
        body = graph([step, more], [j, y], [*step.outputs, *more.outputs])
        return call("WHILE", [constant(0), x], [below(3, (7,)), body])

    counter, x = value((1,)), value((7,))
    i, y = value((1,)), value((7,))
    loop, step = inner(y), binary("ADD", i, constant(1))
    kept = binary("SUB", loop.outputs[1], y)
    total = binary("ADD", kept.outputs[0], loop.outputs[1])
    body = graph([loop, step, kept, total], [i, y], [*step.outputs, *total.outputs])
    op = call("WHILE", [counter, x], [below(2, (7,)), body])
    agree([op], op.outputs, [[[start], range(-3, 4)] for start in (-2, 0, 1, 2)])


def test_an_if_in_a_loop_in_an_if():
    def shift(amount):
        x = value((3,))
        op = binary("ADD", x, tensor((1,), data=[amount]))
        return graph([op], [x], op.outputs)

    i, y = value((1,)), value((3,))
    odd = compare("GREATER", i, constant(2))
    choice = call("IF", [odd.outputs[0], y], [shift(5), shift(-2)])
    step = binary("ADD", i, constant(1))
    body = graph([odd, choice, step], [i, y], [*step.outputs, *choice.outputs])
    n, x = value((1,)), value((3,))
    loop = call("WHILE", [n, x], [below(5, (3,)), body])
    then = graph([loop], [n, x], [loop.outputs[1]])
    n, x = value((1,)), value((3,))
    plain = binary("SUB", x, x)
    counter, x0 = value((1,)), value((3,))
    start = compare("LESS", counter, constant(100))
    op = call("IF", [start.outputs[0], counter, x0], [then, graph([plain], [n, x], plain.outputs)])
    agree([start, op], op.outputs, [[[s], [1, 2, 3]] for s in (0, 4, 5, 100, 127)])


def test_what_a_later_round_reads_is_kept():
    """A tensor from before the loop that the body reads at its begin, while the rest of the body wants room."""
    counter, x = value((1,)), value((40,))
    before = binary("ADD", x, tensor((1,), data=[1]))
    i, y, fixed = value((1,)), value((40,)), value((40,))
    a = binary("ADD", y, fixed)
    b = binary("SUB", a.outputs[0], tensor((1,), data=[2]))
    c = binary("MUL", b.outputs[0], tensor((1,), data=[4]))
    step = binary("ADD", i, constant(1))
    body = graph([a, b, c, step], [i, y, fixed], [step.outputs[0], c.outputs[0], fixed])
    op = call("WHILE", [counter, x, before.outputs[0]], [below(3, (40,), (40,)), body])
    agree([before, op], [op.outputs[1]], [[[n % 7 - 3 for n in range(40)], [s]] for s in (0, 1, 2, 3)])


def test_a_shape_that_grows_is_refused():
    counter, x = value((1,)), value((4,))
    i, y = value((1,)), value((4,))
    step = binary("ADD", i, constant(1))
    longer = Op("CONCATENATION", [y, y], [value((8,))], {"axis": 0, "fused_activation_function": 0})
    op = call("WHILE", [counter, x], [below(3, (4,)), graph([step, longer], [i, y], [*step.outputs, *longer.outputs])])
    with pytest.raises(Exception, match="shape of a value changes"):
        compiled([op], op.outputs)
