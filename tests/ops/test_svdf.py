"""SVDF, int8: several runs in a row."""

import numpy as np
import pytest
from harness import CLAMPS, Mite, Numbers, Reference, one_op, samples, tensor
from mite_tools.tflite.write import write
from reals import near, numbers, real


def svdf(batches, inputs, units, rank, memory, wide, input=Numbers(0.05, 3), state=Numbers(0.004, 0), output=Numbers(0.1, -7)):
    rng, kind = np.random.default_rng(0), "int16" if wide else "int8"
    filters, high = units * rank, 3000 if wide else 127
    features = tensor((filters, inputs), numbers=Numbers(0.01), data=rng.integers(-127, 128, (filters, inputs)))
    times = tensor((filters, memory), kind, Numbers(0.0005 if wide else 0.01), rng.integers(-high, high, (filters, memory)))
    bias = tensor((units,), "int32", Numbers(state.scale * times.scale), rng.integers(-3000, 3000, units))
    variable = tensor((batches, filters * memory), kind, state)
    variable.is_variable = True
    x = tensor((batches, inputs), numbers=input)
    graph = one_op("SVDF", [x, features, times, bias, variable], [tensor((batches, units), numbers=output)], rank=rank,
                   fused_activation_function=1)  # fmt: skip
    graph.inputs = [x]
    return graph


@pytest.mark.parametrize("wide", (False, True))
@pytest.mark.parametrize("sizes", [(1, 3, 4, 1, 5), (1, 8, 7, 2, 8), (3, 5, 3, 4, 2), (1, 16, 8, 1, 1)])
@pytest.mark.parametrize("input", (Numbers(0.05, 3), Numbers(0.5, -128)))
def test_runs_in_a_row(sizes, wide, input):
    graph = svdf(*sizes, wide, input)
    data = write(graph)
    reference, ours = Reference(data), Mite(data)
    for _ in range(3):
        for values in samples(graph.inputs[0], np.random.default_rng(1)):
            assert np.array_equal(reference.run([values], 1)[0], ours.run([values], 1)[0])


@pytest.mark.parametrize("activation", CLAMPS)
@pytest.mark.parametrize("sizes", [(1, 3, 4, 1, 5), (1, 8, 7, 2, 8), (3, 5, 3, 4, 2), (1, 16, 8, 1, 1)])
def test_floats(sizes, activation):
    batches, inputs, units, rank, memory = sizes
    filters = units * rank
    state = real((batches, filters * memory))
    state.is_variable = True
    weights = [real(shape, numbers(shape, seed)) for seed, shape in enumerate(((filters, inputs), (filters, memory), (units,)))]
    x = real((batches, inputs))
    graph = one_op("SVDF", [x, *weights, state], [real((batches, units))], rank=rank, fused_activation_function=activation)
    graph.inputs = [x]
    near(graph, given=[[numbers(x.shape, seed)] for seed in range(7)])
