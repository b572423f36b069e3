"""mite on the emulated boards: the checks of tests/scripts/model_checks.py with _mite built into the firmware, and as a
native module on firmware that has nothing of ours."""

import os

import pytest
from packages import passes, passes_on_unix, put_package

from mite_tools.board.firmware import build_natmod

# (board, architecture of the native module). The Cortex-M3 also takes what is made for a Cortex-M0.
NATIVE = [("m3", "armv7m"), ("m3", "armv6m"), ("m4", "armv7emsp"), ("m7", "armv7emdp"), ("rv32", "rv32imc")]
# Two minutes more for a build that differs from the others by its kernels, which test_targets.py has run.
HELIUM = pytest.param("m55", marks=pytest.mark.skipif(not os.environ.get("MITE_ALL_BOARDS"), reason="MITE_ALL_BOARDS is not set"))


@pytest.mark.parametrize("name", ["m4", "m3", "rv32", HELIUM])
def test_built_in(fresh_board, files, name):
    passes(fresh_board(name), files)


@pytest.mark.parametrize("name, arch", NATIVE)
def test_as_a_native_module(fresh_board, files, root, name, arch):
    link = fresh_board(name, stock=True)
    put_package(link, root)
    module = build_natmod(arch).read_bytes()
    # What was promised for all ops.
    assert arch != "armv7emsp" or len(module) <= 64 * 1024
    link.put("lib/_mite.mpy", module)
    assert link.eval("__import__('_mite').__file__") == "/ram/lib/_mite.mpy"
    passes(link, files)


def test_as_a_native_module_on_unix(stock_unix_micropython, files, tmp_path):
    module = {"_mite.mpy": build_natmod("x64").read_bytes()}
    passes_on_unix(stock_unix_micropython, files | module, tmp_path, "16M", timeout_s=300)
