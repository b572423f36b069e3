"""BROADCAST_ARGS: of shapes that are constant, or computed."""

import numpy as np
import pytest
from harness import agree, one_op
from whole import plain

SHAPES = [((2, 3), (1, 3)), ((3,), (2, 1)), ((2, 1, 4), (3, 1)), ((1,), (5, 1, 1)), ((7,), (7,))]


@pytest.mark.parametrize("constant", (0, 1, 2))
@pytest.mark.parametrize("dtype", ("int32", "int64"))
@pytest.mark.parametrize("shapes", SHAPES)
def test_shapes(shapes, dtype, constant):
    """constant: how many of the two are."""
    values = [np.array(shape, dtype) for shape in shapes]
    inputs = [plain(v.shape, dtype, v if number < constant else None) for number, v in enumerate(values)]
    agree(one_op("BROADCAST_ARGS", inputs, [plain((max(map(len, shapes)),), dtype)]), given=[values[constant:]])
