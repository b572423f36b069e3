"""Real models run clean and to the last bit in a core that watches every byte it touches."""

import itertools

import mite
import numpy as np
import pytest
from goldens import NAMES, golden_runs
from small_models import BESIDE, classifier, convolutions, every_op, small_sum

from mite_tools.compile import compile_model
from mite_tools.image import spec

SMALL = [every_op, classifier, convolutions, *BESIDE]


@pytest.mark.parametrize("name", NAMES)
def test_golden_models_are_exact(name, shared, driver, tmp_path):
    image = compile_model(shared / "models" / f"{name}.tflite").image
    inputs, outputs = golden_runs(shared / "goldens" / f"{name}.npz", most=2)
    got = driver.run(image, b"".join(a.tobytes() for a in itertools.chain(*inputs)), len(inputs), tmp_path)
    assert got == b"".join(a.tobytes() for a in itertools.chain(*outputs))


def test_the_digits_model_is_exact(root, driver, tmp_path):
    path = root / "host_tools" / "mite_tools" / "models" / "digits" / "digits_int8.tflite"
    if not path.exists():
        pytest.skip(f"there is no {path}")
    runtime = pytest.importorskip("tflite_micro", reason="no tflite-micro to compare with").runtime
    oracle = runtime.Interpreter.from_file(str(path))
    random = np.random.default_rng(5)
    inputs = [random.integers(-128, 128, oracle.get_input_details(0)["shape"]).astype(np.int8) for _ in range(10)]
    expected = b""
    for values in inputs:
        oracle.set_input(values, 0)
        oracle.invoke()
        expected += oracle.get_output(0).tobytes()
    got = driver.run(compile_model(path).image, b"".join(a.tobytes() for a in inputs), len(inputs), tmp_path)
    assert got == expected


@pytest.mark.parametrize("make", SMALL)
def test_small_models_give_what_the_optimized_core_gives(make, driver, tmp_path):
    """The build for CPython is optimized and unwatched; what it computes must not hang on that."""
    image, runs = make(), 20
    mite.register("Sum", small_sum)
    random = np.random.default_rng(6)
    model = mite.Model(image)
    inputs = expected = b""
    for _ in range(runs):
        for tensor in model.inputs:
            numbers = random.normal(size=len(tensor)) * 2 if tensor.dtype == "float32" else random.integers(-128, 128, len(tensor))
            tensor.data[:] = numbers.astype(tensor.dtype).tobytes()
            inputs += bytes(tensor.data)
        model.invoke()
        expected += b"".join(bytes(tensor.data) for tensor in model.outputs)
    assert driver.run(image, inputs, runs, tmp_path) == expected


@pytest.mark.parametrize("make", SMALL)
def test_memory_contract(make, driver, tmp_path):
    """Alignment, stepping, starting over, a shared arena, an image that is only read: see contract() in driver.c."""
    (tmp_path / "image").write_bytes(make())
    assert driver("contract", tmp_path / "image") == "0\n"


def test_the_small_models_have_every_op():
    found = set()
    for image in (make() for make in SMALL):
        header = spec.HEADER.unpack(image)
        at = header["program"]
        for _ in range(header["records"]):
            record = spec.RECORD.unpack(image, at)
            found.add(spec.OP_OF_NUMBER[record["op"]].op)
            at += record["bytes"]
    assert {op.op for op in spec.OPS} - found == set(), "tests/small_models.py lacks these"
