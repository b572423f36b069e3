"""ONE_HOT: TFLite Micro lacks it."""

import numpy as np
import pytest
from harness import LiteRt, agree, one_op
from whole import plain


def hot(shape, depth, axis, indices="int32", dtype="int32", values=(7, 2)):
    at = len(shape) if axis < 0 else axis
    out = (*shape[:at], depth, *shape[at:])
    on, off = (plain((), dtype, v) if v is not None else plain((), dtype) for v in values)
    return one_op("ONE_HOT", [plain(shape, indices), plain((), "int32", depth), on, off], [plain(out, dtype)], axis=axis)


@pytest.mark.parametrize("indices", ("int32", "int64"))
@pytest.mark.parametrize("dtype", ("int8", "uint8", "int32", "int64", "float32", "bool"))
def test_types(dtype, indices):
    """Indices out of range are nowhere."""
    values = np.array([0, 4, 2, 5, -1, 1], indices)
    agree(hot((6,), 5, -1, indices, dtype), given=[[values]], oracle=LiteRt)


@pytest.mark.parametrize("shape, depth, axis", [((3, 7), 4, 0), ((3, 7), 4, 1), ((3, 7), 4, 2), ((3, 7), 4, -1), ((1,), 33, -1), ((), 3, -1), ((15,), 1, 0)])
def test_axes(shape, depth, axis):
    rng = np.random.default_rng(0)
    agree(hot(shape, depth, axis), given=[[np.array(rng.integers(0, depth, shape), np.int32)] for _ in range(2)], oracle=LiteRt)


def test_computed_values():
    agree(hot((3,), 4, -1, values=(None, 5)), given=[[np.array([0, 3, 1], np.int32), np.array(9, np.int32)]], oracle=LiteRt)
