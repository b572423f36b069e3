"""`mite build`: native modules with only the ops that some models use run those models, and say what they lack for others."""

import subprocess
from pathlib import Path

import pytest

from small_models import Sketch, every_op

from mite_tools.board import selection, toolchain
from mite_tools.board.firmware import build_natmod, build_selected_natmod, build_sensors
from mite_tools.cli import main
from mite_tools.compile import compile_model
from packages import put_package

# Prints what the model answers to a fixed input, and what the module says to an image with other ops.
SCRIPT = """
import mite
model = mite.Model('model.mite')
model.input[:] = [i % 251 - 125 for i in range(len(model.input))]
model.invoke()
print(model.output[:])
try:
    mite.Model('every_op.mite')
except mite.ModelError as error:
    print(error)
try:
    import mite.audio
except ImportError as error:
    print(error)
try:
    import mite.vision
except ImportError as error:
    print(error)
"""


@pytest.fixture(scope="module")
def model(root) -> tuple[Path, bytes, str]:
    """(a .tflite file, its image, what it answers)."""
    import mite

    path = root.parent / "shared" / "models" / "kws_ref_model.tflite"
    if not path.is_file():
        path = root / "host_tools" / "mite_tools" / "models" / "digits" / "digits_int8.tflite"
    image = compile_model(path).image
    here = mite.Model(image)
    here.input[:] = [i % 251 - 125 for i in range(len(here.input))]
    here.invoke()
    return path, image, str(here.output[:])


@pytest.fixture(scope="module")
def modules(model, tmp_path_factory):
    """module(arch): the path of the selected module."""
    known = {}

    def module(arch: str) -> Path:
        if arch not in known:
            known[arch] = tmp_path_factory.mktemp(arch) / "_mite.mpy"
            assert main(["build", "--for", str(model[0]), "--arch", arch, "-o", str(known[arch])]) == 0
        return known[arch]

    return module


def check(printed: str, model) -> None:
    lines = printed.splitlines()
    assert lines[0] == model[2]
    assert "lacks op number" in lines[1] and "every_op.mite: op " in lines[1]
    assert "built without" in lines[2] and "built without" in lines[3]


def test_on_unix(stock_unix_micropython, modules, model, root, tmp_path):
    for name, content in (("_mite.mpy", modules("x64").read_bytes()), ("model.mite", model[1]), ("every_op.mite", every_op())):
        (tmp_path / name).write_bytes(content)
    done = subprocess.run(
        [stock_unix_micropython, "-X", "heapsize=4M", "-c", SCRIPT], cwd=tmp_path,
        env={"MICROPYPATH": f"{tmp_path}:{root}/firmware"}, capture_output=True, text=True, timeout=120,
    )
    check(done.stdout, model)


def test_on_a_cortex_m4(fresh_board, modules, model, root):
    link = fresh_board("m4", stock=True)
    put_package(link, root)
    link.put("lib/_mite.mpy", modules("armv7emsp").read_bytes())
    link.put("model.mite", model[1])
    link.put("every_op.mite", every_op())
    check(link.exec(SCRIPT, timeout_s=120), model)


@pytest.mark.parametrize("arch", ["armv7emsp", "x64"])
def test_it_is_a_fraction_of_the_whole(modules, arch):
    small, whole = modules(arch).stat().st_size, build_natmod(arch).stat().st_size
    print(f"{arch}: {small:,} of {whole:,} bytes")
    assert small < whole / 2


def test_the_front_end_comes_with_models_that_want_sound(model, root):
    ops, _ = selection.ops_of({"model": model[1]})
    folder = build_natmod("x64").parent
    build_sensors("x64")
    assert "micropython/frontend.c" not in selection.sources(toolchain.lister("x64"), folder, ops, set())
    with_sound = selection.sources(toolchain.lister("x64"), folder, ops, {"frontend"})
    assert {"micropython/frontend.c", "audio/frontend.c", "audio/fft.c"} <= set(with_sound)
    assert "ops/lstm.c" not in with_sound and "ops/conv_2d.c" in with_sound


def test_vision_comes_when_it_is_asked_for(model, root):
    ops, parts = selection.ops_of({"model": model[1]})
    assert "vision" not in parts
    folder = build_natmod("x64").parent
    build_sensors("x64")
    files = {"micropython/vision.c", "vision/picture.c", "vision/resample.c", "vision/boxes.c"}
    assert not files & set(selection.sources(toolchain.lister("x64"), folder, ops, parts))
    assert files <= set(selection.sources(toolchain.lister("x64"), folder, ops, parts | {"vision"}))
    assert "-DMITE_WITHOUT_VISION" in selection.defines(ops, parts) and "-DMITE_WITHOUT_VISION" not in selection.defines(ops, {"vision"})
    s = Sketch(1)
    x = s.tensor((1, 8, 8, 3))
    picture = s.image((x,), (s.add_op("RELU", (x,), s.tensor((1, 8, 8, 3))),), pixels={"mean": [0], "std": [255], "fit": "crop"})
    assert selection.ops_of({"picture": picture})[1] == {"vision"}


def test_flags_and_mistakes(model, capsys, tmp_path):
    assert main(["build", "--for", str(model[0]), "--flags"]) == 0
    flags = capsys.readouterr().out.split()
    assert flags[0] == "-DMITE_SELECT" and "-DMITE_WITH_CONV_2D" in flags and "-DMITE_WITH_LSTM" not in flags
    assert main(["build", "--for", str(model[0])]) == 1
    assert "--arch" in capsys.readouterr().err
    assert main(["build", "--for", str(model[0]), "--arch", "z80"]) == 1
    assert "There is no native module for 'z80'" in capsys.readouterr().err
    (tmp_path / "bad.mite").write_bytes(b"GIF89a" + bytes(100))
    assert main(["build", "--for", str(tmp_path / "bad.mite"), "--arch", "x64"]) == 1
    assert "not a .mite image" in capsys.readouterr().err
