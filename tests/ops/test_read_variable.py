"""READ_VARIABLE: before anything is assigned, a variable holds what stands for zero."""

import pytest
from harness import Numbers, tensor
from state import add, agree_over, assign, handle, read


@pytest.mark.parametrize("zero_point", (-128, -1, 0, 5))
def test_before_the_first_assignment(zero_point):
    numbers = Numbers(0.1, zero_point)
    x = tensor((1, 7), numbers=numbers)
    x.name = "x"
    v = handle()
    old = read(v.outputs[0], (1, 7), numbers)
    total = add(old.outputs[0], x, numbers)
    agree_over([v, old, total, assign(v.outputs[0], x)], total.outputs)


def test_the_value_itself_is_an_output():
    x = tensor((3,), numbers=Numbers(0.1, 2))
    x.name = "x"
    v = handle()
    old = read(v.outputs[0], (3,), Numbers(0.1, 2))
    agree_over([v, old, assign(v.outputs[0], x)], old.outputs)
