"""`python -m mite_tools.bench.vision`: instructions that a frame of a camera takes to a model's input, on an emulated board."""

import argparse
import sys

from rich.console import Console
from rich.table import Table

from mite.vision import FORMATS, METHODS

from ..board.emulator import MHZ, Emulator
from ..board.errors import BoardError
from ..board.link import Link

SCRIPT = """
import time
from mite.tensor import Tensor
from mite.vision import Preprocessor

def count(format, method, depth, turns):
    data = memoryview(bytearray({side} * {side} * depth))
    see = Preprocessor(Tensor("picture", (1, {side}, {side}, depth), "int8", "b", 1 / 255, -128, data), {width}, {height}, format, None, turns, method)
    see.fill(frame)
    start = time.ticks_cpu()
    see.fill(frame)
    return time.ticks_diff(time.ticks_cpu(), start)

frame = bytes(range(256)) * ({width} * {height} * 3 // 256 + 1)
"""


def measure(link: Link, width: int, height: int, side: int, formats: list[str], turns: int = 0) -> dict[tuple[str, str, int], int]:
    """(format, method, 1 or 3 channels) -> instructions of a frame to an int8 picture of side x side. Raises BoardError."""
    link.exec(SCRIPT.format(width=width, height=height, side=side))
    keys = [(format, method, depth) for format in formats for method in METHODS for depth in (1, 3)]
    return {key: link.eval(f"count{key + (turns,)!r}", timeout_s=120) for key in keys}


def main(arguments: list[str] | None = None) -> int:
    """0, or 1 if the board could not be asked."""
    parser = argparse.ArgumentParser(prog="python -m mite_tools.bench.vision", description=__doc__)
    parser.add_argument("--board", default="QEMU_M4", help="an emulated board (QEMU_M4)")
    parser.add_argument("--frame", default="320x240", help="width and height of the frames (320x240)")
    parser.add_argument("--side", type=int, default=96, help="pixels of the input's sides (96)")
    parser.add_argument("--formats", default="rgb565be grey yuyv", help=f"some of: {' '.join(FORMATS)} (rgb565be grey yuyv)")
    parser.add_argument("--turns", type=int, default=0, help="quarter turns (0)")
    options = parser.parse_args(arguments)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    try:
        width, height = (int(side) for side in options.frame.split("x"))
        formats = options.formats.replace(",", " ").split()
        if not formats or any(format not in FORMATS for format in formats):
            raise BoardError(f"--formats takes some of: {' '.join(FORMATS)}")
        with Emulator(options.board) as emulator, emulator.link() as link:
            found = measure(link, width, height, options.side, formats, options.turns)
            where = emulator.board.description
    except ValueError:
        console.print(f"--frame takes a size such as 320x240, not {options.frame}", style="red")
        return 1
    except BoardError as error:
        console.print(str(error), style="red", markup=False)
        return 1
    table = Table(title=f"A frame of {options.frame} to a picture of {options.side} x {options.side}, int8\n{where}; times at {MHZ} MHz, an instruction a cycle")
    for column in ("frame", "method", "to grey: instructions", "ms", "to RGB: instructions", "ms"):
        table.add_column(column, justify="left" if column in ("frame", "method") else "right")
    for format in formats:
        for method in METHODS:
            counts = [found[format, method, depth] for depth in (1, 3)]
            table.add_row(format, method, *(text for count in counts for text in (f"{count:,}", f"{count / MHZ / 1000:.1f}")), end_section=method == METHODS[-1])
    console.print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
