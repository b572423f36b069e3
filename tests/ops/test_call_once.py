"""CALL_ONCE: streaming models over many steps, and again after a reset."""

import mite
import numpy as np
import pytest
from goldens import golden_runs
from mite_tools.compile import compile_model


@pytest.mark.parametrize("name", ("mww_okay_nabu", "mww_alexa"))
def test_streaming_models(name, shared):
    inputs, outputs = golden_runs(shared / "goldens" / f"{name}.npz")
    model = mite.Model(compile_model(shared / "models" / f"{name}.tflite").image)
    for _ in range(2):
        for (given,), (wanted,) in zip(inputs, outputs, strict=True):
            model.input.data[:] = given.tobytes()
            model.invoke()
            assert np.array_equal(np.frombuffer(model.output.data, np.uint8), wanted.reshape(-1))
        model.reset()
