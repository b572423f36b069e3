"""Any recording becomes 16 kHz mono int16; espeak-ng says words."""

import shutil

import numpy as np
import pytest
import soundfile

from mite_tools import sound
from mite_tools.errors import MiteError


@pytest.mark.parametrize("rate, channels, subtype", [(8000, 1, "PCM_16"), (16000, 1, "PCM_16"), (44100, 2, "PCM_24"), (48000, 2, "FLOAT")])
def test_any_rate_and_channels(tmp_path, rate, channels, subtype):
    t = np.arange(rate) / rate
    tone = 0.5 * np.sin(2 * np.pi * 440 * t)
    path = tmp_path / "tone.wav"
    soundfile.write(path, np.stack([tone] * channels, 1), rate, subtype=subtype)
    samples = sound.load(path)
    assert samples.dtype == "<i2" and abs(len(samples) - 16000) <= 2
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    assert abs(np.argmax(spectrum) - 440) <= 1 and 15000 < samples.max() < 17500


def test_what_is_louder_than_full_scale_is_clipped(tmp_path):
    path = tmp_path / "loud.wav"
    soundfile.write(path, np.full(16000, 2.0), 16000, subtype="FLOAT")
    assert set(sound.load(path)) == {32767}


def test_files_that_are_no_sound_are_named(tmp_path):
    empty = tmp_path / "empty.wav"
    soundfile.write(empty, np.zeros(0), 16000)
    text = tmp_path / "text.wav"
    text.write_text("hello")
    for path, says in ((empty, "no sound"), (text, "text.wav"), (tmp_path / "none.wav", "there is no such file")):
        with pytest.raises(MiteError, match=says):
            sound.load(path)


@pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed")
def test_words_are_spoken():
    samples = sound.say("three one four")
    assert samples.dtype == "<i2" and 2 * 16000 < len(samples) < 8 * 16000
    assert np.abs(samples).max() > 5000 and not samples[:8000].any(), "half a second of silence leads"
