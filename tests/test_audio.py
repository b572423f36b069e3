"""mite.audio above the front-end: windows of features, the decoder, and the spotter around a model."""

import importlib.util
import sys
import types
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


class CountingFrontend:
    """Stands for `_mite.Frontend`: a frame each 320 samples from the first 480 on, filled with the frame's number."""

    def __init__(self, stride_ms, raw):
        self.stride_bytes = stride_ms * 32
        self.reset()

    def reset(self):
        self.missing, self.number = 960, 0

    def feed(self, samples, start, out, offset):
        taken = min(len(samples) - start, self.missing)
        self.missing -= taken
        if self.missing:
            return -1
        memoryview(out).cast("B")[offset:offset + 40] = bytes([self.number % 256]) * 40
        self.number += 1
        self.missing = self.stride_bytes
        return start + taken


@pytest.fixture(scope="module")
def audio():
    native = types.ModuleType("_mite")
    native.Frontend = CountingFrontend
    before = sys.modules.get("_mite")
    sys.modules["_mite"] = native
    try:
        spec = importlib.util.spec_from_file_location("audio_alone", ROOT / "firmware" / "mite" / "audio.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        if before is None:
            del sys.modules["_mite"]
        else:
            sys.modules["_mite"] = before
    return module


class Tensor:
    def __init__(self, values, shape, scale=1 / 256, zero_point=-128):
        self.name, self.dtype, self.shape, self.scale, self.zero_point = "tensor", "int8", shape, scale, zero_point
        self.data = memoryview(bytearray(values))

    def __getitem__(self, index):
        return self.data.cast("b")[index]


class Model:
    """Hears "go" in windows whose newest frame is from 60 to 69."""

    labels = ["silence", "go", "stop"]

    def __init__(self, frames):
        self.input = Tensor(frames * 40, (1, frames, 40))
        self.output = Tensor([128] * 3, (1, 3))
        self.seen = []
        self.resets = 0

    def invoke(self):
        rows = list(self.input.data[::40])
        self.seen.append(rows)
        word = 60 <= rows[-1] < 70
        self.output.data[:] = bytes([128, 127, 128] if word else [127, 128, 128])
        self.input.data[:] = b"\xff" * len(self.input.data)

    def reset(self):
        self.resets += 1


def sound(frames, stride_ms=20):
    return bytes(2 * (480 + (frames - 1) * stride_ms * 16))


def test_windows_come_every_hop_and_hold_the_oldest_frame_first(audio):
    window = audio.FeatureWindow(audio.Frontend(20), frames=4, hop_frames=3)
    seen = []
    for block in (sound(5), sound(1)[:640], bytes(5 * 640)):
        for ready in window.feed(block):
            data = bytearray(160)
            ready.copy_to(memoryview(data))
            seen.append((list(data[::40]), ready.time_ms))
    assert seen == [([0, 1, 2, 3], 90), ([3, 4, 5, 6], 150), ([6, 7, 8, 9], 210)]


def test_a_streaming_window_is_all_new(audio):
    window = audio.FeatureWindow(audio.Frontend(10), frames=3, hop_frames=3)
    seen = []
    for ready in window.feed(sound(9, 10)):
        data = bytearray(120)
        ready.copy_to(memoryview(data))
        seen.append(list(data[::40]))
    assert seen == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]


def test_a_window_of_the_wrong_size_is_named(audio):
    window = audio.FeatureWindow(audio.Frontend(20), frames=4)
    with pytest.raises(ValueError, match="window has 160 bytes, its destination 120"):
        window.copy_to(memoryview(bytearray(120)))


def scores(probability):
    """Raw scores of (silence, a, b) in which `a` has this probability."""
    raw = round(probability * 256) - 128
    return [-128 + 127 - raw, raw, -128]


def heard(decoder, probabilities, hop_ms=100):
    return [event for i, p in enumerate(probabilities) if (event := decoder.feed(scores(p), i * hop_ms))]


LABELS = ["silence", "a", "b"]


def test_the_mean_of_the_last_windows_decides(audio):
    decoder = audio.Decoder(LABELS, average_windows=3, threshold=0.5, refractory_ms=0)
    (event,) = heard(decoder, [0, 0, 0, 0.75, 0.75, 0.75])
    label, probability, time_ms = event
    assert (label, time_ms) == ("a", 400)
    assert probability == pytest.approx(0.5)


def test_nothing_counts_before_there_are_enough_windows(audio):
    assert heard(audio.Decoder(LABELS, 3, 0.5), [0.99])[:1] == []
    assert heard(audio.Decoder(LABELS, 3, 0.5, minimum_windows=1), [0.99])[0][0] == "a"


def test_a_word_is_reported_once_until_it_has_faded(audio):
    decoder = audio.Decoder(LABELS, average_windows=1, threshold=0.5, refractory_ms=300)
    assert [time for _, _, time in heard(decoder, [0.9] * 10 + [0] + [0.9] * 3)] == [0, 1100]


def test_no_word_is_reported_in_the_refractory_time(audio):
    decoder = audio.Decoder(LABELS, average_windows=1, threshold=0.5, refractory_ms=300)
    assert [time for _, _, time in heard(decoder, [0.9, 0, 0.9, 0, 0.9, 0, 0.9])] == [0, 400]
    decoder.reset()
    assert decoder.feed(scores(0.9), 0) is not None
    assert decoder.feed([-128, -128, 120], 200) is None
    assert decoder.feed([-128, -128, 120], 300)[0] == "b"


def test_silence_and_unknown_are_no_words(audio):
    decoder = audio.Decoder(["silence", "unknown"], average_windows=1)
    assert decoder.feed([127, -128], 0) is None
    assert decoder.feed([-128, 127], 100) is None


def test_scores_may_be_floats(audio):
    decoder = audio.Decoder(["a"], average_windows=2, threshold=0.6, scale=1, zero_point=0)
    assert decoder.feed([0.5], 0) is None
    assert decoder.feed([0.75], 10) == ("a", 0.625, 10)


@pytest.mark.parametrize("changes, message", [
    ({"threshold": 80}, "threshold must be a probability"),
    ({"average_windows": 0}, "average_windows must be a whole number from 1 on, not 0"),
    ({"minimum_windows": 9}, "minimum_windows must be a whole number from 1 to 3, not 9")])
def test_wrong_parameters_are_named(audio, changes, message):
    with pytest.raises(ValueError, match=message):
        audio.Decoder(LABELS, **changes)


def test_the_spotter_feeds_windows_to_the_model_and_reports_words(audio):
    model = Model(frames=49)
    spotter = audio.Spotter(model, hop_frames=1, average_windows=4, refractory_ms=500)
    data = sound(120)
    events = [event for at in range(0, len(data), 1001) for event in spotter.feed(data[at:at + 1001])]
    assert [rows[-1] for rows in model.seen] == list(range(48, 120))
    assert all(rows == list(range(rows[0], rows[0] + 49)) for rows in model.seen)
    ((label, probability, time_ms),) = events
    # The fourth window with the word: frame 63.
    assert (label, time_ms) == ("go", 63 * 20 + 30)
    assert probability == pytest.approx(255 / 256)
    spotter.reset()
    assert model.resets == 1
    assert [event[0] for event in spotter.feed(data)] == ["go"]


def test_a_model_that_does_not_fit_is_named(audio):
    model = Model(frames=49)
    with pytest.raises(ValueError, match="gives 3 scores, and there are 2 labels"):
        audio.Spotter(model, labels=["a", "b"])
    model.input = Tensor(50, (1, 50))
    with pytest.raises(ValueError, match="input tensor is int8 of shape"):
        audio.Spotter(model)
    model.labels = []
    with pytest.raises(ValueError, match="has no labels"):
        audio.Spotter(model)
