"""Emulated boards, each built and booted once for the whole run, and soft-reset for each module of tests."""

import subprocess
from pathlib import Path

import pytest
from model_files import float_files, golden_files, small_files
from packages import GOLDENS

from mite_tools.board.emulator import Emulator
from mite_tools.board.firmware import build_firmware, build_unix
from mite_tools.board.link import Link
from mite_tools.board.provision import provision

BOARDS = {"m3": "QEMU_M3", "m4": "QEMU_M4", "rv32": "QEMU_RV32"}
OTHERS = {"m7": "QEMU_M7", "m55": "QEMU_M55"}  # for single tests


@pytest.fixture(scope="session")
def running_boards():
    """link(name, stock): a Link to that board, which is built and booted when it is first asked for."""
    emulators: dict[tuple[str, bool], tuple[Emulator, Link]] = {}

    def link(name: str, stock: bool = False) -> Link:
        if (name, stock) in emulators:
            emulator, known = emulators[name, stock]
            if emulator.process and emulator.process.poll() is None:
                return known
            # A test ended it, on purpose or by a crash: the next ones get a new one.
            known.close()
            emulator.stop()
        board = (BOARDS | OTHERS)[name]
        emulator = Emulator(board, build_firmware(board, not stock, not stock))
        emulator.start()
        emulators[name, stock] = emulator, emulator.link()
        return emulators[name, stock][1]

    provision("emulator", "compilers", "micropython")
    yield link
    for emulator, known in emulators.values():
        known.close()
        emulator.stop()


@pytest.fixture(scope="session")
def files(root) -> dict[str, bytes]:
    """The files that tests/scripts/model_checks.py wants, golden models among them where ../shared is."""
    files = small_files() | float_files()
    shared = root.parent / "shared"
    if (shared / "models").is_dir():
        files |= golden_files(shared, GOLDENS, most=100)
    return files


def fresh(link: Link) -> Link:
    """A board as after power on: nothing in its memory, nothing in its files."""
    link.reset()
    link.remove_files("/ram")
    return link


@pytest.fixture(scope="session")
def fresh_board(running_boards):
    """fresh_board(name, stock=False): a Link to that board as after power on."""
    return lambda name, stock=False: fresh(running_boards(name, stock))


@pytest.fixture(scope="module")
def m4(running_boards) -> Link:
    """Cortex-M4 with _mite built in."""
    return fresh(running_boards("m4"))


@pytest.fixture(scope="module")
def m3(running_boards) -> Link:
    """Cortex-M3 with _mite built in."""
    return fresh(running_boards("m3"))


@pytest.fixture(scope="module")
def rv32(running_boards) -> Link:
    """32-bit RISC-V with _mite built in."""
    return fresh(running_boards("rv32"))


@pytest.fixture(scope="module", params=list(BOARDS))
def board(request, running_boards) -> Link:
    """Each of the boards in turn, with _mite built in."""
    return fresh(running_boards(request.param))


@pytest.fixture(scope="module", params=list(BOARDS))
def stock_board(request, running_boards) -> Link:
    """Each of the boards in turn with plain MicroPython, as a user's board has it."""
    return fresh(running_boards(request.param, stock=True))


@pytest.fixture(scope="session")
def unix_micropython() -> Path:
    """MicroPython's unix port with _mite built in."""
    provision("micropython")
    return build_unix()


@pytest.fixture(scope="session")
def stock_unix_micropython() -> Path:
    """MicroPython's unix port without anything of ours."""
    provision("micropython")
    return build_unix(user_modules=False, frozen=False)


@pytest.fixture(scope="session")
def run_unix(unix_micropython):
    """run(code, *arguments, cwd=None) -> what the code printed under the unix port; a failure shows its traceback."""

    def run(code: str, *arguments: str, cwd: Path | None = None, timeout_s: float = 120) -> str:
        done = subprocess.run(
            [unix_micropython, "-X", "heapsize=64M", "-c", code, *arguments],
            capture_output=True, text=True, cwd=cwd, timeout=timeout_s,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run
