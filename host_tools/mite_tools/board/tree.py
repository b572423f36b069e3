"""Where things are in the source tree, and the lock that keeps two builds apart."""

import contextlib
import fcntl
import os
from pathlib import Path

from .errors import SetupError

ROOT = Path(__file__).resolve().parents[3]
BUILD = ROOT / "build"
BOARDS = ROOT / "boards"


def require_tree() -> Path:
    """The root of the source tree; SetupError where mite was installed without it (firmware is built from C)."""
    if not (BOARDS.is_dir() and (ROOT / "port").is_dir()):
        raise SetupError(
            "This needs mite's source tree (boards/, port/), and mite is installed without it.\n"
            "Clone the repository and run `make demo` or `pip install -e .` there."
        )
    return ROOT


@contextlib.contextmanager
def locked(name: str):
    """Hold build/NAME.lock: two processes that build the same thing take turns."""
    require_tree()
    BUILD.mkdir(exist_ok=True)
    with open(BUILD / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def compiler_environment() -> dict[str, str]:
    """The environment for compilers and apt: messages in English, since some of them are read here, and no make
    variables of an outer `make`, which would leak into MicroPython's own."""
    environment = {
        key: value
        for key, value in os.environ.items()
        if key not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "CFLAGS", "LDFLAGS", "BOARD", "ARCH", "V")
    }
    environment["LC_ALL"] = "C"
    return environment
