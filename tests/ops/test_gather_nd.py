"""GATHER_ND: indices that the model holds."""

import pytest
from harness import agree, one_op, tensor
from moving import like


@pytest.mark.parametrize("dtype", ("int8", "float32"))
@pytest.mark.parametrize("indices, out", [([[2], [0]], (2, 4, 5)), ([[2, 3], [0, 1], [1, 1]], (3, 5)), ([[[2, 3, 4]], [[0, 0, 0]]], (2, 1))])
def test_constant_indices(indices, out, dtype):
    import numpy as np

    agree(one_op("GATHER_ND", [like((3, 4, 5), dtype), tensor(np.shape(indices), "int32", None, indices)], [like(out, dtype)]))
