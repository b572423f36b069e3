"""GATHER: indices that the model holds, and indices that it computes."""

import numpy as np
import pytest
from harness import LiteRt, Reference, agree, indices, one_op, tensor
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


@pytest.mark.parametrize("constant", (True, False))
@pytest.mark.parametrize("dtype, micro", [("int16", False), ("int32", True), ("int64", False)])
def test_types_of_indices(dtype, micro, constant):
    values = np.array([2, 0, 4, 4], dtype)
    graph = one_op("GATHER", [like((5, 3)), tensor((4,), dtype, None, values if constant else None)], [like((4, 3))], axis=0, batch_dims=0)
    data = np.arange(15, dtype=np.int8).reshape(5, 3)
    agree(graph, given=[[data] if constant else [data, values]], oracle=Reference if micro else LiteRt)


@pytest.mark.parametrize("shape, rows, axis, several, out", [
    ((3, 5, 2), (3, 4), 1, 1, (3, 4, 2)), ((2, 3, 5), (2, 4), 2, 1, (2, 3, 4)), ((2, 3, 4, 2), (2, 3, 5), 2, 2, (2, 3, 5, 2)), ((3, 5), (3,), 1, 1, (3,)),
])  # fmt: skip
def test_batches(shape, rows, axis, several, out):
    rng = np.random.default_rng(0)
    graph = one_op("GATHER", [like(shape), tensor(rows, "int32", None)], [like(out)], axis=axis, batch_dims=several)
    given = [[rng.integers(-128, 127, shape, np.int8), rng.integers(0, shape[axis], rows).astype(np.int32)] for _ in range(3)]
    agree(graph, given=given)
