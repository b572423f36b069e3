"""ASSIGN_VARIABLE: what is assigned is there in the next run."""

import pytest
from harness import tensor
from state import INT8, add, agree_over, assign, handle, read


def test_a_sum_over_time():
    x = tensor((2, 5), numbers=INT8)
    x.name = "x"
    v = handle()
    old = read(v.outputs[0], (2, 5))
    total = add(old.outputs[0], x)
    model = agree_over([v, old, total, assign(v.outputs[0], total.outputs[0])], total.outputs)
    assert model.state_size == 12


def test_what_was_read_before_outlives_the_assignment():
    x = tensor((3,), numbers=INT8)
    x.name = "x"
    v = handle()
    old = read(v.outputs[0], (3,))
    late = add(old.outputs[0], x)
    agree_over([v, old, assign(v.outputs[0], x), late], late.outputs)


@pytest.mark.parametrize("dtype", ("int8", "int16", "float32", "int32", "int64"))
def test_the_last_input(dtype):
    x = tensor((3, 5), dtype, INT8 if dtype == "int8" else None)
    x.name = "x"
    v = handle()
    old = read(v.outputs[0], (3, 5))
    old.outputs[0] = tensor((3, 5), dtype, INT8 if dtype == "int8" else None)
    agree_over([v, old, assign(v.outputs[0], x)], old.outputs)
