"""GATHER: indices that the model holds, and indices that it computes."""

import numpy as np
import pytest
from harness import agree, indices, one_op, tensor
from moving import like


@pytest.mark.parametrize("dtype", ("int8", "float32"))
@pytest.mark.parametrize("axis", (0, 1, 2, -1, -2))
def test_constant_indices(axis, dtype):
    shape = (3, 5, 4)
    out = list(shape)
    out[axis] = 4
    agree(one_op("GATHER", [like(shape, dtype), indices(2, 0, 1, 2)], [like(out, dtype)], axis=axis, batch_dims=0))


@pytest.mark.parametrize("axis, out", [(0, (4, 5)), (1, (3, 4))])
def test_computed_indices(axis, out):
    graph = one_op("GATHER", [like((3, 5)), tensor((4,), "int32", None)], [like(out)], axis=axis, batch_dims=0)
    values = np.random.default_rng(0).integers(-128, 127, (3, 5), np.int8)
    agree(graph, given=[[values, np.array(i, np.int32)] for i in ((0, 0, 2, 1), (2, 2, 2, 2))])


def test_indices_of_two_dimensions():
    inputs = [like((4, 3)), tensor((2, 3), "int32", None, [[0, 3, 1], [2, 2, 0]])]
    agree(one_op("GATHER", inputs, [like((2, 3, 3))], axis=0, batch_dims=0))
