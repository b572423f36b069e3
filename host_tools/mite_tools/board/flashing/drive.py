"""UF2: the board's boot loader shows itself as a USB drive, and takes what is copied there."""

import contextlib
import os
import string
import sys
import time
from pathlib import Path

import serial

from ..catalogue import Board
from ..errors import BoardError

INFO = "INFO_UF2.TXT"  # every such drive has it
WAIT_S = 30  # for a drive to appear, with a person pressing buttons
LEAVE_S = 20  # for it to go: the board starts what it was given
PIECE_BYTES = 16384


def write(board: Board, port: str | None, name: str, data: bytes, given: Path | None, progress) -> tuple[str, str]:
    """Copy firmware to the board's drive, and see the board leave it. (how it is known to be there, "")."""
    if given is None and port and not found(board):
        touch(port)
    folder = find(board, given, progress)
    copy(folder, name, data, progress)
    end = time.monotonic() + LEAVE_S
    while (folder / INFO).exists():
        if time.monotonic() > end:
            raise BoardError(
                f"The firmware was copied, but the drive {folder} is still there after {LEAVE_S} s: the board did not start it. Unplug its cable and "
                "plug it in again, without pressing anything. Should the drive come back, the file is for another board."
            )
        time.sleep(0.1)
    return "the boot loader took every block, and started it", ""


def touch(port: str) -> None:
    """Opening a USB port at 1200 baud asks MicroPython (and Arduino's boot loaders) for the boot loader."""
    try:
        opened = serial.Serial(port, 1200)
        with contextlib.suppress(OSError):
            opened.dtr = False
        opened.close()
    except (OSError, ValueError) as error:
        raise BoardError(f"The port {port} cannot be opened: {error}. Without --port, put the board into its boot loader yourself.") from None


def mounted() -> list[Path]:
    """The folders where drives are."""
    if sys.platform == "win32":
        return [Path(f"{letter}:\\") for letter in string.ascii_uppercase[3:] if Path(f"{letter}:\\").exists()]
    if sys.platform == "darwin":
        return list(Path("/Volumes").iterdir())
    with contextlib.suppress(OSError):
        points = [line.split()[1].replace("\\040", " ") for line in Path("/proc/mounts").read_text().splitlines()]
        return [Path(point) for point in points if point.startswith(("/media/", "/run/media/", "/mnt/"))]
    return []


def names(folder: Path) -> str:
    """What a drive says of its board, or "" if it is none of a boot loader."""
    try:
        return (folder / INFO).read_text(errors="replace")
    except OSError:
        return ""


def suits(text: str, board: Board) -> bool:
    """Whether INFO_UF2.TXT names this board's chip."""
    lines = [line for line in text.splitlines() if line.startswith(("Board-ID:", "Model:"))]
    return any(board.settings["flash"]["drive"].lower() in line.lower() for line in lines)


def found(board: Board) -> list[Path]:
    """The drives that are this board's."""
    return [folder for folder in mounted() if suits(names(folder), board)]


def find(board: Board, given: Path | None, progress) -> Path:
    """The drive of the board, which is waited for. BoardError that says what to press."""
    enter = board.settings["flash"]["enter"]
    if given is not None:
        text = names(given)
        if not text:
            raise BoardError(f"{given} is no drive of a UF2 boot loader: it has no {INFO}. To start it: {enter}.")
        if not suits(text, board):
            raise BoardError(f"{given} is the drive of another board than {board.name}: {' / '.join(text.split(chr(10))[1:3]).strip()}")
        return given
    end = time.monotonic() + WAIT_S
    while not (drives := found(board)):
        left = end - time.monotonic()
        progress(f"Waiting for the drive {board.settings['flash']['drive']}: {enter}", round(WAIT_S - left), WAIT_S)
        if left < 0:
            others = [f"{folder} ({' '.join(text.split()[:6])} ...)" for folder in mounted() if (text := names(folder))]
            raise BoardError(
                f"No drive of {board.name} appeared in {WAIT_S} s. To start its boot loader: {enter}. If no drive comes then, try a cable with data "
                "lines; if it is there but not mounted (a server, a container), mount it and name its folder: --drive FOLDER."
                + (f" There are drives of others: {', '.join(others)}" if others else "")
            )
        time.sleep(0.2)
    if len(drives) > 1:
        raise BoardError(f"There are {len(drives)} boards in their boot loaders; say which one with --drive: {', '.join(map(str, drives))}")
    return drives[0]


def copy(folder: Path, name: str, data: bytes, progress) -> None:
    """Write the file. The board may be gone before the last of it is acknowledged: it starts at the last block."""
    sent = 0
    try:
        with open(folder / name, "wb", buffering=0) as file:
            for at in range(0, len(data), PIECE_BYTES):
                file.write(data[at : at + PIECE_BYTES])
                sent = min(at + PIECE_BYTES, len(data))
                progress(f"Copying {name} to {folder}", sent, len(data))
            os.fsync(file.fileno())
    except OSError as error:
        if sent < len(data):
            raise BoardError(f"Writing to {folder} stopped after {sent:,} of {len(data):,} bytes: {error.strerror}. Unplug the board, start its boot loader "
                             "once more and try again.") from None  # fmt: skip
