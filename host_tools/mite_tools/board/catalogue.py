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

    @property
    def flashed(self) -> str:
        """How firmware comes there: "esptool", "uf2", the name of a program, or "" where nothing is flashed."""
        flash = self.settings.get("flash", {})
        return flash.get("program") or flash.get("how", "")


def board_names() -> list[str]:
    """Names of all boards."""
    require_tree()
    return sorted(path.parent.name for path in BOARDS.glob("*/board.toml"))


def all_boards() -> list[Board]:
    """Every board, by name."""
    return [read_board(BOARDS / name) for name in board_names()]


def read_board(folder: Path) -> Board:
    """The board of a folder. SetupError if its board.toml is no TOML, or lacks what everybody asks for."""
    try:
        settings = tomllib.loads((folder / "board.toml").read_text())
        return Board(folder.name, folder, settings["description"], settings["mpy_arch"], settings)
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise SetupError(f"{folder / 'board.toml'}: {'lacks ' if isinstance(error, KeyError) else ''}{error}") from None


def find_board(name: str) -> Board:
    """The board of that name, in any case and with or without QEMU_; SetupError lists the names there are."""
    names = board_names()
    for known in names:
        if name.upper().removeprefix("QEMU_") == known.upper().removeprefix("QEMU_"):
            return read_board(BOARDS / known)
    raise SetupError(f"There is no board '{name}'; there are: {', '.join(names)}.")
