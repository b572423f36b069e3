"""The compilers of native modules: what their tools are called, and what MicroPython's makefile must be told of them."""

import shutil

from . import selection
from .errors import SetupError
from .provision import provision
from .tree import ROOT

# How the names of an architecture's tools begin, where not as Arm's.
PREFIXES = {"x64": "", "rv32imc": "riscv64-unknown-elf-", "xtensa": "xtensa-lx106-elf-", "xtensawin": "xtensa-esp32-elf-"}
# Of the C library for the ESP8266, which go for windowed code, too.
HEADERS = "/usr/lib/xtensa-lx106-elf/include"


def tools(arch: str) -> str:
    """How the names of the tools for `arch` begin, brought if they are not there. Raises SetupError."""
    if arch == "x64":
        provision("host")
    elif arch in ("xtensa", "xtensawin") and not by_vendor(arch):
        provision("host", "xtensa")
        if arch == "xtensawin":
            from ..bench import xtensa

            return xtensa.ensure()
    elif arch != "xtensawin":
        provision("host", "compilers")
    return PREFIXES.get(arch, "arm-none-eabi-")


def by_vendor(arch: str) -> bool:
    """Is it Espressif's own compiler, with a library of what the compiler calls?"""
    return arch == "xtensawin" and shutil.which(f"{PREFIXES[arch]}gcc") is not None


def own_runtime(arch: str) -> bool:
    """Whether port/micropython/runtime.c stands in for the compiler's library."""
    return arch in ("xtensa", "xtensawin") and not by_vendor(arch)


def together(arch: str) -> bool:
    """Whether a module's files are optimized together: MicroPython's linker cannot read what gcc makes of that for Xtensa."""
    return arch not in ("xtensa", "xtensawin")


def lister(arch: str) -> str:
    """The program that lists the names in an object. Only gcc's own reads those that gcc has yet to optimize. Raises SetupError."""
    return tools(arch) + ("gcc-nm" if together(arch) else "nm")


def variables(arch: str, ops: set[str] | None = None, parts: set[str] | None = None) -> dict[str, str]:
    """Variables for port/micropython/native.mk: for a module with `ops` and `parts` alone (None: all of them). Raises SetupError."""
    found = {} if together(arch) else {"MITE_APART": "1"}
    if own_runtime(arch):
        found["MITE_RUNTIME"] = "1"
    if arch == "xtensawin" and not by_vendor(arch):
        found["CROSS"] = tools(arch)
        found["CFLAGS_EXTRA"] = f"-fno-pic -isystem {HEADERS}"  # LLVM makes no position-independent code for Xtensa; a module is relocated
    if arch in ("xtensa", "xtensawin"):
        llvm = arch == "xtensawin" and not by_vendor(arch)
        objcopy = PREFIXES["xtensa" if llvm else arch]
        found["MPY_LD"] = f"$(PYTHON) -m mite_tools.board.xtensa_link {'llvm' if llvm else 'gcc'} {objcopy} $(MPY_DIR)/tools/mpy_ld.py"
    if ops is not None:
        found["MITE_DEFINES"] = " ".join(selection.defines(ops, set(selection.PARTS) if parts is None else parts))
    return found
