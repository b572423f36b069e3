"""What the streaming benchmark's model hears: the energies of 40 bands of 64 ms of sound, 31 times a second, as its training computed them.

Samples of 16 kHz; first differences (0.96875 of the sample before); Hamming's window of 1024; their spectrum's power / 1024; triangles on
the mel scale from 0 to 8000 Hz; decibels, of which -52 becomes 0 and 12 becomes 1.
"""

import math
import sys
from array import array

try:
    if sys.maxsize > 0x7FFFFFFF:
        raise ImportError  # it counts on words of 32 bits
    from . import spectrum
except (ImportError, SyntaxError, ValueError):  # a MicroPython without viper
    spectrum = None

WINDOW, STRIDE, BANDS = 1024, 512, 40
RATE = 16000
_BINS = WINDOW // 2 + 1
_FLOOR_DB, _RANGE_DB = -52, 64
_TURN, _WEIGHT = 1 << 14, 1 << 10  # what stands for 1 in spectrum's tables
_FULL = 1 << 20  # the largest sample is that, in its first differences


def hamming():
    """The first half; the second is its mirror image."""
    return [0.54 - 0.46 * math.cos(2 * math.pi * i / (WINDOW - 1)) for i in range(WINDOW // 2)]


def _mel(hertz):
    return 1127 * math.log(1 + hertz / 700)


def triangles():
    """[(first bin, weights), ...] of the bands. Each rises from the middle of the one before it to its own, and falls to that of the next."""
    apart = _mel(RATE / 2) / (BANDS + 1)
    places = [_mel(RATE / WINDOW * i) / apart for i in range(_BINS)]
    found = []
    for band in range(1, BANDS + 1):
        inside = [i for i in range(1, _BINS) if abs(places[i] - band) < 1]
        found.append((inside[0], [1 - abs(places[i] - band) for i in inside]))
    return found


class Bands:
    """push() takes the sound, 512 samples at a time."""

    def __init__(self):
        # The sample before the window, and the window.
        self._sound = bytearray(2 * (WINDOW + 1))
        halves, bands = hamming(), triangles()
        if not spectrum:
            self._window, self._bands = halves + halves[::-1], bands
            return
        self._window = array("H", [round(value * _TURN) for value in halves])
        self._turns = array("h", bytes(2 * WINDOW))
        for i in range(WINDOW // 2):
            angle = 2 * math.pi * i / WINDOW
            self._turns[2 * i], self._turns[2 * i + 1] = round(math.cos(angle) * _TURN), round(math.sin(angle) * _TURN)
        self._order = array("H", [sum([(i >> bit & 1) << (8 - bit) for bit in range(9)]) for i in range(WINDOW // 2)])
        self._weights = array("H", [round(weight * _WEIGHT) for _, weights in bands for weight in weights])
        self._places = array("H", [value for first, weights in bands for value in (first, len(weights))])
        self._re, self._im = array("i", bytes(4 * _BINS)), array("i", bytes(4 * _BINS))
        self._sums = array("i", bytes(8 * BANDS))

    def reset(self):
        """As if it had been silent before."""
        for i in range(len(self._sound)):
            self._sound[i] = 0

    def push(self, samples):
        """The bands' values from 0 to 1, of the last 1024 samples. samples: 512 of int16, as bytes, little-endian."""
        sound, bytes_ = self._sound, 2 * STRIDE
        if len(samples) != bytes_:
            raise ValueError("%d bytes of samples, %d are a step" % (len(samples), bytes_))
        sound[:-bytes_] = sound[bytes_:]
        sound[-bytes_:] = samples
        decibels = (self._fast if spectrum else self._slow)()
        return [min(max((value - _FLOOR_DB) / _RANGE_DB, 0), 1) for value in decibels]

    def _fast(self):
        """Decibels of the bands, by whole numbers."""
        re, im, sums = self._re, self._im, self._sums
        power = spectrum.fill(self._sound, self._window, self._order, re, im)
        power += spectrum.transform(re, im, self._turns)
        power += spectrum.energies(re, im, self._turns)
        spectrum.sums(re, self._weights, self._places, sums, BANDS)
        scale = 2.0 ** (2 * power) / _FULL / _FULL / WINDOW / _WEIGHT
        return [10 * math.log10(max((sums[2 * i] * 65536.0 + sums[2 * i + 1]) * scale, 1e-30)) for i in range(BANDS)]

    def _slow(self):
        """The same by real numbers: for this computer, and for boards without viper, which it keeps too busy for live sound."""
        sound = array("h", self._sound)
        points = [(sound[i + 1] - 0.96875 * sound[i]) * self._window[i] / 32768 for i in range(WINDOW)]
        powers = [abs(value) ** 2 / WINDOW for value in _fourier([complex(point) for point in points])[:_BINS]]
        sums = [sum(weight * powers[first + i] for i, weight in enumerate(weights)) for first, weights in self._bands]
        return [10 * math.log10(max(value, 1e-30)) for value in sums]


def _fourier(points):
    """The transform of a power of two of points."""
    count = len(points)
    if count == 1:
        return points
    even, odd = _fourier(points[::2]), _fourier(points[1::2])
    for i in range(count // 2):
        angle = -2 * math.pi * i / count
        odd[i] *= complex(math.cos(angle), math.sin(angle))
    return [a + b for a, b in zip(even, odd)] + [a - b for a, b in zip(even, odd)]
