"""A cable between the computer and a board that can be slow, bad or cut; and a board to put at its end: MicroPython's unix port with a flash."""

import contextlib
import fcntl
import os
import pty
import select
import subprocess
import termios
import threading
import time
import tty
from collections.abc import Callable
from pathlib import Path

SCRIPT = Path(__file__).parent / "scripts" / "raw_repl.py"
SLICE_S = 0.001  # in which a paced line moves bytes
IDLE_S = 0.02
ROM_BYTES = 64 * 1024
TO_BOARD, TO_HOST = 0, 1


class Relay:
    """A serial port, `port`, whose bytes go to and from a board's file descriptor.

    rate: bytes/s in each direction, or None for as fast as can be. damage: damage(data, direction) -> the bytes that arrive.
    port is a link in `folder`; cut() lets the device behind it vanish as when a plug is pulled, plug() brings it back.
    """

    def __init__(self, folder: Path, rate: float | None = None, damage: Callable[[bytes, int], bytes] | None = None):
        self.port = str(folder / "port")
        self.rate = rate
        self.damage = damage
        self.board = -1
        self.moved = [0, 0]  # bytes, in each direction
        self._master = self._slave = -1
        self._lock = threading.RLock()
        self._running = True
        self.plug()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def attach(self, descriptor: int) -> None:
        """The board's end of the cable; -1: no board."""
        with self._lock:
            if descriptor >= 0:
                os.set_blocking(descriptor, False)
            self.board = descriptor

    def plug(self) -> None:
        with self._lock:
            if self._master >= 0:
                return
            self._master, self._slave = pty.openpty()
            tty.setraw(self._slave)
            os.set_blocking(self._master, False)
            name = os.ttyname(self._slave)
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self.port)
            os.symlink(name, self.port)

    def cut(self) -> None:
        with self._lock:
            if self._master >= 0:
                os.close(self._master)
                os.close(self._slave)
                self._master = self._slave = -1
                os.unlink(self.port)

    def close(self) -> None:
        self._running = False
        self._thread.join()
        self.cut()

    def _run(self) -> None:
        waiting = [bytearray(), bytearray()]  # to be damaged, and to be sent
        leaving = [bytearray(), bytearray()]
        since, budget = time.monotonic(), [0.0, 0.0]
        most = 256 if self.rate else 4096  # a UART takes a few bytes ahead, no more
        while self._running:
            # The devices stay what they are as long as one is at work with them.
            with self._lock:
                ends = self._master, self.board
                sources = [ends[direction] for direction in (TO_BOARD, TO_HOST) if ends[direction] >= 0 and len(waiting[direction]) < most]
                ready = select.select(sources, [], [], SLICE_S if any(waiting) or any(leaving) else IDLE_S)[0]
                now = time.monotonic()
                for direction in (TO_BOARD, TO_HOST):
                    source, sink = ends[direction], ends[1 - direction]
                    idle = not waiting[direction]
                    if source in ready:
                        with contextlib.suppress(OSError):
                            waiting[direction] += os.read(source, most)
                    data = waiting[direction]
                    count = len(data)
                    if self.rate:
                        budget[direction] = min(budget[direction] + (now - since) * self.rate, self.rate * 0.05) if data and not idle else 0.0
                        count = min(int(budget[direction]), count)
                        budget[direction] -= count
                    if count:
                        self.moved[direction] += count
                        piece = bytes(data[:count])
                        del data[:count]
                        leaving[direction] += self.damage(piece, direction) if self.damage else piece
                    if sink < 0:
                        leaving[direction].clear()
                    elif leaving[direction]:
                        with contextlib.suppress(OSError):
                            del leaving[direction][: os.write(sink, leaving[direction])]
            since = now
            time.sleep(SLICE_S / 10)  # others may take the lock


class UnixBoard:
    """MicroPython's unix port as a board: a raw REPL at the end of a Relay, and a flash that outlives reset().

    package: a folder to import from (firmware), or None for a board without it. files: the kind of its file system, lfs or fat.
    rom: how its ROMFS is written (scripts/raw_repl.py), "" if it has none.
    """

    def __init__(self, program: Path, folder: Path, relay: Relay, package: Path | None = None, flash_bytes: int = 384 * 1024, heap: str = "2M",
                 files: str = "lfs", rom: str = ""):  # fmt: skip
        self.program = program
        self.relay = relay
        self.flash = folder / "flash.img"
        self.full = folder / "full"
        self.package = package
        self.heap, self.files = heap, files
        self.rom = folder / "rom.img"
        self.rom_arguments = [str(self.rom), rom] if rom else []
        if rom and not self.rom.exists():
            self.rom.write_bytes(b"\xff" * ROM_BYTES)
        if not self.flash.exists():
            self.flash.write_bytes(b"\xff" * flash_bytes)
        self.process: subprocess.Popen | None = None
        self._lock = threading.RLock()
        self._running = True
        self.start()
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        """Start again what ended by itself: the unix port does at the second Ctrl-C that it has no time for."""
        while self._running:
            time.sleep(0.1)
            with self._lock:
                if self._running and self.process.poll() is not None:
                    self.reset()

    def start(self) -> None:
        master, slave = pty.openpty()
        tty.setraw(slave)
        # Ctrl-C interrupts, as on a board.
        settings = termios.tcgetattr(slave)
        settings[3] |= termios.ISIG
        settings[6][termios.VQUIT] = settings[6][termios.VSUSP] = b"\0"
        termios.tcsetattr(slave, termios.TCSANOW, settings)
        self.process = subprocess.Popen(
            [self.program, "-X", f"heapsize={self.heap}", SCRIPT, self.flash, self.full, self.files, *self.rom_arguments],
            stdin=slave, stdout=slave, stderr=subprocess.DEVNULL, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            env={**os.environ, "MICROPYPATH": f"{self.package}:.frozen" if self.package else ".frozen"},
        )  # fmt: skip
        os.close(slave)
        self._master = master
        self.relay.attach(master)

    def stop(self) -> None:
        """Power off, in the middle of whatever it does."""
        self.relay.attach(-1)
        self.process.kill()
        self.process.wait()
        os.close(self._master)

    def reset(self) -> None:
        with self._lock:
            self.stop()
            self.start()

    def close(self) -> None:
        with self._lock:
            self._running = False
            self.stop()
        self.relay.close()
