"""CAST: every type to every other."""

import numpy as np
import pytest
from harness import AWKWARD, LiteRt, Reference, agree, one_op
from whole import alone, numbers, plain


TYPES = ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "float32", "bool")
MICRO = {"int8", "int16", "int32", "bool", "float32"}  # between these TFLite Micro casts
HALVES = [2**24 + 1, 2**24 + 3, -(2**24) - 1, 2**31 - 65, 2**31 - 64, 2**62 + 2**38, 2**62 + 2**38 + 1, 2**63 - 1, -(2**63)]  # between two floats


def reals(shape, rng):
    """Floats of all sizes, and those at the ends of types."""
    edges = [0.0, -0.0, 0.5, -0.5, 0.999, -1.999, 1e-40, 127.9, 128, -128.9, -129, 255.9, 256, 32768, -32769, 65536, 2.0**31, -(2.0**31), 2.0**32,
             2.0**63, -(2.0**63), 3e38, -3e38, np.inf, -np.inf, 8388607.5, 16777215, 1.5]  # fmt: skip
    wide = rng.normal(size=shape) * 10.0 ** rng.integers(-3, 22, shape)
    return np.where(rng.random(shape) < 0.5, rng.choice(edges, shape), wide).astype(np.float32)


def some(dtype, shape, rng):
    if dtype == "float32":
        return reals(shape, rng)
    values = numbers(dtype, shape, rng)
    if dtype == "int64":
        values = np.where(rng.random(shape) < 0.3, rng.choice(HALVES, shape), values)
    return values


@pytest.mark.parametrize("to", TYPES)
@pytest.mark.parametrize("dtype", TYPES)
def test_types(dtype, to):
    rng = np.random.default_rng(0)
    graph = one_op("CAST", [plain((4, 150), dtype)], [plain((4, 150), to)])
    agree(graph, given=[[some(dtype, (4, 150), rng)] for _ in range(3)], oracle=Reference if {dtype, to} <= MICRO else LiteRt)


@pytest.mark.parametrize("count", AWKWARD)
def test_sizes(count):
    alone("CAST", "int32", "int8")
    agree(one_op("CAST", [plain((count,), "int8")], [plain((count,), "float32")]))


@pytest.mark.parametrize("to", ("int8", "int16", "int32"))
def test_what_is_no_number(to):
    """0, as in TFLite Micro."""
    agree(one_op("CAST", [plain((2,), "float32")], [plain((2,), to)]), given=[[np.array([np.nan, 1], np.float32)]])
