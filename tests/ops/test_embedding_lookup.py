"""EMBEDDING_LOOKUP: rows of a table."""

import numpy as np
import pytest
from harness import agree, one_op, tensor
from moving import INT8, like


@pytest.mark.parametrize("shape", [(7, 5), (4, 2, 3)])
def test_rows(shape):
    table = tensor(shape, "int8", INT8, np.random.default_rng(0).integers(-128, 127, shape))
    graph = one_op("EMBEDDING_LOOKUP", [tensor((3,), "int32", None), table], [like((3, *shape[1:]))])
    agree(graph, given=[[np.array(i, np.int32)] for i in ((0, 1, 2), (3, 3, 0))])
