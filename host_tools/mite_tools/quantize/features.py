"""Features of sound as the float models of MLPerf Tiny were trained on them, in NumPy.

Sources: the benchmark's own preprocessing (kws_streaming's and the anomaly detector's settings), TensorFlow's tf.signal for the mel scale and
MFCC.
"""

import numpy as np

from ..sound import RATE

MFCC_WINDOW, MFCC_STRIDE, MFCC_FRAMES, MFCC_KEPT = 480, 320, 49, 10
MEL_WINDOW, MEL_STRIDE, MEL_CHANNELS, MEL_FRAMES = 1024, 512, 128, 5


def mel(hertz):
    """The HTK mel scale."""
    return 1127 * np.log1p(np.asarray(hertz, np.float64) / 700)


def mel_weights(channels: int, bins: int, low: float, high: float) -> np.ndarray:
    """[bins, channels]: triangles, evenly spaced in mel, over a spectrum of `bins` from 0 to half of RATE."""
    at = mel(np.linspace(0, RATE / 2, bins))[:, None]
    edges = np.linspace(mel(low), mel(high), channels + 2)
    rising = (at - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - at) / (edges[2:] - edges[1:-1])
    weights = np.maximum(0, np.minimum(rising, falling))
    weights[0] = 0
    return weights


def frames(samples: np.ndarray, window: int, stride: int) -> np.ndarray:
    """[frames, window], by a Hann window."""
    starts = np.arange(0, len(samples) - window + 1, stride)
    return samples[starts[:, None] + np.arange(window)] * np.hanning(window + 1)[:-1]


def mfcc(samples: np.ndarray) -> np.ndarray:
    """float32 [49, 10] of a second of sound (int16), as the keyword model takes it."""
    sound = samples / max(np.abs(samples).max(initial=0), 1)
    sound = np.pad(sound, (0, max(0, RATE - len(sound))))[:RATE]
    spectrum = np.abs(np.fft.rfft(frames(sound, MFCC_WINDOW, MFCC_STRIDE), 512))
    logs = np.log(spectrum @ mel_weights(40, 257, 20, 4000) + 1e-6)
    turns = np.cos(np.pi / 40 * (np.arange(40) + 0.5)[:, None] * np.arange(MFCC_KEPT))
    return (logs @ turns * np.sqrt(2 / 40)).astype(np.float32)[:MFCC_FRAMES]


def log_mels(samples: np.ndarray) -> np.ndarray:
    """float32 [n, 640]: five frames of 128 channels in dB, as the anomaly detector takes them."""
    power = np.abs(np.fft.rfft(frames(samples / 32768, MEL_WINDOW, MEL_STRIDE), MEL_WINDOW)) ** 2
    logs = 10 * np.log10(power @ mel_weights(MEL_CHANNELS, MEL_WINDOW // 2 + 1, 0, RATE / 2) + 1e-10)
    starts = np.arange(len(logs) - MEL_FRAMES + 1)
    return logs[starts[:, None] + np.arange(MEL_FRAMES)].reshape(len(starts), -1).astype(np.float32)
