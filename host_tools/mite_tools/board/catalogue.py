"""The boards: one folder each under boards/, described by its board.toml."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from .errors import SetupError
from .tree import BOARDS, require_tree


@dataclass(frozen=True)
class Board:
    """A board.toml: `settings` is the whole of it, the rest what everybody asks for."""

    name: str
    folder: Path
    description: str
    mpy_arch: str
    settings: dict

    @property
    def emulated(self) -> bool:
        """Whether QEMU runs it."""
        return "emulator" in self.settings


def board_names() -> list[str]:
    """Names of all boards."""
    require_tree()
    return sorted(path.parent.name for path in BOARDS.glob("*/board.toml"))


def find_board(name: str) -> Board:
    """The board of that name, in any case and with or without QEMU_; SetupError lists the names there are."""
    names = board_names()
    for known in names:
        if name.upper().removeprefix("QEMU_") == known.upper().removeprefix("QEMU_"):
            folder = BOARDS / known
            settings = tomllib.loads((folder / "board.toml").read_text())
            return Board(known, folder, settings["description"], settings["mpy_arch"], settings)
    raise SetupError(f"There is no board '{name}'; there are: {', '.join(names)}.")
