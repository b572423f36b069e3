"""DYNAMIC_UPDATE_SLICE: a box replaced, wherever its index leads."""

import numpy as np
import pytest
from harness import LiteRt, Reference, agree, one_op, samples
from moving import like
from whole import plain


def update(shape, box, dtype, begin=None, index="int32"):
    return one_op("DYNAMIC_UPDATE_SLICE", [like(shape, dtype), like(box, dtype), plain((len(shape),), index, begin)], [like(shape, dtype)])


def agree_at(graph, *places, oracle=Reference):
    rng = np.random.default_rng(0)
    agree(graph, given=[[samples(graph.inputs[0], rng)[0], samples(graph.inputs[1], rng)[0], np.array(p, graph.inputs[2].dtype)] for p in places],
          oracle=oracle)


@pytest.mark.parametrize("index", ("int32", "int64"))
@pytest.mark.parametrize("dtype", ("int8", "int16", "int32", "float32"))
def test_types(dtype, index):
    agree_at(update((5, 7), (2, 3), dtype, index=index), (0, 0), (3, 4), (1, 2))


@pytest.mark.parametrize("dtype", ("int64", "bool"))
def test_types_that_the_micro_reference_lacks(dtype):
    agree_at(update((5, 7), (2, 3), dtype), (0, 0), (3, 4), oracle=LiteRt)


def test_indices_that_lead_outside():
    agree_at(update((4, 3), (2, 2), "int8"), (3, -5), (-1, 2), (100, 100))


@pytest.mark.parametrize("shape, box", [((9,), (9,)), ((33,), (1,)), ((2, 3, 4, 5), (1, 3, 2, 5)), ((2, 3, 2, 3, 2), (1, 1, 1, 1, 1))])
def test_shapes(shape, box):
    agree_at(update(shape, box, "int8"), [0] * len(shape), [n - b for n, b in zip(shape, box)])


@pytest.mark.parametrize("begin", [(1, 2), (4, -3)])
def test_a_constant_index(begin):
    agree(update((5, 7), (2, 3), "int8", begin))
