"""The small models give the same bytes on every kind of core as on this computer: bare-metal, in QEMU."""

import mite
import numpy as np
import pytest
from mite_tools.bench import build, emulate
from mite_tools.bench.models import bundle
from mite_tools.bench.targets import TARGETS
from mite_tools.board.errors import SetupError
from mite_tools.board.provision import provision
from small_models import BESIDE, customs

CORES = ("cortex-m0", "cortex-m3", "cortex-m4", "cortex-m55", "rv32imc")
RUNS = 3
MODELS = [make for make in BESIDE if make is not customs]  # whose op is a function in Python


@pytest.fixture(scope="module", autouse=True)
def tools():
    try:
        provision("compilers", "emulator")
    except SetupError as error:
        pytest.skip(f"there is no cross compiler, or no emulator: {error}")


def runs_of(image: bytes) -> tuple[list[list[bytes]], list[list[bytes]]]:
    """(inputs, outputs) of some runs on this computer, from the start."""
    rng, model = np.random.default_rng(0), mite.Model(image)
    inputs, outputs = [], []
    for _ in range(RUNS):
        given = [values(t, rng).tobytes() for t in model.inputs]
        for tensor, data in zip(model.inputs, given):
            tensor.data[:] = data
        model.invoke()
        inputs.append(given)
        outputs.append([bytes(t.data) for t in model.outputs])
    return inputs, outputs


def values(tensor, rng) -> np.ndarray:
    """Random ones; whole numbers of all sizes, no odd bools or floats."""
    if tensor.dtype == "float32":
        return rng.normal(size=tensor.shape).astype(np.float32)
    if tensor.dtype == "bool":
        return rng.integers(0, 2, tensor.shape).astype(bool)
    info = np.iinfo(tensor.dtype)
    shift = rng.integers(0, info.bits, tensor.shape).astype(tensor.dtype)
    return rng.integers(info.min, info.max, tensor.shape, tensor.dtype, endpoint=True) >> shift


@pytest.mark.parametrize("core", CORES)
@pytest.mark.parametrize("make", MODELS, ids=lambda make: make.__name__)
def test_small_models(make, core, tmp_path):
    image = make()
    (tmp_path / "bundle").write_bytes(bundle(image, *runs_of(image)))
    elf = build.program(TARGETS[core], "Os", "main", tmp_path / "bundle", f"small-{make.__name__}")
    counts = emulate.measure(TARGETS[core], elf)
    assert counts.invoke and not counts.differs, f"(run, byte, found, expected): {counts.differs}"
