"""MLPerf Tiny's serial protocol: the runner's side of it, as the benchmark's own runner speaks, to a board."""

import re

import numpy as np
import pytest
from goldens import golden_runs
from small_models import classifier

from mite_tools.compile import compile_model

BYTES_PER_COMMAND = 31  # the runner's, so that a command is no longer than the reference firmware's buffer


class Runner:
    """What the benchmark's runner does: a command and '%', then lines until one says m-ready."""

    def __init__(self, link, model: str):
        self.link = link
        # As main.py on a board: its name is the model's.
        link.start(f"from demos.mlperf.main import serve\nserve({model + '.mite'!r})")
        self.greeting = self.answer()

    def answer(self) -> list[str]:
        lines, line = [], b""
        while not lines or "m-ready" not in lines[-1]:
            byte = self.link.serial.read(1)
            assert byte, f"silence after {lines} {line}"
            if byte == b"\n":
                lines.append(line.decode().strip("\r"))
                line = b""
            else:
                line += byte
        return lines

    def command(self, text: str) -> list[str]:
        self.link.serial.write(text.encode() + b"%")
        return self.answer()

    def load(self, data: bytes) -> list[str]:
        self.command(f"db load {len(data)}")
        for start in range(0, len(data), BYTES_PER_COMMAND):
            lines = self.command("db " + data[start : start + BYTES_PER_COMMAND].hex())
        return lines

    def infer(self, count: int, warmups: int) -> tuple[list[float], int]:
        """(the results, microseconds between the two timestamps)."""
        lines = self.command(f"infer {count} {warmups}")
        laps = [int(found[1]) for line in lines if (found := re.match(r"^m-lap-us-([0-9]+)$", line))]
        (results,) = [found[1] for line in lines if (found := re.match(r"^m-results-\[([^]]+)\]$", line))]
        assert len(laps) == 2, lines
        return [float(value) for value in results.split(",")], laps[1] - laps[0]


@pytest.fixture
def runner(fresh_board):
    """runner(image, name): a Runner of a model on the emulated Cortex-M4."""
    links = []

    def make(image: bytes, name: str) -> Runner:
        link = fresh_board("m4")
        links.append(link)
        link.put(name + ".mite", image)
        return Runner(link, name)

    yield make
    for link in links:
        link.interrupt()
        with pytest.raises(Exception, match="KeyboardInterrupt"):
            link.finish()


def test_the_keyword_model_gives_the_reference_results(runner, shared):
    inputs, outputs = golden_runs(shared / "goldens" / "kws_ref_model.npz", 3)
    model = runner(compile_model(shared / "models" / "kws_ref_model.tflite").image, "kws01")
    for (given,), (expected,) in zip(inputs, outputs):
        assert model.load(given.tobytes())[-2:] == ["m-load-done", "m-ready"]
        once, micros = model.infer(1, 0)
        # To the runner's three digits: scale 1 / 256, zero point -128, as all of its softmax outputs have.
        assert once == [float(f"{(int(value) + 128) / 256:.3f}") for value in expected.ravel()]
        assert micros > 0
    several, longer = model.infer(5, 1)
    assert several == once, "an inference leaves the input to the next"
    assert 4.5 * micros < longer < 5.5 * micros


def test_what_the_runner_asks_first(runner):
    model = runner(classifier(), "ic01")
    assert model.greeting[-2:] == ["m-init-done", "m-ready"] and "m-timestamp-mode-performance" in model.greeting
    (name,) = [found[1] for line in model.command("name") if (found := re.match(r"^m-name-dut-\[([^]]+)]$", line))]
    assert name
    assert model.command("profile") == ["m-profile-[ULPMark for tinyML Firmware V0.0.1]", "m-model-[ic01]", "m-ready"]
    assert any(re.match(r"^m-lap-us-[0-9]+$", line) for line in model.command("timestamp"))
    help_text = "\n".join(model.command("help"))
    assert all(word in help_text for word in ("name", "timestamp", "db load N", "infer N", "results"))


def test_pixels_are_unsigned_for_the_runner(runner):
    import mite

    known = mite.Model(classifier())
    pixels = np.arange(len(known.input)).astype(np.uint8)
    known.input.data[:] = (pixels.astype(np.int16) - 128).astype(np.int8).tobytes()
    known.invoke()
    model = runner(classifier(), "ic01")
    model.load(pixels.tobytes())
    assert model.infer(2, 1)[0] == [float(f"{value:.3f}") for value in known.output.dequantize()]
    assert model.command("db print")[0] == "m-buffer-" + "-".join(f"{pixel:02x}" for pixel in pixels[:8])


@pytest.mark.parametrize(
    "command, words",
    [
        ("fly", "Unknown command: fly"), ("", "Unknown command"), ("db", "db needs"), ("db load", "number of bytes"), ("db load 0", "from 1"),
        ("db 0g", "Invalid hex"), ("db 123", "odd number"), ("infer 0", "number of inferences"), ("infer 1 x", "number of warmups"),
        ("infer 1 1", "came"), ("name me", "Too many arguments"), ("db load 99999999", "number of bytes"),
    ],
)  # fmt: skip
def test_a_wrong_command_is_told(unknown, command, words):
    lines = unknown.command(command)
    assert lines[0].startswith("e-[") and words in lines[0] and lines[-1] == "m-ready", lines


@pytest.fixture(scope="module")
def unknown(m4):
    """A Runner that nothing was loaded through yet."""
    m4.put("kws01.mite", classifier())
    yield Runner(m4, "kws01")
    m4.interrupt()
    with pytest.raises(Exception, match="KeyboardInterrupt"):
        m4.finish()


def test_an_autoencoder_is_judged_by_its_error(run_unix, tmp_path):
    """Real numbers come as float32; what goes back is the mean squared difference."""
    (tmp_path / "ad01.mite").write_bytes(classifier())
    code = (
        "import struct, mite\nfrom demos.mlperf.main import Session\n"
        "session = Session(mite.Model('ad01.mite'), 'ad01')\n"
        "size = len(session.model.input)\nreal = [0.5] * size\n"
        "session.command('db load %d' % (4 * size))\n"
        "raw = struct.pack('<%df' % size, *real)\n"
        "for i in range(0, len(raw), 31):\n    session.command('db ' + ''.join('%02x' % b for b in raw[i:i + 31]))\n"
        "session.command('infer 1 0')\n"
        "out = session.model.output.dequantize()\n"
        "print('expected %.3f' % (sum((a - b) ** 2 for a, b in zip(out, real)) / size))\n"
    )
    lines = run_unix(code, cwd=tmp_path).splitlines()
    (result,) = [found[1] for line in lines if (found := re.match(r"^m-results-\[([^]]+)\]", line))]
    assert f"expected {result}" in lines
