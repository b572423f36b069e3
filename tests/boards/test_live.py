"""`mite listen`, `mite bench` and `mite repl`: a board at work, watched."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import soundfile
from small_models import classifier

from mite_tools import demo, live, sound
from mite_tools.board.errors import BoardError
from mite_tools.board.link import Link
from mite_tools.board.profile import profile
from mite_tools.board.upload import upload
from mite_tools.cli import main
from mite_tools.cli.listen import panel
from mite_tools.image.describe import describe


@pytest.fixture(scope="module")
def spoken() -> np.ndarray:
    """'one four', as int16 at 16 kHz."""
    try:
        return sound.say("one four")
    except Exception as error:
        pytest.skip(f"espeak-ng does not speak: {error}")


@pytest.fixture(scope="module")
def listener(m4):
    """The board, with the digits on it."""
    upload(m4, demo.digits_image(), live.PATH)
    return m4


def command(link, *words) -> int:
    """Run a command at the board's port, which a Link keeps open otherwise."""
    link.close()
    try:
        return main([*words, "--port", link.port])
    finally:
        link.connect()


def test_words_probabilities_and_times_come_as_they_are_heard(listener, spoken):
    seen = []
    session = live.listen(listener, spoken.tobytes(), None, on_change=lambda now: seen.append((now.inferences, len(now.words))))
    assert [label for _, label, _ in session.words] == ["one", "four"]
    assert session.labels == demo_labels() and len(session.last.scores) == len(session.labels) and 0.95 < sum(session.last.scores) < 1.05
    assert session.last.micros > 1000 and seen[-1] == (session.inferences, 2) and len(seen) == session.inferences + 2


def demo_labels() -> list[str]:
    return json.loads((demo.MODEL / "digits.json").read_text())["labels"]


def test_listening_ends_when_it_is_told_to(listener, spoken):
    long = np.concatenate([spoken] * 10)
    session = live.listen(listener, long.tobytes(), None, seconds=2)
    assert session.stopped and 2000 <= session.last.time_ms < 2600
    assert listener.eval("6 * 7") == 42, "the board answers again"


MICROPHONE = """
# What machine.I2S is on a board with one: 32 bits a sample, the sound in the upper 24.
class I2S:
    RX = MONO = 0
    def __init__(self, number, sck, ws, sd, mode, bits, format, rate, ibuf):
        assert bits == 32 and rate == 16000 and (sck, ws, sd) == (14, 15, 'D4'), (bits, rate, sck, ws, sd)
        self.file = open('sound.raw', 'rb')
    def readinto(self, buffer):
        samples = self.file.read(len(buffer) // 2)
        for i in range(len(samples) // 2):
            buffer[4 * i] = buffer[4 * i + 1] = 0x55
            buffer[4 * i + 2] = samples[2 * i]
            buffer[4 * i + 3] = samples[2 * i + 1]
        if not samples:
            raise KeyboardInterrupt
        return 2 * len(samples)
    def deinit(self):
        print('closed')
def Pin(name):
    return name
"""


def test_a_microphone_at_i2s_pins(listener, spoken):
    """Against a module `machine` in Python that plays a file: there is no I2S in QEMU."""
    listener.put("sound.raw", (spoken // 4).astype("<i2").tobytes())  # microphones are quiet: the gain is 4
    listener.put("fake_machine.py", MICROPHONE.encode())
    listener.exec("import sys, fake_machine\nsys.modules['machine'] = fake_machine")
    with pytest.raises(BoardError, match="KeyboardInterrupt"):  # the file has ended
        session = live.Session()
        live.listen(listener, None, live.i2s_source("14, 15, D4"), on_change=lambda now: session.__dict__.update(vars(now)))
    assert [label for _, label, _ in session.words] == ["one", "four"]
    listener.reset()
    exact = listener.exec(
        "from array import array\nfrom demos import microphone as m, shorten\n"
        "for f in (m._slowly, shorten.shorten):\n"
        "    b = bytearray(array('i', [-1 << 31, -1 << 16, 0, 5 << 16, 0x7fff0000, 8000 << 16]))\n"
        "    f(b, 6, 4)\n    print(list(memoryview(array('h', bytes(b[:12])))))"
    )
    assert exact.split("\r\n")[:2] == ["[-32768, -4, 0, 20, 32767, 32000]"] * 2


def test_what_is_missing_on_the_board_is_said(listener, fresh_board):
    for source, wanted in [
        (None, "does not know its microphone.*--i2s.*--source.*--wav"),
        (live.i2s_source("1,2,3"), "no I2S.*--source"),
        ("nonsense(", "stopped listening: SyntaxError"),
    ]:
        with pytest.raises(BoardError, match=wanted):
            live.listen(listener, None, source)
        listener.reset()
    with pytest.raises(BoardError, match="There is no other.mite on the board.*mite upload MODEL --as other.mite"):
        live.listen(listener, b"", None, "other.mite")
    with pytest.raises(BoardError, match="has no mite.*mite install"):
        live.listen(fresh_board("m4", stock=True), b"", None)
    with pytest.raises(BoardError, match="three pins"):
        live.i2s_source("14,15")


def test_the_command_listens_to_a_recording(m4, spoken, tmp_path, capsys):
    m4.reset()
    m4.remove_files("/ram")
    recording = tmp_path / "spoken.wav"
    soundfile.write(recording, spoken, sound.RATE)
    assert command(m4, "listen", "--wav", str(recording)) == 0
    said = capsys.readouterr().out
    assert "Uploaded keywords.mite" in said, "the digits, where there was no model"
    assert re.search(r"s +one +\d+%\n +[\d.]+ s +four +\d+%", said) and re.search(r"2 words, \d+ inferences in [\d.]+ s; the last one took [\d.]+ ms", said)


def test_bars():
    session = live.Session(["yes", "no"], [(500, "yes", 0.9)], 1, live.Heard(640, 12345, 1, [0.25, 0.75]))
    from rich.console import Console

    console = Console(width=80, record=True, file=open(os.devnull, "w"))
    console.print(panel(session))
    lines = console.export_text().splitlines()
    assert lines[0].count("█") == 8 and lines[1].count("█") == 22 and "75%" in lines[1]
    assert "12.3 ms" in lines[2] and "yes 90%" in lines[3]


def test_a_profile_has_every_op(m4):
    m4.reset()
    image = demo.digits_image()
    found = profile(m4, image, runs=2)
    info = describe(image)
    assert [step.op for step in found.steps] == [op.op for op in info.ops] and sum(step.macs for step in found.steps) == info.totals()["macs"]
    total = sum(step.micros for step in found.steps)
    assert found.micros <= total < 1.2 * found.micros + 2000 and found.arena_bytes == info.header["arena_bytes"] and found.native
    assert m4.eval("'mite-bench.mite' in __import__('os').listdir()") is False


def test_bench_as_a_table_and_for_programs(m4, tmp_path, capsys):
    m4.reset()
    model = tmp_path / "small.mite"
    model.write_bytes(classifier())
    assert command(m4, "bench", str(model)) == 0
    said = capsys.readouterr().out
    assert "█" in said and re.search(r"An inference takes [\d.]+ ms", said) and "multiply-adds/us" in said
    assert command(m4, "profile", str(model), "--json", "--runs", "1") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["micros"] > 0 and [step["op"] for step in found["steps"]] == [op.op for op in describe(classifier()).ops]


def test_bench_on_a_board_without_mite(fresh_board):
    with pytest.raises(BoardError, match="has no mite.*mite install"):
        profile(fresh_board("m4", stock=True), classifier())


def test_the_prompt(m4):
    """mite repl at a terminal: a pseudo terminal here, Ctrl-] leaves it."""
    m4.reset()
    m4.close()
    master, slave = pty.openpty()
    process = subprocess.Popen([sys.executable, "-m", "mite_tools.cli", "repl", "--port", m4.port], stdin=slave, stdout=slave, stderr=slave, close_fds=True)
    os.close(slave)
    said, end = b"", time.monotonic() + 300

    def until(text: bytes, poke: bytes = b"") -> None:
        nonlocal said
        while text not in said and time.monotonic() < end:
            if select.select([master], [], [], 0.3)[0]:
                said += os.read(master, 4096)
            elif poke:
                os.write(master, poke)

    try:
        until(b">>> ", b"\r")  # from then on mpremote has the terminal
        os.write(master, b"print(6 * 7 * 1000)\r")
        until(b"42000")
        os.write(master, b"\x1d")
        process.wait(10)
    finally:
        process.kill()
        process.wait()
        os.close(master)
        m4.connect()
    assert b"42000" in said and process.returncode == 0


def test_an_emulated_board_for_the_other_commands():
    process = subprocess.Popen([sys.executable, "-m", "mite_tools.cli", "emulate", "m4", "--stock"], stdout=subprocess.PIPE, text=True)
    try:
        port = re.search(r"--port (/dev/\S+)", process.stdout.readline())[1]
        with Link(port) as link:
            assert link.eval("__import__('sys').implementation._build") == "QEMU_M4"
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
