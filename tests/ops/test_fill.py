"""FILL: one value everywhere, known or not."""

import pytest
from harness import indices, tensor
from moving import INT8, like, moves


@pytest.mark.parametrize("dtype", ("int8", "float32", "int32"))
@pytest.mark.parametrize("shape", [(3,), (2, 3, 4)])
def test_value_of_the_model(shape, dtype):
    moves("FILL", [indices(*shape), like((), dtype)], [shape], dtype)


@pytest.mark.parametrize("dtype", ("int8", "float32", "int32"))
def test_constant(dtype):
    known = tensor((), dtype, INT8 if dtype == "int8" else None, 5)
    moves("FILL", [indices(2, 7), known], [(2, 7)], dtype)
