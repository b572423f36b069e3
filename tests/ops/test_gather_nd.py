"""GATHER_ND: indices that the model holds."""

import pytest
from harness import LiteRt, Reference, agree, one_op, tensor
from moving import like
import numpy as np


@pytest.mark.parametrize("dtype", ("int8", "float32"))
@pytest.mark.parametrize("indices, out", [([[2], [0]], (2, 4, 5)), ([[2, 3], [0, 1], [1, 1]], (3, 5)), ([[[2, 3, 4]], [[0, 0, 0]]], (2, 1))])
def test_constant_indices(indices, out, dtype):
    import numpy as np

    agree(one_op("GATHER_ND", [like((3, 4, 5), dtype), tensor(np.shape(indices), "int32", None, indices)], [like(out, dtype)]))


@pytest.mark.parametrize("index", ("int16", "int32", "int64"))
@pytest.mark.parametrize("shape, axes", [((5, 3), 1), ((5, 3), 2), ((4, 3, 2, 5), 3)])
def test_computed_indices(shape, axes, index):
    rng = np.random.default_rng(0)
    graph = one_op("GATHER_ND", [like(shape), tensor((7, axes), index, None)], [like((7, *shape[axes:]))])
    given = []
    for _ in range(3):
        rows = np.stack([rng.integers(0, shape[axis], 7) for axis in range(axes)], -1).astype(index)
        given.append([rng.integers(-128, 127, shape, np.int8), rows])
    agree(graph, given=given, oracle=Reference if index == "int32" else LiteRt)
