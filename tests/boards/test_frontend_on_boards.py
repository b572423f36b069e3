"""The audio front-end on emulated boards: the features of a board, byte by byte, beside those of pymicro-features."""

import numpy as np
import pytest
from wake_words import reference_features

from mite_tools import sound

CODE = """
from mite.audio import Frontend
frontend = Frontend(stride_ms=10, raw=True)
out = open('features.bin', 'wb')
with open('sound.bin', 'rb') as file:
    while True:
        block = file.read(777)
        if not block:
            break
        for frame in frontend.feed(block):
            out.write(bytes(frame))
out.close()
"""


def reference(samples: np.ndarray) -> np.ndarray:
    """uint16 [frames, 40] of pymicro-features."""
    return reference_features(samples, quantized=False)


def features(link, samples: np.ndarray) -> np.ndarray:
    link.put("sound.bin", samples.astype("<i2").tobytes())
    link.exec(CODE, timeout_s=120)
    return np.frombuffer(link.get("features.bin"), "<u2").reshape(-1, 40)


def test_noise_and_tones(board):
    random = np.random.default_rng(3)
    t = np.arange(16000)
    parts = random.integers(-32768, 32768, 4000), 20000 * np.sin(t[:6000] ** 1.5 / 300), np.zeros(1000), random.integers(-9, 9, 3000)
    samples = np.concatenate(parts)
    samples = samples.astype("<i2")
    expected = reference(samples)
    assert len(expected) > 80 and np.array_equal(features(board, samples), expected)


@pytest.mark.parametrize("recording", ["yes_1000ms", "no_1000ms"])
def test_recordings(m4, shared, recording):
    samples = sound.load(shared / f"data/audio/{recording}.wav")
    assert np.array_equal(features(m4, samples), reference(samples))
