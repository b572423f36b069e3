"""mite emulate: a board without hardware, for every other command."""

import time

from .common import console

HELP = "start an emulated board and print its port, until Ctrl-C"


def arguments(command) -> None:
    command.add_argument("board", nargs="?", default="QEMU_M4", help="a board of QEMU's in `mite boards`, or RPI_PICO (QEMU_M4)")
    command.add_argument("--stock", action="store_true", help="with MicroPython alone, as a board is bought")


def run(options) -> None:
    from ..board.catalogue import find_board
    from ..board.emulator import Emulator
    from ..board.firmware import build_firmware
    from ..board.pico import Pico

    board = find_board(options.board)
    firmware = build_firmware(board.name, not options.stock, not options.stock) if board.emulated or board.name == "RPI_PICO" else None
    with Pico(firmware) if board.name == "RPI_PICO" else Emulator(board, firmware, icount=False) as emulator:
        console.print(f"{emulator.board.description}: --port {emulator.port}")
        console.print("Ctrl-C ends it, and what was on it is lost.")
        while emulator.process.poll() is None:
            time.sleep(0.2)
        emulator.check()
