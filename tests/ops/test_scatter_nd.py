"""SCATTER_ND: slices put where indices say, added where they meet. TFLite Micro lacks it."""

import numpy as np
import pytest
from harness import LiteRt, agree, indices, one_op
from whole import plain


def scatter(rows, shape, dtype, constant=True, given=None):
    rows = np.array(rows, np.int32)
    slices = (len(rows), *shape[rows.shape[1] :])
    graph = one_op("SCATTER_ND", [plain(rows.shape, "int32", rows if constant else None), plain(slices, dtype), indices(*shape)], [plain(shape, dtype)])
    if not constant:
        given = [[rows, np.random.default_rng(0).integers(0, 2, slices).astype(dtype)]]
    agree(graph, given=given, oracle=LiteRt)


@pytest.mark.parametrize("dtype", ("int8", "uint8", "int32", "int64", "bool"))
def test_types(dtype):
    """Index 1 comes twice."""
    scatter([[1], [3], [1]], (4, 5), dtype)


def test_floats():
    values = np.random.default_rng(0).normal(size=(3, 5)).astype(np.float32)
    scatter([[1], [3], [1]], (4, 5), "float32", given=[[values]])


@pytest.mark.parametrize("constant", (True, False))
@pytest.mark.parametrize("rows, shape", [([[0, 2], [1, 1]], (2, 3, 7)), ([[0, 2, 6], [1, 1, 0]], (2, 3, 7)), ([[15]], (33,))])
def test_indices_of_several_dimensions(rows, shape, constant):
    scatter(rows, shape, "int32", constant)
