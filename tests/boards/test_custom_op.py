"""The demo's op in C: as a native module beside a built-in _mite, as a user C module in the firmware, and what it refuses."""

import subprocess
from pathlib import Path

import pytest
from flatbuffers import flexbuffers
from small_models import Sketch, thresholds

from mite_tools.board.firmware import PORT, build_module, build_unix
from mite_tools.board.tree import BUILD

DEMO = Path(__file__).parents[2] / "firmware" / "demos" / "custom_op"
# Doubled, with scale 0.5 and zero point 2, these are above 1.25 or not; the answer comes added to itself.
CHECK = """
import mite, threshold_op
mite.register("Threshold", threshold_op.op)
model = mite.Model("thresholds.mite")
for _ in range(3):
    model.input[:] = [0, 1, 2, 3, 4, -100, 127]
    model.invoke()
    assert model.output[:] == [0, 0, 0, 0, 2, 0, 2], model.output[:]
model.input[:] = [4] * 7
steps = 1
while model.step():
    steps += 1
assert steps == 3 and model.output[:] == [2] * 7
def allocated():
    import gc
    gc.collect()
    before = gc.mem_alloc()
    model.invoke()
    return gc.mem_alloc() - before

assert allocated() == 0, "an op in C allocates nothing"
try:
    mite.Model("other.mite")
except mite.ModelError as error:
    assert "custom op Threshold (op 0): int8 tensors are wanted" in str(error), error
else:
    raise AssertionError("it should have been refused")
mite.register("Else", threshold_op.op)
try:
    mite.Model("else.mite")
except mite.ModelError as error:
    assert "the op of another name" in str(error), error
else:
    raise AssertionError("it should have been refused")
print("fine")
"""


def alone(name: str, dtype: str) -> bytes:
    """A model of nothing but a custom op."""
    s = Sketch(12)
    x = s.tensor((2, 2), 0.5, 0, dtype)
    y = s.add_op(f"CUSTOM:{name}", (x,), s.tensor((2, 2), 1.0, 0, dtype), custom_options=bytes(flexbuffers.Dumps({"level": 1})))
    return s.image((x,), (y,))


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return {"thresholds.mite": thresholds(), "other.mite": alone("Threshold", "int16"), "else.mite": alone("Else", "int8")}


def native_module(arch: str) -> bytes:
    return build_module(DEMO / "native.mk", "threshold_op", arch, BUILD / "custom_op" / arch).read_bytes()


def test_native_module_on_a_board(m4, files):
    for name, content in {**files, "threshold_op.mpy": native_module("armv7emsp")}.items():
        m4.put(name, content)
    assert m4.exec(CHECK).strip() == "fine"


def in_folder(program: Path, folder: Path, files: dict[str, bytes]) -> str:
    for name, content in files.items():
        (folder / name).write_bytes(content)
    done = subprocess.run([program, "-c", CHECK], cwd=folder, capture_output=True, text=True, timeout=300)
    return done.stdout.strip() or done.stderr


def test_native_module_on_unix(unix_micropython, files, tmp_path):
    assert in_folder(unix_micropython, tmp_path, {**files, "threshold_op.mpy": native_module("x64")}) == "fine"


def test_user_c_module(unix_micropython, files, tmp_path):
    folder = BUILD / "custom_op" / "modules"
    folder.mkdir(parents=True, exist_ok=True)
    for name, source in (("mite", PORT / "micropython"), ("threshold", DEMO)):
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(source)
    assert in_folder(build_unix(modules=folder, name="-custom"), tmp_path, files) == "fine"
