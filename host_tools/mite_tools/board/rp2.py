"""What MicroPython's rp2 port needs beside MicroPython: Raspberry Pi's SDK and TinyUSB, from Debian; and the UF2 files it ends in."""

import shutil
import struct
import subprocess
from pathlib import Path

from .catalogue import Board
from .debian import fetched
from .errors import SetupError
from .steps import step
from .tree import BUILD, locked

FLASH_ADDRESS = 0x10000000
FOLDER = BUILD / "pico-sdk"
# The SDK of MicroPython 1.25 and 1.26 is 2.1.1: trixie's.
SUITE, PACKAGES = "trixie", ("pico-sdk-source", "tinyusb-source")


def sources() -> tuple[Path, Path]:
    """(the SDK's folder, TinyUSB's), under build/, brought if they are not there. Raises SetupError."""
    found = FOLDER / "pico-sdk", FOLDER / "tinyusb"
    with locked("pico-sdk"):
        if not all(folder.is_dir() for folder in found):
            shutil.rmtree(FOLDER, ignore_errors=True)
            with fetched("Raspberry Pi's SDK", (SUITE,), ["download", *PACKAGES]) as folder, step("Unpacking Raspberry Pi's SDK"):
                for package in folder.glob("*.deb"):
                    subprocess.run(["dpkg", "-x", str(package), str(folder / "unpacked")], check=True, stdout=subprocess.DEVNULL)
                (folder / "unpacked" / "usr" / "src").rename(FOLDER)
            if not all(folder.is_dir() for folder in found):
                raise SetupError(f"{FOLDER}: Debian's {' and '.join(PACKAGES)} hold something else than they did.")
    return found


def require_no_radio(board: Board, micropython: Path) -> None:
    """SetupError for a board that MicroPython does not have, or whose radio wants drivers that no Debian package has."""
    settings = micropython / "ports" / "rp2" / "boards" / board.name / "mpconfigboard.cmake"
    if not settings.exists():
        raise SetupError(f"MicroPython's rp2 port has no board {board.name}: there is no {settings}.")
    if "CYW43" in settings.read_text():
        raise SetupError(
            f"The firmware for {board.name} needs drivers for its radio that are not built here. In a clone of MicroPython with its submodules:\n"
            f"  make -C ports/rp2 BOARD={board.name} submodules\n"
            f"  make -C ports/rp2 BOARD={board.name} USER_C_MODULES=/path/to/mite/port/micropython/micropython.cmake"
        )


def pack_uf2(image: bytes, family: int, address: int = FLASH_ADDRESS) -> bytes:
    """A UF2 file that writes `image` to `address`: blocks of 512 bytes with 256 of payload, the size of a flash page."""
    payload, flag_family = 256, 0x2000
    chunks = [image[at : at + payload].ljust(payload, b"\0") for at in range(0, len(image), payload)]
    return b"".join(
        struct.pack("<8I", 0x0A324655, 0x9E5D5157, flag_family, address + number * payload, payload, number, len(chunks), family)
        + chunk.ljust(476, b"\0") + struct.pack("<I", 0x0AB16F30)
        for number, chunk in enumerate(chunks)
    )  # fmt: skip
