"""mite emulate: a board without hardware, for every other command."""

import time

from .common import console

HELP = "start an emulated board and print its port, until Ctrl-C"


def arguments(command) -> None:
    command.add_argument("board", nargs="?", default="QEMU_M4", help="an emulated board of `mite boards` (QEMU_M4)")
    command.add_argument("--stock", action="store_true", help="with MicroPython alone, as a board is bought")


def run(options) -> None:
    from ..board.emulator import Emulator
    from ..board.firmware import build_firmware

    with Emulator(options.board, build_firmware(options.board, not options.stock, not options.stock), icount=False) as emulator:
        console.print(f"{emulator.board.description}: --port {emulator.port}")
        console.print("Ctrl-C ends it, and what was on it is lost.")
        while emulator.process.poll() is None:
            time.sleep(0.2)
        emulator.check()
