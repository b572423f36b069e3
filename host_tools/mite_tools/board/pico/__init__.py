"""A Raspberry Pi Pico in the emulator rp2040js: the same firmware that runs on the real one, with flash, USB serial port and reset.

    with Pico() as pico:
        ... mpremote connect pico.port, or pico.link()

It has one core, and no flash cache; its clock is that of the processor's model, 125 MHz.
"""

import contextlib
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import tarfile
import tempfile
import time
import tty
from pathlib import Path

from ..catalogue import find_board
from ..downloads import record_download
from ..emulator import Emulator
from ..errors import BoardError, SetupError
from ..provision import provision
from ..steps import step
from ..tree import BUILD, locked

HERE = Path(__file__).parent
FOLDER = BUILD / "rp2040js"
PACKAGE = "rp2040js@1.4.1"
OLDEST_NODE = 18
# The first boot formats the flash's file system.
PROMPT_TIMEOUT_S = 120


class Pico(Emulator):
    """The board RPI_PICO, as Emulator has boards of QEMU's. elf: its firmware, a UF2 file, by default built if need be.

    memory: {address: path}, files that are in its flash from the start.
    """

    program = "rp2040js"

    def __init__(self, elf: Path | None = None, memory: dict[int, Path] | None = None):
        self.board = find_board("RPI_PICO")
        self.elf = elf
        self.memory = memory or {}
        self.port = ""
        self.process: subprocess.Popen | None = None
        self._said = b""
        self._slave = -1

    def prepare(self) -> None:
        """Bring the emulator and the boot ROM, and make the terminal that is to be the serial port."""
        self._library, self._bootrom = library(), bootrom()
        terminal, slave = pty.openpty()
        tty.setraw(slave)
        self.descriptors = (terminal,)
        self._name = os.ttyname(slave)
        # One that nobody holds open would hang up.
        self._keeper = slave

    def command(self) -> list[str]:
        """The emulator's command line."""
        memory = [f"{address:#x}={path}" for address, path in self.memory.items()]
        return ["node", str(HERE / "emulator.mjs"), str(self.descriptors[0]), str(self._library), str(self._bootrom), str(self.elf), *memory]

    def _find_port(self) -> str:
        """The terminal's name, once MicroPython answers there."""
        got, end = b"", time.monotonic() + PROMPT_TIMEOUT_S
        while time.monotonic() < end:
            os.write(self._keeper, b"\r")
            while select.select([self._keeper], [], [], 0.5)[0]:
                got = (got + os.read(self._keeper, 4096))[-1000:]
            if b">>> " in got:
                return self._name
            self._listen(0)
            if self.process.poll() is not None:
                raise BoardError(f"{self.board.name}: {self.program} ended at once. {self.last_words()}")
        raise BoardError(f"{self.board.name}: no MicroPython prompt in {PROMPT_TIMEOUT_S} s. {self.last_words()}")

    def reset(self) -> None:
        """Off and on again, in the middle of whatever it does: only flash stays."""
        self.process.send_signal(signal.SIGUSR2)

    def stop(self) -> None:
        """End the emulator; without effect if it is not running."""
        super().stop()
        for descriptor in (*self.descriptors, getattr(self, "_keeper", -1)):
            with contextlib.suppress(OSError):
                os.close(descriptor)
        self.descriptors, self._keeper = (), -1


def missing() -> str:
    """Why there can be no emulated Pico here, or "" if there can: it needs Node."""
    if not shutil.which("node"):
        return "node is not installed (Debian's package nodejs)"
    answer = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout
    if not (found := re.match(r"v(\d+)", answer)) or int(found[1]) < OLDEST_NODE:
        return f"node {answer.strip()} is older than {OLDEST_NODE}"
    if not (_module().exists() or shutil.which("npm")):
        return "npm, which brings the emulator, is not installed"
    return ""


def _module() -> Path:
    return FOLDER / "package" / "dist" / "esm" / "index.js"


def library() -> Path:
    """rp2040js: the path of its module, under build/, brought if it is not there. Raises SetupError."""
    if reason := missing():
        raise SetupError(f"The emulated Pico: {reason}.")
    with locked("rp2040js"):
        if not _module().exists():
            shutil.rmtree(FOLDER, ignore_errors=True)
            with tempfile.TemporaryDirectory(dir=BUILD, prefix="npm-") as scratch, step("The emulator rp2040js"):
                done = subprocess.run(["npm", "pack", PACKAGE], cwd=scratch, capture_output=True, text=True, stdin=subprocess.DEVNULL)
                archives = list(Path(scratch).glob("*.tgz"))
                if done.returncode or len(archives) != 1:
                    reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
                    raise SetupError(f"`npm pack {PACKAGE}` did not bring the emulated Pico: {reason}")
                record_download("rp2040js", archives[0].stat().st_size)
                with tarfile.open(archives[0]) as tar:
                    tar.extractall(Path(scratch) / "unpacked", **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
                (Path(scratch) / "unpacked").rename(FOLDER)
    return _module()


def bootrom() -> Path:
    """The boot ROM, built from bootrom.S and bootrom.c: the path of the binary. Raises BuildError."""
    from ..firmware import run_build

    provision("compilers")
    folder = BUILD / "firmware" / "RPI_PICO-bootrom"
    elf, made = folder / "bootrom.elf", folder / "bootrom.bin"
    parts = [HERE / f"bootrom.{kind}" for kind in ("S", "c", "ld")]
    with locked(folder.name):
        if not made.exists() or any(part.stat().st_mtime > made.stat().st_mtime for part in parts):
            folder.mkdir(parents=True, exist_ok=True)
            flags = ["-mcpu=cortex-m0plus", "-mthumb", "-Os", "-std=c99", "-Wall", "-Wextra", "-ffreestanding", "-nostdlib", "-nostartfiles"]
            # Else gcc makes calls of memset and memcpy of the very functions that they are.
            flags += ["-fno-tree-loop-distribute-patterns"]
            link = ["-T", str(HERE / "bootrom.ld"), *map(str, parts[:2]), "-lgcc", "-o", str(elf)]
            run_build("The Pico's boot ROM", ["arm-none-eabi-gcc", *flags, *link], folder.name)
            run_build("The Pico's boot ROM", ["arm-none-eabi-objcopy", "-O", "binary", str(elf), str(made)], folder.name)
    return made
