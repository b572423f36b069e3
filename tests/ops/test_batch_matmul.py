"""BATCH_MATMUL, int8 and int16."""

import numpy as np
import pytest
from harness import Numbers, agree, one_op, tensor
from reals import near, numbers, real


def matmul(a, b, adj_x=False, adj_y=False, numbers=(Numbers(0.05, 3), Numbers(0.03, -7), Numbers(0.2, 5)), constant=False, dtype="int8"):
    left, right = (list(s) for s in (a, b))
    rows, columns = left[-1] if adj_x else left[-2], right[-2] if adj_y else right[-1]
    out = (*np.broadcast_shapes(tuple(left[:-2]), tuple(right[:-2])), rows, columns)
    data = np.random.default_rng(0).integers(-128, 127, b) if constant else None
    pair = [tensor(a, dtype, numbers[0]), tensor(b, dtype, numbers[1], data)]
    agree(one_op("BATCH_MATMUL", pair, [tensor(out, dtype, numbers[2])], adj_x=adj_x, adj_y=adj_y, asymmetric_quantize_inputs=False))


@pytest.mark.parametrize("a, b", [((3, 4), (4, 5)), ((2, 3, 4), (2, 4, 5)), ((2, 3, 8, 7), (2, 3, 7, 9)), ((1, 1), (1, 1)), ((1, 33), (33, 17))])
def test_shapes(a, b):
    matmul(a, b)


@pytest.mark.parametrize("a, b", [((2, 1, 3, 4), (1, 3, 4, 5)), ((2, 3, 4), (1, 4, 5)), ((1, 3, 4), (5, 4, 2))])
def test_broadcast(a, b):
    matmul(a, b)


def test_transposed():
    matmul((2, 4, 3), (2, 4, 5), adj_x=True)
    matmul((2, 3, 4), (2, 5, 4), adj_y=True)
    matmul((2, 4, 3), (2, 5, 4), adj_x=True, adj_y=True)


@pytest.mark.parametrize("adj_y", (False, True))
def test_constant(adj_y):
    matmul((2, 3, 4), (2, 4, 4), adj_y=adj_y, constant=True)


@pytest.mark.parametrize("zeros", [(-128, 127, 0), (127, -128, -128), (0, 0, 0)])
def test_zero_points(zeros):
    matmul((3, 16), (16, 5), numbers=[Numbers(s, z) for s, z in zip((0.05, 0.03, 0.4), zeros)])


@pytest.mark.parametrize("a, b", [((3, 4), (4, 5)), ((2, 3, 8, 7), (2, 3, 7, 9)), ((1, 1), (1, 1)), ((1, 33), (33, 17)), ((2, 1, 3, 4), (1, 3, 4, 5)),
                                  ((1, 300), (300, 2))])  # fmt: skip
@pytest.mark.parametrize("output", (1e-6, 1e-4, 0.01))
def test_int16(a, b, output):
    matmul(a, b, numbers=[Numbers(s) for s in (1e-4, 3e-4, output)], dtype="int16")


def test_int16_transposed():
    numbers = [Numbers(s) for s in (1e-4, 3e-4, 1e-3)]
    matmul((2, 4, 3), (2, 4, 5), adj_x=True, numbers=numbers, dtype="int16")
    matmul((2, 3, 4), (2, 5, 4), adj_y=True, numbers=numbers, dtype="int16")
    matmul((2, 4, 3), (2, 5, 4), adj_x=True, adj_y=True, numbers=numbers, dtype="int16", constant=True)


@pytest.mark.parametrize("adj_x", (False, True))
@pytest.mark.parametrize("adj_y", (False, True))
@pytest.mark.parametrize("a, b", [((3, 7), (7, 5)), ((1, 1), (1, 1)), ((2, 3, 8), (2, 8, 15)), ((2, 1, 3, 4), (1, 3, 4, 5)), ((1, 17), (17, 33))])
def test_floats(a, b, adj_x, adj_y):
    out = (*np.broadcast_shapes(a[:-2], b[:-2]), a[-2], b[-1])
    turned = [(*s[:-2], s[-1], s[-2]) if turn else s for s, turn in ((a, adj_x), (b, adj_y))]
    shapes = [real(s) for s in turned]
    near(one_op("BATCH_MATMUL", shapes, [real(out)], adj_x=adj_x, adj_y=adj_y), given=[[numbers(s, 1), numbers(t, 2)] for s, t in [turned]])
