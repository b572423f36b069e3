"""VAR_HANDLE: handles of the same name share a variable, others do not."""

from harness import tensor
from state import INT8, add, agree_over, assign, handle, read


def test_two_handles_of_one_variable():
    x = tensor((4,), numbers=INT8)
    x.name = "x"
    a, b, other = handle(b"a"), handle(b"a"), handle(b"other")
    one, two = read(a.outputs[0], (4,)), read(other.outputs[0], (4,))
    total = add(one.outputs[0], two.outputs[0])
    ops = [a, b, other, one, two, total, assign(b.outputs[0], x), assign(other.outputs[0], total.outputs[0])]
    model = agree_over(ops, total.outputs)
    assert model.state_size == 8
