"""`python -m mite_tools.bench.expand`: what `mite convert --compress` saves, and what it takes an emulated board to expand the images."""

import argparse
import sys
import zlib

from rich.console import Console
from rich.table import Table

from ..board.emulator import MHZ, Emulator
from ..board.errors import BoardError
from ..board.link import Link
from ..errors import MiteError
from ..image.compress import compress, xz_bytes
from . import models

DEFAULT_MODELS = ("kws", "sww", "okay_nabu", "digits")  # small enough for a board's heap
SCRIPT = """
import binascii, gc, time
from mite.expand import expand

def count(stored, size, crc):
    gc.collect()
    start = time.ticks_cpu()
    image = expand(stored)
    ticks = time.ticks_diff(time.ticks_cpu(), start)
    assert len(image) == size and binascii.crc32(image) == crc
    return ticks
"""


def measure(link: Link, stored: bytes, image: bytes) -> int:
    """Instructions that the board takes to make `image` of its compressed form. Raises BoardError."""
    link.exec(SCRIPT)
    link.put("packed", stored)
    return link.eval(f"count(open('packed', 'rb').read(), {len(image)}, {zlib.crc32(image)})", timeout_s=300)


def main(arguments: list[str] | None = None) -> int:
    """0, or 1 if the board could not be asked."""
    parser = argparse.ArgumentParser(prog="python -m mite_tools.bench.expand", description=__doc__)
    parser.add_argument("--board", default="QEMU_M4", help="an emulated board (QEMU_M4)")
    there = " ".join(name for name in DEFAULT_MODELS if name in models.available())
    parser.add_argument("--models", default=there, help=f"some of those of `make bench` ({there})")
    options = parser.parse_args(arguments)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    table = Table(title=f"Compressed images, expanded on {options.board}; times at {MHZ} MHz, an instruction a cycle", title_justify="left")
    for column in ("model", "image", "compressed", "share", "xz -9", "instructions", "a byte", "ms"):
        table.add_column(column, justify="left" if column == "model" else "right")
    try:
        with Emulator(options.board) as emulator, emulator.link() as link:
            for name in options.models.replace(",", " ").split():
                image = models.prepare(name).image
                stored = compress(image)
                ticks = measure(link, stored, image)
                table.add_row(name, f"{len(image):,}", f"{len(stored):,}", f"{len(stored) / len(image):.1%}", f"{xz_bytes(image):,}",
                              f"{ticks:,}", f"{ticks / len(image):.0f}", f"{ticks / MHZ / 1000:.0f}")  # fmt: skip
    except (BoardError, MiteError) as error:
        console.print(str(error), style="red", markup=False)
        return 1
    console.print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
