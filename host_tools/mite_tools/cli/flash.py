"""mite flash: MicroPython onto a board."""

from pathlib import Path

from .common import console, count

HELP = "put MicroPython on a board: the release, or a file of yours"


def arguments(command) -> None:
    command.add_argument("--board", required=True, help="which one: a name of `mite boards`")
    command.add_argument("--port", help="its serial port, such as /dev/ttyUSB0")
    command.add_argument("--firmware", type=Path, help="a file in place of the release that board.toml names")
    command.add_argument("--sha256", help="what the file's SHA-256 must be")
    command.add_argument("--drive", type=Path, help="the folder of its boot loader's drive, if it is not found by itself (UF2)")
    command.add_argument("--erase", action="store_true", help="erase all of the flash first, files too (ESP32)")
    command.add_argument("--baud", type=count, default=460800, help="of the serial line while it is written (ESP32; 460800)")


def run(options) -> None:
    from ..board.catalogue import find_board
    from ..board.flashing import flash
    from ..board.steps import bar

    board = find_board(options.board)
    with bar(console, disable=not console.is_terminal) as progress:
        task = progress.add_task("...", total=None)
        done = flash(board, options.port, options.firmware, options.drive, options.sha256, options.erase, options.baud,
                     lambda what, now, of: progress.update(task, description=what, completed=now, total=of or None))  # fmt: skip
    for note in done.notes:
        console.print(f"Note: {note}.", markup=False)
    console.print(f"[bold]{done.firmware.name}[/bold] is on the {board.name} ({done.about}), in {done.seconds:.1f} s: {done.verified}.")
    if done.next:
        console.print(f"Now {done.next}.", markup=False)
    console.print("Next: mite install" + (f" --port {options.port}" if options.port else ""))
