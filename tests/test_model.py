"""mite.Model and mite.Tensor: one script, on CPython and on MicroPython's unix port."""

import subprocess
import sys
from pathlib import Path

import pytest
from goldens import NAMES
from model_files import golden_files, small_files

from mite_tools.board.firmware import build_unix
from mite_tools.board.provision import provision

SCRIPT = Path(__file__).parent / "scripts" / "model_checks.py"


@pytest.fixture(scope="module")
def folder(tmp_path_factory, root) -> Path:
    """The files that the script wants. Without ../shared it has no golden models, and says so."""
    folder = tmp_path_factory.mktemp("models")
    shared = root.parent / "shared"
    files = small_files()
    if (shared / "models").is_dir():
        files |= golden_files(shared, NAMES, most=4)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def passes(command: list, folder: Path) -> None:
    """Runs the script; AssertionError with its output if a check failed. What it skipped becomes a skip, if all else is well."""
    done = subprocess.run([*command, SCRIPT, folder], capture_output=True, text=True, timeout=300)
    lines = done.stdout.splitlines()
    assert done.returncode == 0 and lines[-1].startswith("all "), done.stdout + done.stderr
    # Nothing is passed over silently: each check has its line.
    assert int(lines[-1].split()[1]) == sum(line.startswith(("ok ", "SKIP ")) for line in lines)
    print(*(line for line in lines if line.startswith("SKIP ")), sep="\n")


def test_on_cpython(folder):
    passes([sys.executable], folder)


def test_on_micropython(folder):
    provision("micropython")
    passes([build_unix(), "-X", "heapsize=32M"], folder)
