"""mite on the emulated boards: the checks of tests/scripts/model_checks.py with _mite built into the firmware, and as a
native module on firmware that has nothing of ours."""

import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from model_files import golden_files, small_files

from mite_tools.board.firmware import build_natmod
from mite_tools.board.link import Link

SCRIPT = Path(__file__).parents[1] / "scripts" / "model_checks.py"
# (board, architecture of the native module). The Cortex-M3 also takes what is made for a Cortex-M0.
NATIVE = [("m3", "armv7m"), ("m3", "armv6m"), ("m4", "armv7emsp"), ("rv32", "rv32imc")]
# What a board's memory and an emulator's speed allow.
GOLDENS = ("kws_ref_model", "hello_world_int8")


@pytest.fixture(scope="module")
def files(root) -> dict[str, bytes]:
    """The files that the script wants, golden models among them where ../shared is."""
    files = small_files()
    shared = root.parent / "shared"
    if (shared / "models").is_dir():
        files |= golden_files(shared, GOLDENS, most=100)
    return files


def passes(link: Link, files: dict[str, bytes]) -> None:
    """Run the script on a board that has `import mite`."""
    for name, content in files.items():
        link.put(name, content)
    link.put("model_checks.py", SCRIPT.read_bytes())
    output = link.exec("import model_checks", timeout_s=300)
    lines = output.split("\r\n")
    assert lines[-2].startswith("all "), output
    print(*(line for line in lines if line.startswith("SKIP ")), sep="\n")


def put_package(link: Link, root: Path, module: Path) -> None:
    """What an installer puts on a board: the mite package, and the native module of its architecture."""
    link.exec("import os\nos.mkdir('lib')\nos.mkdir('lib/mite')")
    for path in sorted((root / "firmware" / "mite").glob("*.py")):
        link.put(f"lib/mite/{path.name}", path.read_bytes())
    link.put("lib/_mite.mpy", module.read_bytes())


@pytest.mark.parametrize("name", ["m4", "m3", "rv32"])
def test_built_in(fresh_board, files, name):
    passes(fresh_board(name), files)


@pytest.mark.parametrize("name, arch", NATIVE)
def test_as_a_native_module(fresh_board, files, root, name, arch):
    link = fresh_board(name, stock=True)
    put_package(link, root, build_natmod(arch))
    assert link.eval("__import__('_mite').__file__") == "/ram/lib/_mite.mpy"
    passes(link, files)


def test_as_a_native_module_on_unix(stock_unix_micropython, files, root, tmp_path):
    (tmp_path / "_mite.mpy").write_bytes(build_natmod("x64").read_bytes())
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    done = subprocess.run(
        [stock_unix_micropython, "-X", "heapsize=4M", SCRIPT, tmp_path],
        env={"MICROPYPATH": f"{tmp_path}:{root}/firmware"}, capture_output=True, text=True, timeout=300,
    )
    assert done.stdout.splitlines()[-1].startswith("all "), done.stdout + done.stderr
