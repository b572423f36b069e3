"""mite boards: the boards that mite knows."""

import json

from .common import console

HELP = "list the boards that mite knows: memory, clock, native modules, how MicroPython comes there"


def arguments(command) -> None:
    command.add_argument("--json", action="store_true", help="all that their board.toml files say")


def run(options) -> None:
    from ..board.catalogue import all_boards
    from ..board.firmware import NATMOD_ARCHS

    boards = all_boards()
    if options.json:
        print(json.dumps([board.settings for board in boards], indent=2))
        return
    rows = [("board", "processor", ".mpy", "heap, kB", "files, kB", "MHz", "flashed by")]
    for board in boards:
        s = board.settings
        arch = board.mpy_arch + ("" if board.mpy_arch in NATMOD_ARCHS else "*")
        rows.append((board.name, s["processor"], arch, f"{s['heap_bytes'] / 1000:,.0f}", f"{s['flash_bytes'] / 1000:,.0f}",
                     f"{s['clock_hz'] / 1e6:,.0f}", board.flashed or ("(in QEMU)" if board.emulated else "-")))  # fmt: skip
    # Plain lines: a table would be cut to the terminal's width, and the names are what one wants to copy.
    widths = [max(map(len, column)) for column in zip(*rows)]
    for number, row in enumerate(rows):
        line = "  ".join(text.rjust(width) if 3 <= at <= 5 else text.ljust(width) for at, (text, width) in enumerate(zip(row, widths)))
        console.print(line.rstrip(), style="bold" if number == 0 else None, markup=False)
    if any(board.mpy_arch not in NATMOD_ARCHS for board in boards):
        console.print("* mite makes no native module for it: the interpreter in Python runs there.")
    console.print("A board more is a folder boards/NAME with a board.toml: DESIGN.md, \"Adding a board\".")
