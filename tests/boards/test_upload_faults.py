"""Uploads over a bad cable to a board that has accidents: the old model or the new one is there, whole, every time.

25 of them, of all kinds; MITE_UPLOAD_FAULTS=200 makes 200. The same on a FAT file system: MITE_UPLOAD_FAULTS_FAT, 6 of them; on the emulated
Cortex-M4: MITE_UPLOAD_FAULTS_M4, 2; on the emulated Pico, which is switched off and on, with its own flash: MITE_UPLOAD_FAULTS_PICO, 2.
"""

import contextlib
import hashlib
import os
import random
import threading
import time
import tty
from pathlib import Path

import pytest
from relay import TO_BOARD, Relay, UnixBoard
from small_models import noise

from mite_tools.board import pico
from mite_tools.board import upload as uploading
from mite_tools.board.errors import BoardError
from mite_tools.board.link import Link
from mite_tools.board.upload import upload

KINDS = ("drop", "flip", "double", "cut", "reset", "fill")
COUNT = int(os.environ.get("MITE_UPLOAD_FAULTS", 25))
COUNT_FAT = int(os.environ.get("MITE_UPLOAD_FAULTS_FAT", 6))
COUNT_M4 = int(os.environ.get("MITE_UPLOAD_FAULTS_M4", 2))
COUNT_PICO = int(os.environ.get("MITE_UPLOAD_FAULTS_PICO", 2))
LOOK = """
import binascii, hashlib, mite, os
print(binascii.hexlify(hashlib.sha256(open('model.mite', 'rb').read()).digest()).decode())
mite.Model('model.mite')
"""


def longest_s() -> float:
    """What may pass from the last fault to the end: 10 s on a machine that is not busy otherwise, and as much longer as the others take of it now."""
    return 10 * max(1, os.getloadavg()[0] / os.cpu_count())


class Accident:
    """One kind of fault at a random moment of an upload, or some of them one after another. What is on the line goes through it."""

    def __init__(self, kind: str, dice: random.Random, relay: Relay, reset, full, bytes_expected: int):
        self.kind, self.dice, self.relay, self.reset, self.full = kind, dice, relay, reset, full
        times = dice.choice((1, 1, 2, 6)) if kind in ("drop", "flip", "double") else 1
        self.moments = sorted(dice.randrange(bytes_expected) for _ in range(times))
        self.seen = 0
        self.threads: list[threading.Thread] = []
        self.last = None  # when it happened last
        self.direction = dice.choice((TO_BOARD, TO_BOARD, TO_BOARD, 1 - TO_BOARD))
        if self.direction != TO_BOARD and times > 1 or kind in ("drop", "flip", "double") and self.direction != TO_BOARD:
            self.moments = [moment // 30 for moment in self.moments]  # a board says little

    def __call__(self, data: bytes, direction: int) -> bytes:
        if direction != self.direction:
            return data
        before, self.seen = self.seen, self.seen + len(data)
        while self.moments and self.moments[0] < self.seen:
            at = max(0, self.moments.pop(0) - before)
            self.last = time.monotonic()
            count = self.dice.choice((1, 1, 3, 40))
            if self.kind == "drop":
                data = data[:at] + data[at + count :]
            elif self.kind == "flip":
                flipped = bytes(byte ^ 1 << self.dice.randrange(8) for byte in data[at : at + count])
                data = data[:at] + flipped + data[at + count :]
            elif self.kind == "double":
                data = data[: at + count] + data[at:]
            else:
                data = data[:at]
                # Not here: this is the relay's thread.
                self.threads.append(threading.Thread(target=getattr(self, self.kind), daemon=True))
                self.threads[-1].start()
        return data

    def over(self) -> None:
        """All is well again."""
        self.relay.damage = None
        for thread in self.threads:
            thread.join()
        self.relay.plug()
        if self.full:
            self.full.unlink(missing_ok=True)

    def fill(self) -> None:
        """The disk is full."""
        self.full.touch()

    def cut(self) -> None:
        """The plug comes out, and mostly goes in again."""
        self.relay.cut()
        if self.dice.random() < 0.8:
            time.sleep(self.dice.uniform(0.1, 2))
            self.relay.plug()


def outcome(port: str, image: bytes, input_bytes: int = 256) -> str:
    """Upload as a user does: "done", or what went wrong."""
    try:
        with Link(port, timeout_s=5, input_bytes=input_bytes) as link:
            upload(link, image, "model.mite")
        return "done"
    except BoardError as error:
        assert "Traceback" not in str(error)
        return str(error)


def whole(port: str) -> str:
    """SHA-256 of the model on the board, which mite there has loaded."""
    with Link(port, timeout_s=5) as link:
        return link.exec(LOOK).strip()


def series(count: int, seed: int, relay: Relay, reset, full, capsys, kinds=KINDS, input_bytes: int = 256, monkeypatch=None) -> None:
    """Uploads with faults, each over what the one before it left."""
    dice = random.Random(seed)
    images = {hashlib.sha256(image).hexdigest(): image for image in (noise(1), noise(2))}
    first, second = images
    assert outcome(relay.port, images[first], input_bytes) == "done"
    there, longest, done = first, 0.0, dict.fromkeys(kinds, 0)
    of = dict.fromkeys(kinds, 0)
    for number in range(count):
        kind = kinds[number % len(kinds)]
        wanted = second if there == first else first
        monkeypatch.setattr(uploading, "SLOW", dice.choice((0, 1e9)))  # as it is, and compressed
        accident = Accident(kind, dice, relay, reset, full, int(len(images[wanted]) * dice.choice((0.1, 1, 1.1))))
        relay.damage = accident
        begin = time.monotonic()
        result = outcome(relay.port, images[wanted], input_bytes)
        took = time.monotonic() - (accident.last or begin)
        longest = max(longest, took)
        print(f"{number} {kind} at {accident.seen} bytes: {result}, {took:.1f} s")
        accident.over()
        found = whole(relay.port)
        assert found in images, f"upload {number} ({kind}): neither the old nor the new model"
        assert found == wanted if result == "done" else True, f"upload {number} ({kind}): said to be done, and it is the old one"
        assert took < longest_s(), f"upload {number} ({kind}) took {took:.1f} s: {result}"
        done[kind] += result == "done"
        of[kind] += 1
        there = found
    with capsys.disabled():
        words = ", ".join(f"{kind} {done[kind]} of {of[kind]}" for kind in kinds)
        print(f"\n{count} uploads with faults, none broken; new model in spite of them: {words}; at most {longest:.1f} s from the fault to the end")


@pytest.mark.parametrize("files, count", (("lfs", COUNT), ("fat", COUNT_FAT)))
def test_faults_on_the_unix_port(unix_micropython, root, tmp_path, capsys, monkeypatch, files, count):
    relay = Relay(tmp_path)
    board = UnixBoard(unix_micropython, tmp_path, relay, root / "firmware", files=files)
    try:
        series(count, 1, relay, board.reset, board.full, capsys, monkeypatch=monkeypatch)
    finally:
        board.close()


def test_a_reset_while_the_program_is_started(unix_micropython, root, tmp_path):
    """The raw REPL is gone in the middle of being told what to do: nothing waits there for an answer that cannot come."""
    relay = Relay(tmp_path)
    board = UnixBoard(unix_micropython, tmp_path, relay, root / "firmware")
    try:
        accident = Accident("reset", random.Random(1), relay, board.reset, None, 1000)
        accident.direction, accident.moments = TO_BOARD, [40]
        relay.damage = accident
        assert outcome(relay.port, noise(1)) == "done"
        assert time.monotonic() - accident.last < longest_s() / 2
        accident.over()
        assert whole(relay.port) == hashlib.sha256(noise(1)).hexdigest()
    finally:
        board.close()


@contextlib.contextmanager
def cable_to(port: str, folder: Path):
    """(a Relay to an emulated board's port, the file descriptor of that)."""
    relay = Relay(folder)
    descriptor = os.open(port, os.O_RDWR | os.O_NOCTTY)
    tty.setraw(descriptor)
    relay.attach(descriptor)
    try:
        yield relay, descriptor
    finally:
        relay.close()
        os.close(descriptor)


@pytest.mark.skipif(bool(pico.missing()), reason=f"no emulated Pico: {pico.missing()}")
def test_a_reset_that_keeps_flash(tmp_path, capsys, monkeypatch):
    """The power goes, at any moment, between an erased block and what is written there, too."""
    with pico.Pico() as emulator, cable_to(emulator.port, tmp_path) as (relay, _):
        series(COUNT_PICO, 4, relay, emulator.reset, None, capsys, ("reset",), monkeypatch=monkeypatch)


def test_faults_on_the_emulated_board(fresh_board, running_boards, tmp_path, capsys, monkeypatch):
    """A soft reset in place of a reset: its flash is memory that QEMU would clear."""
    link = fresh_board("m4")
    try:
        with cable_to(link.port, tmp_path) as (relay, descriptor):

            def reset() -> None:
                with contextlib.suppress(OSError):
                    os.write(descriptor, b"\x03\x03\x04")

            kinds = tuple(kind for kind in KINDS if kind != "fill")
            series(COUNT_M4, 2, relay, reset, None, capsys, kinds, monkeypatch=monkeypatch)
    finally:
        link.reconnect(5)


@pytest.mark.parametrize("kind", ("drop", "flip", "double"))
def test_an_accident_does_what_it_is_called(kind, tmp_path):
    relay = Relay(tmp_path)
    accident = Accident(kind, random.Random(3), relay, None, None, 1000)
    data = bytes(range(250)) * 20
    came = accident(data[:2500], accident.direction) + accident(data[2500:], accident.direction)
    assert came != data and accident.last and {"drop": len(came) < 5000, "flip": len(came) == 5000, "double": len(came) > 5000}[kind]
    relay.close()
