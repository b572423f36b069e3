"""MLPerf Tiny's serial protocol: the runner's side of it, as the benchmark's own runner speaks, to a board and to the unix port."""

import re
import subprocess
import time
import wave

import numpy as np
import pytest
from goldens import golden_runs
from small_models import classifier

from mite_tools.board.demos import demo
from mite_tools.compile import compile_model

BYTES_PER_COMMAND = 31  # the runner's, so that a command is no longer than the reference firmware's buffer
STEP = 512  # samples that the streaming benchmark takes at a time


class Runner:
    """What the benchmark's runner does: a command and '%', then lines until one says m-ready. stream: read() and write() bytes."""

    def __init__(self, stream):
        self.stream = stream
        self.greeting = self.answer()

    def answer(self) -> list[str]:
        lines, line = [], b""
        while not lines or "m-ready" not in lines[-1]:
            byte = self.stream.read(1)
            assert byte, f"silence after {lines} {line}"
            if byte == b"\n":
                lines.append(line.decode().strip("\r"))
                line = b""
            else:
                line += byte
        return lines

    def command(self, text: str) -> list[str]:
        self.stream.write(text.encode() + b"%")
        return self.answer()

    def load(self, data: bytes, at_once: int = BYTES_PER_COMMAND) -> list[str]:
        self.command(f"db load {len(data)}")
        for start in range(0, len(data), at_once):
            lines = self.command("db " + data[start : start + at_once].hex())
        return lines

    def infer(self, count: int, warmups: int) -> tuple[list[float], int]:
        """(the results, microseconds between the two timestamps)."""
        lines = self.command(f"infer {count} {warmups}")
        laps = [int(found[1]) for line in lines if (found := re.match(r"^m-lap-us-([0-9]+)$", line))]
        (results,) = [found[1] for line in lines if (found := re.match(r"^m-results-\[([^]]+)\]$", line))]
        assert len(laps) == 2, lines
        return [float(value) for value in results.split(",")], laps[1] - laps[0]

    def wait_for(self, steps: int) -> None:
        """Until it has heard so many steps since start."""
        deadline = time.monotonic() + 120
        while int(self.command("state")[-2].removeprefix("m-steps-")) < steps:
            assert time.monotonic() < deadline, self.command("state")
            time.sleep(0.1)  # it hears only while it is not asked

    def stop(self) -> list[int]:
        """The scores of what was heard since start, as the runner finds them in what stop answers."""
        found = re.search(r"target activations:\s*(\[.*?\])\s*m-ready", "".join(self.command("stop")), re.DOTALL)
        return [int(value) for value in found[1].strip("[]").split(",")]

    def extract(self, samples: np.ndarray) -> tuple[list[int], list[int]]:
        """(features, the model's answer) of 512 samples more: 1,024 bytes in commands of 1,026 letters, as its sender of wave files has them."""
        assert self.load(samples.tobytes(), 512)[-2:] == ["m-load-done", "m-ready"]
        text = "\n".join(self.command("extract_uart_stream"))
        assert "Received command: extract_uart_stream\n" in text
        return tuple([int(value) for value in re.search(rf"m-{what}-\[([^]]+)]", text)[1].split(",")] for what in ("features", "activations"))


class Process:
    """The unix port that serves a model, as a stream."""

    def __init__(self, micropython, code: str, folder):
        self.process = subprocess.Popen([micropython, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder, bufsize=0)

    def read(self, count: int) -> bytes:
        return self.process.stdout.read(count)

    def write(self, data: bytes) -> None:
        self.process.stdin.write(data)


@pytest.fixture
def unix_runner(unix_micropython, tmp_path):
    """unix_runner(image, name, source=None): a Runner of a model on the unix port. source: lines of Python that define source()."""
    started = []

    def make(image: bytes, name: str, source: str = "") -> Runner:
        (tmp_path / f"{name}.mite").write_bytes(image)
        code = f"{source}\nfrom demos.mlperf.main import serve\nserve('{name}.mite'{', source=source' if source else ''})"
        started.append(Process(unix_micropython, code, tmp_path))
        return Runner(started[-1])

    yield make
    for each in started:
        each.process.kill()
        each.process.communicate()


def serving(link, name: str, before: str = "", arguments: str = "") -> Runner:
    """A Runner of a model that lies on a board: its name is the file's."""
    link.start(f"{before}\nfrom demos.mlperf.main import serve\nserve({name + '.mite'!r}{arguments})")
    return Runner(link.serial)


@pytest.fixture
def runner(fresh_board):
    """runner(image, name): a Runner of a model on the emulated Cortex-M4."""
    links = []

    def make(image: bytes, name: str) -> Runner:
        link = fresh_board("m4")
        links.append(link)
        link.put(name + ".mite", image)
        return serving(link, name)

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
    assert model.command("db print 3 2") == ["m-buffer-02-03-04", "m-ready"]
    assert model.command("db setptr 5") == ["m-ready"] and model.command("db getptr") == ["m-buff-ptr-5", "m-ready"]
    assert model.command("results") == ["m-results-[" + ",".join(f"{value:.3f}" for value in known.output.dequantize()) + "]", "m-ready"]


def test_a_board_hears_a_wake_word(fresh_board, streamed, marvin):
    """The emulated board, with the spectrum by viper: features beside NumPy's, and the word at its time."""
    samples = marvin[: STEP * 50]
    link = fresh_board("m4")
    link.put("sww01.mite", streamed)
    link.put("sound.raw", samples.tobytes())
    source = "def source():\n    with open('sound.raw', 'rb') as file:\n        while True:\n            block = file.read(1024)\n            if not block: return\n            yield block"
    runner = serving(link, "sww01", source, ", source=source")
    runner.command("start")
    runner.wait_for(50)
    scores, wanted = runner.stop(), scores_of(streamed, samples)
    assert len(scores) == len(wanted) == 50
    # A feature that lies at the border of two steps of the quantization may fall to the other side.
    assert np.abs(np.array(scores) - wanted).max() <= 8
    first, *times = [int(line.strip(",")) for line in runner.command("print_detections") if line[:1].isdigit()]
    assert len(times) == sum(score > 0.9 * 256 - 128 for score in scores) > 5
    assert runner.command("print_detections")[1] == "Detection Timestamps (ms)"
    # The same by the serial port: both start anew with silence.
    link.interrupt()
    with pytest.raises(Exception, match="KeyboardInterrupt"):
        link.finish()
    runner = serving(link, "sww01")
    features = expected_features(samples)[:3] / 0.003701042616739869 - 128
    for step in range(3):
        found, answer = runner.extract(samples[STEP * step : STEP * step + STEP])
        assert np.abs(np.array(found) - np.clip(np.trunc(features[step]), -128, 127)).max() <= 1
    assert answer[0] == pytest.approx(wanted[2], abs=8) and len(answer) == 3
    assert "e-[No source of sound: serve(..., source=)]" in runner.command("start")
    link.interrupt()
    with pytest.raises(Exception, match="KeyboardInterrupt"):
        link.finish()


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
    yield serving(m4, "kws01")
    m4.interrupt()
    with pytest.raises(Exception, match="KeyboardInterrupt"):
        m4.finish()


def test_an_autoencoder_is_judged_by_its_error(run_unix, tmp_path):
    """Real numbers come as float32; what goes back is the mean squared difference."""
    (tmp_path / "ad01.mite").write_bytes(classifier())
    code = (
        "import struct, mite\nfrom demos.mlperf.protocol import Session\n"
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


# The five benchmarks by the names that the runner has for them.
BENCHMARKS = {"kws01": "kws_ref_model", "vww01": "vww_96_int8", "ic01": "resnet8_int8", "ad01": "ad01_int8", "sww01": "str_ww_ref_model"}


@pytest.mark.parametrize("name", BENCHMARKS)
def test_every_benchmark_answers(unix_runner, shared, name):
    import mite

    (((given,),), ((expected,),)) = golden_runs(shared / "goldens" / f"{BENCHMARKS[name]}.npz", 1)
    image = compile_model(shared / "models" / f"{BENCHMARKS[name]}.tflite").image
    known = mite.Model(image)
    runner = unix_runner(image, name)
    assert runner.command("profile")[-2:] == [f"m-model-[{name}]", "m-ready"]
    sent, results = given.tobytes(), known.output.scale * (expected.ravel().astype(float) - known.output.zero_point)
    if name in ("vww01", "ic01"):
        sent = (given.astype(np.int16) + 128).astype(np.uint8).tobytes()  # pixels
    if name == "ad01":
        real = ((given.ravel().astype(float) - known.input.zero_point) * known.input.scale).astype(np.float32)
        sent, results = real.tobytes(), [np.mean((results - real) ** 2)]
    runner.load(sent)
    found, _ = runner.infer(3, 1)
    assert found == pytest.approx(list(results), abs=0.0006)
    assert runner.command("timestamp")[-2].startswith("m-lap-us-")


def test_an_unstreamed_model_knows_nothing_of_streaming(unix_runner):
    assert unix_runner(classifier(), "kws01").command("start") == ["e-[Unknown command: start]", "m-ready"]


def expected_features(samples: np.ndarray) -> np.ndarray:
    """What bands.py computes, by NumPy, from its description: [steps, 40], from 0 to 1."""
    sound = np.concatenate([np.zeros(STEP + 1), samples / 32768])
    emphasized = sound[1:] - 0.96875 * sound[:-1]
    window = 0.54 - 0.46 * np.cos(2 * np.pi * np.arange(1024) / 1023)
    mel = 1127 * np.log(1 + np.linspace(0, 8000, 513) / 700)
    weights = np.maximum(0, 1 - np.abs(mel[:, None] / mel[-1] * 41 - np.arange(1, 41)))
    weights[0] = 0
    frames = np.array([emphasized[start : start + 1024] for start in range(0, len(emphasized) - 1023, STEP)])
    power = np.abs(np.fft.rfft(frames * window)) ** 2 / 1024
    return np.clip((10 * np.log10(np.maximum(power @ weights, 1e-30)) + 52) / 64, 0, 1)


@pytest.fixture(scope="module")
def marvin(shared):
    """Ten seconds in which "marvin" is said at 1.0, 4.0 and 7.0 s: int16 at 16 kHz, one of its two channels."""
    with wave.open(str(shared / "data/audio/marvin_stream_10s.wav")) as file:
        return np.frombuffer(file.readframes(file.getnframes()), np.int16)[::2]


@pytest.fixture(scope="module")
def streamed(shared):
    return compile_model(shared / "models" / "str_ww_ref_model.tflite").image


def scores_of(image: bytes, samples: np.ndarray) -> list[int]:
    """What the model says of "marvin" after each 512 samples."""
    import mite

    model = mite.Model(image)
    features = expected_features(samples) / model.input.scale + model.input.zero_point
    rows, scores = np.clip(np.trunc(features), -128, 127).astype(np.int8), []
    seen = np.zeros((30, 40), np.int8)
    for row in rows:
        seen = np.concatenate([seen[1:], row[None]])
        model.input.data[:] = seen.tobytes()
        model.invoke()
        scores.append(model.output[0])
    return scores


def test_features_in_python(marvin):
    bands = demo("mlperf.bands").Bands()
    heard = [bands.push(marvin[start : start + STEP].tobytes()) for start in range(STEP * 36, STEP * 44, STEP)]
    # The first window here begins in the middle of the sound, with silence before it.
    assert np.abs(np.array(heard)[2:] - expected_features(marvin)[38:44]).max() < 1e-9
    with pytest.raises(ValueError, match="100 bytes of samples, 1024 are a step"):
        bands.push(bytes(100))


def test_a_wake_word_is_heard_while_the_runner_waits(unix_runner, streamed, marvin, tmp_path):
    """start, as much sound as there is, stop: what the runner does around the interface board's playing of a file."""
    (tmp_path / "sound.raw").write_bytes(marvin[: STEP * 160].tobytes())
    source = (
        "def source():\n"
        "    with open('sound.raw', 'rb') as file:\n"
        "        while True:\n            yield file.read(700) or bytes(700)\n"  # for ever
    )
    runner = unix_runner(streamed, "sww01", source)
    assert "Nothing to stop" in runner.command("stop")
    assert any(line.startswith("m-lap-us-") for line in runner.command("start"))
    assert "e-[It has been started]" in runner.command("start")
    runner.wait_for(50)  # the first word is over by then
    assert "e-[stop first]" in runner.command("extract_uart_stream") and "m-state-[streaming]" in runner.command("state")
    scores = runner.stop()
    wanted = scores_of(streamed, marvin[: STEP * 160])
    count = min(len(scores), len(wanted))
    assert count >= 50 and scores[:count] == wanted[:count]
    assert "Nothing to stop" in runner.command("stop") and "m-state-[idle]" in runner.command("state")
