"""Wake words on the emulated Cortex-M4: the reference's probabilities over the serial port, and a microphone of which no sample is lost."""

import shutil

import numpy as np
import pytest
from wake_words import OTHERS, WORDS, reference_probabilities, spoken

from mite_tools import wake
from mite_tools.bench.wake import FIFO_BYTES, measure
from mite_tools.board.upload import upload

pytestmark = pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed")


def with_manifest(shared, name) -> bytes:
    """The image with the word, front-end and cutoff in it."""
    return wake.wake_image(str(shared / f"models/mww_{name}.tflite"))[0]


@pytest.fixture(scope="module")
def listening(m4, shared):
    """The board with the models of both words."""
    for name in WORDS:
        upload(m4, with_manifest(shared, name), f"{name}.mite")
    return m4


@pytest.mark.parametrize("text, voice", [("okay nabu", "en-us+f3"), ("alexa", "en-gb"), (OTHERS[1], "en-us")])
def test_the_board_hears_what_the_reference_hears(listening, shared, text, voice):
    samples, shown = spoken(text, voice), []
    wake.listen(listening, [f"{name}.mite" for name in WORDS], samples, shown.append, block_bytes=2048)
    start, *rest, done = shown
    assert start["kind"] == "start" and start["labels"] == list(WORDS.values()) and done["kind"] == "done"
    assert [each["label"] for each in rest if each["kind"] == "word"] == [word for word in WORDS.values() if word == text]
    found = np.array([each["scores"] for each in rest if each["kind"] == "scores"])
    assert done["steps"] == len(found) > 80
    for column, name in enumerate(WORDS):
        expected = reference_probabilities(shared / f"models/mww_{name}.tflite", samples)
        np.testing.assert_array_equal(np.round(found[:, column] * 256), expected)


def test_it_keeps_up_with_a_microphone_in_16_kb(shared):
    found = measure([str(shared / "models/mww_okay_nabu.tflite")], "QEMU_M4", spoken("okay nabu", "en-us"))
    print(found)
    whole, split = found["found"]["whole"], found["found"]["split"]
    assert whole[0] == split[0] == 0, "samples were lost"
    # The driver's buffer is small only where samples are taken between two ops.
    assert split[1] * 2 <= FIFO_BYTES
    assert [word for word, _ in whole[2]] == ["okay nabu"] and whole[2] == split[2]
    assert found["ram"] < 16384 and found["frame"] < 60_000 and found["steps"][0] < 120_000
    # A tenth of a core of 120 MHz.
    assert found["whole"] < 0.1 * 120_000 * 30
