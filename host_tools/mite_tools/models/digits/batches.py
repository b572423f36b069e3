"""Random windows of the training data, each varied a little more on its way into a batch."""

import numpy as np

from speech import LABELS
from streams import CHANNELS, WINDOW_FRAMES

SILENCE_SHARE, UNKNOWN_SHARE = 0.06, 0.20       # of a batch; the digits share the rest
KNOTS = 6                                       # of the curve of a random gain over the channels


class Batches:
    """Windows from the pools of `data` but the one named `without`; each class has its share."""

    def __init__(self, data, size, rng, without=None):
        names = [name for name in data if name != without]
        self.features = np.concatenate([data[name][0] for name in names])
        labels = np.concatenate([data[name][1] for name in names])
        self.by_class = [np.flatnonzero(labels == label) for label in range(len(LABELS))]
        self.shares = np.array([SILENCE_SHARE, UNKNOWN_SHARE] + [(1 - SILENCE_SHARE - UNKNOWN_SHARE) / 10] * 10)
        self.size, self.rng = size, rng

    def windows(self):
        """(float32 features [size, 49, 40] of -128 to 127, labels [size]) as they were composed."""
        labels = self.rng.choice(len(self.shares), self.size, p=self.shares)
        first = np.array([self.by_class[label][self.rng.integers(len(self.by_class[label]))] for label in labels])
        return self.features[first[:, None] + np.arange(WINDOW_FRAMES)].astype(np.float32), labels

    def __call__(self):
        """(float32 features [size, 49, 40, 1] of -1 to 1, labels [size])."""
        windows, labels = self.windows()
        return hidden(self.rng, tinted(self.rng, warped(self.rng, windows)))[..., None].astype(np.float32) / 128, labels


def warped(rng, windows, shift=1.4, spread=0.06):
    """Windows with their channels moved and spread a little: a longer or a shorter vocal tract."""
    count, channels = len(windows), np.arange(CHANNELS)
    centre = rng.uniform(5, 35, (count, 1))
    source = channels + rng.normal(0, shift, (count, 1)) + (channels - centre) * rng.normal(0, spread, (count, 1))
    source = np.clip(source, 0, CHANNELS - 1.001)[:, None]
    below = source.astype(np.int64)
    share = (source - below).astype(np.float32)
    return np.take_along_axis(windows, below, 2) * (1 - share) + np.take_along_axis(windows, below + 1, 2) * share


def tinted(rng, windows, spread=12.0):
    """Windows with a smooth random gain over the channels, one for each: another microphone, room, or voice. A step of a feature
    is about 0.35 dB; the lowest values are silence, which no gain makes louder."""
    heights = rng.normal(0, spread, (len(windows), KNOTS + 1))
    at = np.arange(CHANNELS) * KNOTS / CHANNELS
    below = at.astype(np.int64)
    gain = heights[:, below] * (1 - (at - below)) + heights[:, below + 1] * (at - below)
    audible = np.clip((windows + 128) / 50, 0, 1)
    return np.clip(windows + gain[:, None].astype(np.float32) * audible, -128, 127)


def hidden(rng, windows):
    """Windows, some of them with a strip of time and one of channels hidden."""
    for i in np.flatnonzero(rng.random(len(windows)) < 0.3):
        at, width = rng.integers(0, CHANNELS), rng.integers(1, 9)
        windows[i, :, at:at + width] = -128
        at, width = rng.integers(0, WINDOW_FRAMES), rng.integers(1, 7)
        windows[i, at:at + width] = -128
    return windows
