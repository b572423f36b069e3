"""Words heard on an emulated board: its own front-end, model and decoder; sound comes in blocks over the serial port."""

import shutil

import numpy as np
import pytest

from mite_tools import demo, sound
from mite_tools.board.upload import upload
from mite_tools.compile import compile_model

# yes_1000ms.wav and its like hold one window: the mean counts from the first one on.
MICRO_SPEECH = {
    "labels": ["silence", "unknown", "yes", "no"],
    "frontend": {"stride_ms": 20},
    "decoder": {"average_windows": 3, "minimum_windows": 1, "threshold": 0.8},
}


def heard(link, samples) -> tuple[list[str], dict]:
    """(the words that the board prints, its summary)."""
    words = []
    summary = demo.listen(link, samples, lambda word: words.append(word.label), block_bytes=2048)
    return words, summary


@pytest.fixture(scope="module")
def micro_speech(m4, shared):
    """The board with TFLite Micro's yes-and-no model on it."""
    upload(m4, compile_model(shared / "models/micro_speech_quantized.tflite", MICRO_SPEECH).image, "keywords.mite")
    return m4


@pytest.mark.parametrize(
    "recording, words",
    [("yes_1000ms", ["yes"]), ("no_1000ms", ["no"]), ("noise_1000ms", []), ("silence_1000ms", [])],
)
def test_micro_speech_hears_yes_and_no(micro_speech, shared, recording, words):
    found, summary = heard(micro_speech, sound.load(shared / f"data/audio/{recording}.wav"))
    assert found == words and summary["inferences"] >= 1


@pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed")
def test_the_digits_model_hears_digits(m4):
    m4.reset()
    upload(m4, demo.digits_image(), "keywords.mite")
    found, summary = heard(m4, sound.say("three one four"))
    assert found == ["three", "one", "four"]
    # Exact counts under -icount: the same number on every machine, so a limit can be tight. TFLite Micro's kernels need far more.
    assert summary["ticks"] < 4_000_000


def test_silence_is_not_a_word(m4):
    m4.reset()
    upload(m4, demo.digits_image(), "keywords.mite")
    random = np.random.default_rng(0)
    found, _ = heard(m4, random.integers(-30, 30, 3 * sound.RATE).astype("<i2"))
    assert found == []
