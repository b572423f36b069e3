"""Boards in QEMU: start one, name its serial port, and leave nothing behind.

    with Emulator("QEMU_M4") as emulator:
        ... mpremote connect, or Link(emulator.port)
"""

import contextlib
import ctypes
import os
import re
import select
import signal
import subprocess
import time
from pathlib import Path

from .catalogue import Board, find_board
from .errors import BoardError
from .link import Link
from .provision import provision
from .tree import compiler_environment

START_TIMEOUT_S = 20
MHZ = 120  # the clock of times and shares that are told for counted instructions, at an instruction a cycle
# What boards/common/console.c keeps; more is not lost either, but Ctrl-C waits behind it.
INPUT_BYTES = 4096
PR_SET_PDEATHSIG = 1


class Emulator:
    """A board in QEMU, from __enter__ (or start()) to __exit__ (or stop()).

    board: its name or Board. elf: the firmware, by default built if need be.
    icount: count instructions: time and counters then depend on the program alone, the same on every run and machine.
    memory: {address: path}, files that are in the board's memory from the start (the `spare` memory of board.toml;
    a ROMFS image at its beginning is mounted at /rom).

    .port is the name of its serial port. QEMU ends with this object, with an exception, with Ctrl-C, and with this
    process however that may die; the thread that starts it must live as long as it is wanted, for the kernel watches
    that one.
    """

    program = "QEMU"
    input_bytes = INPUT_BYTES
    descriptors: tuple[int, ...] = ()  # open files of ours that it uses

    def __init__(
        self, board: str | Board, elf: Path | None = None, icount: bool = True,
        memory: dict[int, Path] | None = None, extra: tuple[str, ...] = (),
    ):
        self.board = find_board(board) if isinstance(board, str) else board
        if not self.board.emulated:
            raise BoardError(f"{self.board.name} is not an emulated board: its board.toml has no [emulator].")
        self.elf = elf
        self.icount = icount
        self.memory = memory or {}
        self.extra = extra
        self.port = ""
        self.process: subprocess.Popen | None = None
        self._said = b""
        self._slave = -1

    def __enter__(self) -> "Emulator":
        self.start()
        return self

    def __exit__(self, *_) -> None:
        self.stop()

    def command(self) -> list[str]:
        """QEMU's command line."""
        settings = self.board.settings["emulator"]
        words = [
            settings["program"], *settings["arguments"], "-nographic", "-monitor", "null", "-serial", "pty",
            "-kernel", str(self.elf),
        ]
        if self.icount:
            words += ["-icount", f"shift={settings['icount_shift']}"]
        for address, path in self.memory.items():
            words += ["-device", f"loader,file={path},addr={address:#x},force-raw=on"]
        return [*words, *self.extra]

    def prepare(self) -> None:
        """Bring what it takes to start. Raises BoardError."""
        provision("emulator")

    def start(self) -> None:
        """Boot; returns when the serial port is there. Raises BoardError."""
        self.prepare()
        if self.elf is None:
            from .firmware import build_firmware

            self.elf = build_firmware(self.board.name)
        for path in (self.elf, *self.memory.values()):
            if not Path(path).exists():
                raise BoardError(f"{self.board.name}: there is no {path}.")
        parent = os.getpid()
        # Loaded here: between fork and exec no library can be looked for.
        prctl = ctypes.CDLL(None, use_errno=True).prctl

        def die_with_parent():
            prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent:
                os._exit(1)

        self.process = subprocess.Popen(
            self.command(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            # A session of its own: Ctrl-C at the terminal is for us, who then stop it in good order.
            start_new_session=True, preexec_fn=die_with_parent, env=compiler_environment(), pass_fds=self.descriptors,
        )
        try:
            self.port = self._find_port()
            # Holding it open keeps QEMU from seeing a hang-up between two clients, when it drops what the board says.
            self._slave = os.open(self.port, os.O_RDWR | os.O_NOCTTY)
        except BaseException:
            self.stop()
            raise

    def _find_port(self) -> str:
        """The pty's name, which QEMU prints at its start."""
        end = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < end:
            self._listen(0.1)
            if found := re.search(rb"redirected to (/dev/\S+)", self._said):
                return found[1].decode()
            if self.process.poll() is not None:
                raise BoardError(f"{self.board.name}: {self.program} ended at once. {self.last_words()}")
        raise BoardError(f"{self.board.name}: {self.program} gave no serial port in {START_TIMEOUT_S} s. {self.last_words()}")

    def _listen(self, timeout_s: float) -> None:
        """Take what QEMU itself printed, so that its pipe never fills."""
        while self.process.stdout and select.select([self.process.stdout], [], [], timeout_s)[0]:
            got = os.read(self.process.stdout.fileno(), 4096)
            if not got:
                return
            self._said = (self._said + got)[-16384:]
            timeout_s = 0

    def last_words(self) -> str:
        """What QEMU said last, for messages."""
        if self.process:
            self._listen(0)
        lines = [line for line in self._said.decode(errors="replace").splitlines() if "redirected to" not in line]
        return "It said: " + " / ".join(lines[-3:]) if lines else "It said nothing."

    def check(self) -> None:
        """Raise BoardError if QEMU is not running any more, because the firmware ended or crashed."""
        if self.process is None:
            raise BoardError(f"{self.board.name}: the emulator is not running.")
        self._listen(0)
        # When its serial port has gone, QEMU itself may be there for a moment more.
        with contextlib.suppress(subprocess.TimeoutExpired):
            status = self.process.wait(0.5)
            raise BoardError(f"{self.board.name}: the emulator ended with status {status}. {self.last_words()}")

    def link(self) -> Link:
        """A new Link to the board."""
        return Link(self.port, alive=self.check, input_bytes=self.input_bytes)

    def stop(self) -> None:
        """End QEMU; without effect if it is not running."""
        if self._slave >= 0:
            os.close(self._slave)
            self._slave = -1
        if self.process:
            self.process.terminate()
            try:
                self.process.wait(3)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process.stdout.close()
            self.process = None
        self.port = ""


def emulator_of(board: str, elf: Path | None = None, **options) -> Emulator:
    """The emulator of a board: QEMU's, or the Pico's."""
    if find_board(board).name == "RPI_PICO":
        from .pico import Pico

        return Pico(elf, **options)
    return Emulator(board, elf, **options)


@contextlib.contextmanager
def booted(board: str, elf: Path | None = None, **options):
    """An emulator and a Link to its board, together: `with booted("QEMU_M4") as (emulator, link):`."""
    with emulator_of(board, elf, **options) as emulator, emulator.link() as link:
        yield emulator, link
