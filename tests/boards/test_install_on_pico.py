"""`mite install` on a Raspberry Pi Pico with MicroPython as it is downloaded, emulated by rp2040js."""

import shutil
import time

import pytest

from mite_tools import demo, sound
from mite_tools.board import pico
from mite_tools.board.firmware import build_selected_natmod
from mite_tools.board.flashing import formats
from mite_tools.board.catalogue import find_board
from mite_tools.board.install import install
from mite_tools.board.selection import ops_of
from mite_tools.board.tree import BUILD
from mite_tools.board.upload import upload

STOCK = BUILD / "firmware" / "RPI_PICO-stock" / "firmware.uf2"

pytestmark = [
    pytest.mark.skipif(bool(pico.missing()), reason=f"no emulated Pico: {pico.missing()}"),
    # It takes a minute and a half to build.
    pytest.mark.skipif(not STOCK.is_file(), reason="`make test-pico` builds MicroPython for the Pico without mite"),
]


def test_mite_flash_takes_the_file_that_boots():
    assert "bytes from 0x10000000" in formats.inspect(STOCK.name, STOCK.read_bytes(), find_board("RPI_PICO"))


@pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed")
def test_from_stock_micropython_to_a_word(capfd):
    """The module has the ops of the model: with all of them it would take half of the heap."""
    image = demo.digits_image()
    module = build_selected_natmod("armv6m", *ops_of({"": image}))[0].read_bytes()
    with pico.Pico(STOCK) as emulator, emulator.link() as link:
        begin = time.monotonic()
        installed = install(link, module, image=image)
        assert installed.native and installed.audio and installed.board.architecture == "armv6m" and installed.board.library == "/lib"
        middle = time.monotonic()
        uploaded = upload(link, image, "keywords.mite")
        end = time.monotonic()
        words = []
        summary = demo.listen(link, sound.say("three"), lambda word: words.append(word.label), block_bytes=2048)
        assert uploaded.checked and words == ["three"]
    with capfd.disabled():
        print(
            f"\nFrom stock MicroPython on the {installed.board.machine} (emulated) to 'three': mite install --for: {installed.bytes:,} bytes, {middle - begin:.1f} s; "
            f"mite upload: {uploaded.bytes:,} bytes, {end - middle:.1f} s; an inference {summary['micros'] / 1000:.1f} ms of its time"
        )
