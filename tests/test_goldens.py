"""Real models give, byte for byte, the answers that the reference gave, and their images are no larger than they were."""

import mite
import numpy as np
import pytest
from goldens import NAMES, REAL_NAMES, golden_runs

from mite_tools.compile import compile_model
from mite_tools.verify import TOLERANCE, verify

# image bytes / bytes of weights and biases. They may only get better; half a per cent is for names in the metadata and the like.
SIZES = {
    "kws_ref_model": 1.130, "vww_96_int8": 0.186, "resnet8_int8": 1.032, "ad01_int8": 1.002, "str_ww_ref_model": 1.084,
    "micro_speech_quantized": 1.030, "person_detect": 1.059, "mcunet_vww": 1.003, "hello_world_int8": 1.743,
    "mnist_lstm_int8": 1.129, "dtln_noise_suppression": 1.015, "mww_okay_nabu": 1.127, "mww_alexa": 1.123,
    "mobilenet_v1_0.25_128_quant": 1.061, "mobilenet_v2_1.0_224_quant": 1.028, "traffic_model": 1.05,
}  # fmt: skip


@pytest.fixture(scope="module", params=NAMES)
def golden(request, shared):
    """(name, compiled model, inputs of each run, outputs of each run)"""
    compiled = compile_model(shared / "models" / f"{request.param}.tflite")
    return request.param, compiled, *golden_runs(shared / "goldens" / f"{request.param}.npz")


def test_every_byte_agrees(golden):
    name, compiled, inputs, outputs = golden
    model = mite.Model(compiled.image)
    assert inputs, f"{name} has no golden runs"
    for run, (given, expected) in enumerate(zip(inputs, outputs)):
        for tensor, values in zip(model.inputs, given, strict=True):
            assert (tensor.shape, tensor.dtype) == (values.shape, values.dtype.name)
            tensor.data[:] = values.tobytes()
        model.invoke()
        for tensor, values in zip(model.outputs, expected, strict=True):
            assert (tensor.shape, tensor.dtype) == (values.shape, values.dtype.name)
            differ = np.count_nonzero(np.frombuffer(tensor.data, np.uint8) != np.frombuffer(values.tobytes(), np.uint8))
            assert differ == 0, f"{name}, run {run}, {tensor}: {differ} bytes differ"


def test_every_tensor_agrees(golden, shared):
    """What `mite verify` says: not only the outputs, but what each op made of random inputs."""
    name, _, _, _ = golden
    verdict = verify(shared / "models" / f"{name}.tflite", random_runs=3, seed=5)
    assert verdict.exact, [(row.op, row.tensor, row.differ) for row in verdict.rows if row.differ]
    # TFLite Micro has no uint8.
    assert verdict.reference.startswith("LiteRT" if name.endswith("_quant") or name == "traffic_model" else "TFLite Micro") and sum(row.of for row in verdict.rows)


def test_the_image_is_not_larger_than_it_was(golden):
    name, compiled, _, _ = golden
    ratio = len(compiled.image) / compiled.graph.constant_bytes
    assert ratio <= SIZES[name] * 1.005, f"{name}: {ratio:.3f} times the bytes of the weights, it was {SIZES[name]}"


@pytest.mark.parametrize("name", REAL_NAMES)
def test_float_models_agree(name, shared):
    """Each number by itself, and each tensor that `mite verify` looks at; all but what softmax makes to the last bit."""
    model = mite.Model(compile_model(shared / "models" / f"{name}.tflite").image)
    for given, expected in zip(*golden_runs(shared / "goldens" / f"{name}.npz")):
        for tensor, values in zip(model.inputs, given, strict=True):
            tensor.data[:] = values.tobytes()
        model.invoke()
        for tensor, values in zip(model.outputs, expected, strict=True):
            got = np.frombuffer(bytes(tensor.data), np.float32).reshape(values.shape)
            assert np.all(np.abs(got - values) <= TOLERANCE * np.abs(values))
    verdict = verify(shared / "models" / f"{name}.tflite", random_runs=2, seed=5)
    assert verdict.good and not any(row.close for row in verdict.rows if row.op != "SOFTMAX")
