"""The Raspberry Pi Pico in rp2040js: the firmware that a real one takes, at its USB serial port."""

import shutil
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from model_files import golden_files, small_files
from packages import GOLDENS, passes
from small_models import noise
from wake_words import WORDS, reference_probabilities, spoken

from mite_tools import demo, sound, wake
from mite_tools.board import pico, rp2
from mite_tools.board.errors import BoardError
from mite_tools.board.firmware import build_firmware, build_natmod
from mite_tools.board.upload import upload

pytestmark = pytest.mark.skipif(bool(pico.missing()), reason=f"no emulated Pico: {pico.missing()}")
RUNS = 3  # of each golden model: the emulator runs at a third of a Pico's speed
# Takes the native module in place of the one that is built in.
USE_NATIVE = "import sys\nimport mite_native\nsys.modules['_mite'] = mite_native\n"


@pytest.fixture(scope="module")
def running():
    with pico.Pico() as emulator:
        yield emulator


@pytest.fixture
def board(running):
    """A Link to a Pico after a soft reset, with no files."""
    with running.link() as link:
        link.reset()
        link.remove_files("/")
        yield link


@pytest.fixture(scope="module")
def some_files(root):
    shared = root.parent / "shared"
    goldens = golden_files(shared, GOLDENS, most=RUNS) if (shared / "models").is_dir() else {}
    return small_files() | goldens


def test_built_in(board, some_files):
    assert board.eval("__import__('sys').implementation._machine") == "Raspberry Pi Pico with RP2040"
    passes(board, some_files)


def test_as_a_native_module(board, some_files):
    module = build_natmod("armv6m").read_bytes()
    board.put("mite_native.mpy", module)
    board.exec(USE_NATIVE + "import mite\nassert mite.model.Program is mite_native.Program")
    # The module with every op takes half of the heap, and the keyword model would want more than what it leaves.
    passes(board, {name: content for name, content in some_files.items() if not name.startswith("kws")})


@pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed")
def test_it_hears_a_word(board):
    upload(board, demo.digits_image(), "keywords.mite")
    words = []
    summary = demo.listen(board, sound.say("three"), lambda word: words.append(word.label), block_bytes=2048)
    assert words == ["three"]
    # At 125 MHz, by the cycles of the processor's model.
    assert summary["micros"] < 250_000
    print(f"an inference of the digits model: {summary['micros'] / 1000:.1f} ms")


@pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed")
def test_it_wakes_at_its_words(board, shared):
    for name in WORDS:
        upload(board, wake.wake_image(str(shared / f"models/mww_{name}.tflite"))[0], f"{name}.mite")
    for text in WORDS.values():
        samples, shown = spoken(text, "en-us"), []
        wake.listen(board, [f"{name}.mite" for name in WORDS], samples, shown.append)
        assert [each["label"] for each in shown if each["kind"] == "word"] == [text]
        found = np.array([each["scores"] for each in shown if each["kind"] == "scores"])
        for column, name in enumerate(WORDS):
            expected = reference_probabilities(shared / f"models/mww_{name}.tflite", samples)
            np.testing.assert_array_equal(np.round(found[:, column] * 256), expected)
        ticks = [each["ticks"] for each in shown if each["kind"] == "scores"]
        print(f"{text}: a step of both models, front-end and all: {sum(ticks) / len(ticks) / 1000:.1f} ms of 30")


def test_an_upload_to_a_board_that_gets_little_time(board, running):
    """As on a busy computer: the emulator stands still six times, for longer than a board is usually waited for."""
    over = threading.Event()

    def hinder() -> None:
        for _ in range(6):
            over.wait(0.2)
            running.process.send_signal(signal.SIGSTOP)
            over.wait(0.8)
            running.process.send_signal(signal.SIGCONT)

    image = noise(1)
    thread = threading.Thread(target=hinder)
    thread.start()
    try:
        upload(board, image, "model.mite")
    finally:
        over.set()
        thread.join()
    assert board.get("model.mite") == image


def test_files_outlive_a_reset(running):
    with running.link() as link:
        link.put("kept.txt", b"still here")
        link.start("import machine\nmachine.reset()")
        time.sleep(1)
        # As if the cable had been pulled: nothing more is said to the old session.
        link.serial.close()
        link._transport = None
    with running.link() as link:
        assert link.get("kept.txt") == b"still here"


def test_mpremote_knows_it(running, tmp_path):
    (tmp_path / "note.txt").write_text("hello")
    command = [sys.executable, "-m", "mpremote", "connect", running.port, "fs", "cp", str(tmp_path / "note.txt"), ":note.txt", "+", "fs", "cat", "note.txt"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and "hello" in done.stdout, done.stdout + done.stderr


def test_the_firmware_is_a_whole_uf2_file():
    file = build_firmware("RPI_PICO").read_bytes()
    assert len(file) % 512 == 0
    blocks = [file[at : at + 512] for at in range(0, len(file), 512)]
    for number, block in enumerate(blocks):
        words = [int.from_bytes(block[at : at + 4], "little") for at in range(0, 32, 4)]
        assert words == [0x0A324655, 0x9E5D5157, 0x2000, 0x10000000 + 256 * number, 256, number, len(blocks), 0xE48BFF56]
        assert block[-4:] == b"\x30\x6f\xb1\x0a"


def test_a_broken_uf2_file_is_told(tmp_path):
    bad = tmp_path / "bad.uf2"
    bad.write_bytes(b"no firmware" * 512)
    with pytest.raises(BoardError, match="no UF2 file for a Pico"), pico.Pico(bad):
        pass


def test_a_board_with_a_radio_is_refused_with_the_way_out():
    with pytest.raises(BoardError, match="make -C ports/rp2 BOARD=RPI_PICO_W submodules"):
        build_firmware("RPI_PICO_W")


def test_the_last_block_of_a_uf2_file_is_filled_up():
    file = rp2.pack_uf2(b"x" * 300, 1, address=0x1000)
    assert len(file) == 1024 and file[512 + 32 : 512 + 32 + 45] == b"x" * 44 + b"\0"
