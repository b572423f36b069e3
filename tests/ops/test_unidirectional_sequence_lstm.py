"""UNIDIRECTIONAL_SEQUENCE_LSTM, int8 and int16 with 16-bit cells: real models, and small ones over several runs."""

import mite
import numpy as np
import pytest
from goldens import golden_runs
from harness import Mite, Numbers, Reference, one_op, samples, tensor
from mite_tools.compile import compile_model
from mite_tools.tflite.write import write
from reals import near, numbers, real

TANH = 4


@pytest.mark.parametrize("name", ("mnist_lstm_int8", "dtln_noise_suppression"))
def test_real_models(name, shared):
    inputs, outputs = golden_runs(shared / "goldens" / f"{name}.npz")
    model = mite.Model(compile_model(shared / "models" / f"{name}.tflite").image)
    for given, wanted in zip(inputs, outputs, strict=True):
        for t, values in zip(model.inputs, given, strict=True):
            t.data[:] = values.tobytes()
        model.invoke()
        for t, values in zip(model.outputs, wanted, strict=True):
            assert np.array_equal(np.frombuffer(t.data, values.dtype), values.reshape(-1))


def lstm(batches, steps, inputs, units, input=Numbers(0.05, -3), hidden=Numbers(0.0078, 4), cell_scale=2**-11, time_major=False, clip=0.0,
         dtype="int8", bias="int32", reach=3000):  # fmt: skip
    rng = np.random.default_rng(0)
    weights = [tensor((units, n), numbers=Numbers(0.01), data=rng.integers(-127, 127, (units, n))) for n in [inputs] * 4 + [units] * 4]
    biases = [tensor((units,), bias, Numbers(input.scale * 0.01), rng.integers(-reach, reach, units)) for _ in range(4)]
    state, cell = tensor((batches, units), dtype, hidden), tensor((batches, units), "int16", Numbers(cell_scale))
    state.is_variable = cell.is_variable = True
    sequence = (steps, batches) if time_major else (batches, steps)
    x, y = tensor((*sequence, inputs), dtype, input), tensor((*sequence, units), dtype, hidden)
    everything = [x, *weights, None, None, None, *biases, None, None, state, cell, None, None, None, None]
    graph = one_op("UNIDIRECTIONAL_SEQUENCE_LSTM", everything, [y], fused_activation_function=TANH, cell_clip=clip, time_major=time_major,
                   proj_clip=0.0)  # fmt: skip
    graph.inputs = [x]
    return graph


@pytest.mark.parametrize("case", [
    {}, {"time_major": True}, {"clip": 2.0}, {"cell_scale": 2**-12}, {"cell_scale": 2**-15}, {"cell_scale": 2**-9},
    {"hidden": Numbers(0.004, -128)}, {"input": Numbers(0.2, 100)},
])  # fmt: skip
@pytest.mark.parametrize("sizes", [(1, 1, 3, 5), (1, 7, 8, 16), (3, 4, 5, 7)])
def test_runs_in_a_row(case, sizes):
    graph = lstm(*sizes, **case)
    data = write(graph)
    reference, ours = Reference(data), Mite(data)
    for values in samples(graph.inputs[0], np.random.default_rng(1)):
        assert np.array_equal(reference.run([values], 1)[0], ours.run([values], 1)[0])


@pytest.mark.parametrize("case", [
    {}, {"time_major": True}, {"clip": 2.0}, {"cell_scale": 2**-12}, {"cell_scale": 2**-15}, {"cell_scale": 2**-9},
    {"hidden": Numbers(3e-5)}, {"input": Numbers(0.01)}, {"input": Numbers(1e-6)}, {"reach": 1 << 40},
])  # fmt: skip
@pytest.mark.parametrize("sizes", [(1, 1, 3, 5), (1, 7, 8, 16), (3, 4, 5, 7), (1, 3, 300, 2)])
def test_int16_runs_in_a_row(case, sizes):
    graph = lstm(*sizes, **{"input": Numbers(2e-4), "hidden": Numbers(2**-15), "reach": 3_000_000} | case, dtype="int16", bias="int64")
    data = write(graph)
    reference, ours = Reference(data), Mite(data)
    for values in samples(graph.inputs[0], np.random.default_rng(1)):
        assert np.array_equal(reference.run([values], 1)[0], ours.run([values], 1)[0])


@pytest.mark.parametrize("case", [{}, {"time_major": True}, {"cell_clip": 0.3}])
@pytest.mark.parametrize("sizes", [(1, 1, 3, 5), (1, 7, 8, 16), (3, 4, 5, 7)])
def test_floats(case, sizes):
    batches, steps, inputs, units = sizes
    weights = [real((units, n), numbers((units, n), seed) / 2) for seed, n in enumerate([inputs] * 4 + [units] * 4)]
    biases = [real((units,), numbers(units, seed + 20)) for seed in range(4)]
    state, cell = real((batches, units)), real((batches, units))
    state.is_variable = cell.is_variable = True
    sequence = (steps, batches) if case.get("time_major") else (batches, steps)
    x, y = real((*sequence, inputs)), real((*sequence, units))
    everything = [x, *weights, None, None, None, *biases, None, None, state, cell, None, None, None, None]
    options = {"time_major": False, "cell_clip": 0.0, "proj_clip": 0.0} | case
    graph = one_op("UNIDIRECTIONAL_SEQUENCE_LSTM", everything, [y], fused_activation_function=TANH, **options)
    graph.inputs = [x]
    near(graph, 160, given=[[numbers(x.shape, seed)] for seed in range(3)])
