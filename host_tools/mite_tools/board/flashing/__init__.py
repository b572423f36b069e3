"""MicroPython onto a board: `mite flash`. One file a way; the board's [flash] in board.toml says which."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ..catalogue import Board
from ..errors import BoardError
from . import drive as drives
from . import esp, tool
from .formats import checks, inspect
from .release import fetch

Progress = Callable[[str, int, int], None]  # what is being done, done so far, of


@dataclass
class Flashed:
    """firmware: the file. verified: how it is known to be there. next: what to do with one's hands, or ""."""

    firmware: Path
    about: str
    bytes: int
    seconds: float
    verified: str
    next: str = ""
    notes: list[str] = field(default_factory=list)


def flash(
    board: Board, port: str | None = None, firmware: Path | None = None, drive: Path | None = None, sha256: str | None = None,
    erase: bool = False, baud: int = esp.BAUD, progress: Progress = lambda what, done, of: None,
) -> Flashed:  # fmt: skip
    """Bring firmware (by default the release that board.toml names) onto a board.

    port: its serial port, where the way needs one or can make use of it. drive: the folder of a UF2 boot loader, if it is not to be looked
    for. sha256: what the file must have. erase: the file system as well, and baud: for ESP32. Raises BoardError; a file that is damaged or
    for another board is refused before anything is written.
    """
    settings = board.settings.get("flash")
    if settings is None:
        raise BoardError(f"Nothing is flashed to {board.name}" + (": `mite emulate` starts it." if board.emulated else "."))
    begin = time.monotonic()
    notes = []
    if firmware is None:
        firmware, note = fetch(board, sha256, progress)
        notes += [f"{note}. Of the file itself was checked {checks(board)}"] if note else []
    data = firmware.read_bytes()
    about = inspect(firmware.name, data, board, None if sha256 is None else sha256.lower())
    how = settings["how"]
    if how == "esptool":
        verified, after = esp.write(board, port, data, erase, baud, progress)
    elif how == "uf2":
        verified, after = drives.write(board, port, firmware.name, data, drive, progress)
    elif how == "tool":
        verified, after = tool.write(board, port, firmware, progress)
    else:
        raise BoardError(f"{board.folder / 'board.toml'}: [flash] says how = {how!r}; it can be esptool, uf2 or tool.")
    return Flashed(firmware, about, len(data), time.monotonic() - begin, verified, after, notes)
