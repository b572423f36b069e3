"""The native module for the ESP32, as LLVM makes it: the very .mpy, relocated and run on an emulated Xtensa core, without MicroPython.

No ESP32 was there. The compiler is large, so the test waits until somebody has brought it: make natmod ARCH=xtensawin.
"""

import pytest
from goldens import golden_runs
from small_models import customs
from test_targets import MODELS, runs_of

from mite_tools.bench import module, xtensa
from mite_tools.board import toolchain
from mite_tools.compile import compile_model

pytestmark = [
    pytest.mark.skipif(not xtensa.is_there(), reason="no compiler for Xtensa: `make natmod ARCH=xtensawin` brings it"),
    pytest.mark.skipif(toolchain.by_vendor("xtensawin"), reason="Espressif's compiler makes code for ESP32s, which the emulated core is not"),
]


@pytest.mark.parametrize("make", [make for make in MODELS if make is not customs], ids=lambda make: make.__name__)
def test_small_models(make, tmp_path):
    image = make()
    counts = module.measure(image, *runs_of(image), tmp_path)
    assert counts.invoke and not counts.differs, f"(run, byte, found, expected): {counts.differs}"


@pytest.mark.parametrize("name", ["kws_ref_model", "hello_world_int8"])
def test_goldens(name, shared, tmp_path):
    inputs, outputs = golden_runs(shared / "goldens" / f"{name}.npz", 3)
    as_bytes = [[[array.tobytes() for array in run] for run in runs] for runs in (inputs, outputs)]
    counts = module.measure(compile_model(shared / "models" / f"{name}.tflite").image, *as_bytes, tmp_path)
    assert counts.invoke and not counts.differs, f"(run, byte, found, expected): {counts.differs}"
    print(f"{name}: {counts.invoke:,} instructions")
