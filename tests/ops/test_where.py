"""WHERE: of a constant. TFLite Micro lacks it."""

import numpy as np
import pytest
from harness import LiteRt, agree, chain, one_op
from mite_tools.compile import problems
from mite_tools.graph import Op
from whole import plain


@pytest.mark.parametrize("dtype", ("bool", "int32", "float32"))
@pytest.mark.parametrize("shape", [(7,), (3, 5), (2, 3, 4)])
def test_constants(shape, dtype):
    mask = np.random.default_rng(0).integers(0, 2, shape).astype(dtype)
    agree(one_op("WHERE", [plain(shape, dtype, mask)], [plain((int(np.count_nonzero(mask)), len(shape)), "int64")]), oracle=LiteRt)


def test_what_is_not_constant_is_told():
    op = Op("WHERE", [plain((5,), "bool")], [plain((5, 1), "int64")])
    assert "SELECT_V2" in next(iter(problems(chain([op], op.outputs))))[2]
