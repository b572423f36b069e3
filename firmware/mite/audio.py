"""Sound to features, features to words.

    frontend = Frontend(stride_ms=20)
    for frame in frontend.feed(samples):        # any number of samples, as they come from the microphone
        ...                                     # 40 numbers, int8

    spotter = Spotter(model, stride_ms=20, hop_frames=5, average_windows=3, threshold=0.8)
    for label, probability, time_ms in spotter.feed(samples):
        print(label)

The same file on a board and on CPython; nothing that a frame needs outlives it on the heap.

The native class beneath, `Frontend(stride_ms, raw)` of _mite or, where that is a file, of _mite_sensors, has `reset()` and `feed(samples, start, out, offset)`,
which takes bytes of `samples` from `start` on. When a window is full it writes a frame into `out` at byte `offset` and
returns the byte of `samples` to go on from; -1 when the samples are used up first.
"""

from array import array

try:
    import _mite
except ImportError:
    raise ImportError("mite.audio needs the native module _mite, which this board does not have: the interpreter in Python makes no features")

if not hasattr(_mite, "Frontend"):
    try:
        import _mite_sensors as _mite
    except ImportError:
        raise ImportError(
            "mite.audio needs the audio front-end, which this _mite was built without: `mite install` puts it on the board as _mite_sensors, "
            "`mite build --for` a model that wants sound into a module of your own"
        )

SAMPLE_RATE = 16000
WINDOW_MS = 30
CHANNELS = 40

# Labels that are no words: the decoder does not report them.
NO_WORDS = ("silence", "_silence_", "unknown", "_unknown_")


def _whole(name, value, least, most=None):
    if not isinstance(value, int) or value < least or (most is not None and value > most):
        limits = "from %d on" % least if most is None else "from %d to %d" % (least, most)
        raise ValueError("%s must be a whole number %s, not %r" % (name, limits, value))
    return value


class Frontend:
    """The TFLite Micro audio front-end: 16 kHz int16 samples to frames of 40 features.

    stride_ms: from one frame to the next, 1 to 30. micro_speech models want 20, microWakeWord models 10.
    raw: frames of 40 uint16 as the front-end makes them, in place of 40 int8 as models take them.
    ValueError for a stride that is out of range.
    """

    def __init__(self, stride_ms=20, raw=False):
        self.stride_ms = _whole("stride_ms", stride_ms, 1, WINDOW_MS)
        self.frame_bytes = CHANNELS * (2 if raw else 1)
        self._native = _mite.Frontend(stride_ms, bool(raw))
        # An array is the one way to a memoryview of signed numbers that both Pythons have.
        self._frame = memoryview(array("H" if raw else "b", bytes(self.frame_bytes)))

    def feed(self, samples):
        """Yields a frame for each window that these samples complete: a memoryview of 40 numbers, which the next
        frame overwrites. samples: any bytes-like object of little-endian int16, of any length, split anywhere.
        Take all that it yields before feeding more."""
        start = self._native.feed(samples, 0, self._frame, 0)
        while start >= 0:
            yield self._frame
            start = self._native.feed(samples, start, self._frame, 0)

    def feed_into(self, samples, start, out, offset=0):
        """One frame into the writable bytes-like `out`, at byte `offset`, from the samples at byte `start` on.
        Returns the byte of `samples` to go on from, or -1 when they were used up before a frame was complete."""
        return self._native.feed(samples, start, out, offset)

    def reset(self):
        """Back to the state of a new front-end: no samples held, no noise heard."""
        self._native.reset()


class FeatureWindow:
    """The last `frames` frames of a front-end, as a model's input wants them: oldest first.

    hop_frames: how many new frames there are from one window to the next.
    """

    def __init__(self, frontend, frames, hop_frames=1):
        self.frontend = frontend
        self.frames = _whole("frames", frames, 1)
        self.hop_frames = _whole("hop_frames", hop_frames, 1)
        self._ring = memoryview(bytearray(frames * frontend.frame_bytes))
        self._start_over()

    def _start_over(self):
        self._row = 0
        self._taken = 0
        self._due = self.frames

    @property
    def time_ms(self):
        """Where the newest frame ends, in milliseconds of sound since the start."""
        return (self._taken - 1) * self.frontend.stride_ms + WINDOW_MS if self._taken else 0

    def feed(self, samples):
        """Yields this object whenever there is a new window: after `frames` frames, then every `hop_frames`."""
        start = 0
        while True:
            start = self.frontend.feed_into(samples, start, self._ring, self._row * self.frontend.frame_bytes)
            if start < 0:
                return
            self._row = (self._row + 1) % self.frames
            self._taken += 1
            if self._taken == self._due:
                self._due += self.hop_frames
                yield self

    def copy_to(self, data):
        """Writes the window into `data`, a writable memoryview of bytes such as `model.input.data`. (It is not kept
        there, because a model may reuse its input's memory.) ValueError if the sizes differ."""
        size = len(self._ring)
        if len(data) != size:
            raise ValueError("the window has %d bytes, its destination %d: give FeatureWindow as many frames as "
                             "the model wants" % (size, len(data)))
        oldest = self._row * self.frontend.frame_bytes
        data[:size - oldest] = self._ring[oldest:]
        if oldest:
            data[size - oldest:] = self._ring[:oldest]

    def newest(self):
        """A copy of the frames that are new since the window before."""
        size = self.frontend.frame_bytes
        rows = [(self._row - i) % self.frames for i in range(min(self.hop_frames, self.frames), 0, -1)]
        return b"".join([bytes(self._ring[row * size : (row + 1) * size]) for row in rows])

    def reset(self):
        self.frontend.reset()
        self._start_over()


class Decoder:
    """Scores of successive windows to events: a word is heard when the mean of its last scores passes a threshold.

    labels: one for each score; those in `no_words` are never reported.
    average_windows: how many windows the mean is of.
    threshold: the probability from which on a word counts as heard.
    refractory_ms: how long after a word no other one is reported. The same word is reported again only after its
        mean was below the threshold in between.
    minimum_windows: the mean counts only when there are so many windows; at first, `average_windows`.
    scale, zero_point: score to probability, (score - zero_point) * scale: those of the model's output.
    """

    def __init__(self, labels, average_windows=3, threshold=0.8, refractory_ms=1000, minimum_windows=None,
                 scale=1 / 256, zero_point=-128, no_words=NO_WORDS):
        self.labels = labels
        self.average_windows = _whole("average_windows", average_windows, 1)
        self.minimum_windows = average_windows
        if minimum_windows is not None:
            self.minimum_windows = _whole("minimum_windows", minimum_windows, 1, average_windows)
        if not 0 < threshold <= 1:
            raise ValueError("threshold must be a probability above 0 and up to 1, not %r" % (threshold,))
        self.threshold = threshold
        self.refractory_ms = refractory_ms
        self.scale = scale
        self.zero_point = zero_point
        self._is_word = [label not in no_words for label in labels]
        # Sums of raw scores are compared, so that no float is made for a window without an event.
        limit = threshold / scale + zero_point
        self._limits = [windows * limit for windows in range(average_windows + 1)]
        self.reset()

    def reset(self):
        classes = len(self.labels)
        self._sums = [0] * classes
        self._scores = [0] * (classes * self.average_windows)
        self._slot = 0
        self._windows = 0
        self._held = -1
        self._quiet_until = None

    def feed(self, scores, time_ms):
        """Takes the raw scores of one window (a sequence as long as `labels`, such as `model.output`) and its time.
        Returns (label, probability, time_ms), or None when nothing new was heard."""
        classes = len(self.labels)
        sums, old, base = self._sums, self._scores, self._slot * classes
        best = 0
        for i in range(classes):
            score = scores[i]
            sums[i] += score - old[base + i]
            old[base + i] = score
            if sums[i] > sums[best]:
                best = i
        self._slot = (self._slot + 1) % self.average_windows
        if self._windows < self.average_windows:
            self._windows += 1
        limit = self._limits[self._windows]
        if self._held >= 0 and sums[self._held] < limit:
            self._held = -1
        if self._windows < self.minimum_windows or sums[best] < limit or not self._is_word[best] or best == self._held:
            return None
        if self._quiet_until is not None and time_ms < self._quiet_until:
            return None
        self._held = best
        self._quiet_until = time_ms + self.refractory_ms
        return self.labels[best], (sums[best] / self._windows - self.zero_point) * self.scale, time_ms


class Spotter:
    """A keyword model with all that it needs around it: samples in, words out.

    model: a mite.Model whose input is some frames of 40 int8 features and whose output is a score for each label.
    labels: in place of the model's own.
    stride_ms, hop_frames: see Frontend and FeatureWindow.
    average_windows, threshold, refractory_ms, minimum_windows: see Decoder.
    ValueError if the model's shapes do not fit.
    """

    def __init__(self, model, labels=None, stride_ms=20, hop_frames=5, average_windows=3, threshold=0.8,
                 refractory_ms=1000, minimum_windows=None):
        labels = labels or model.labels
        if not labels:
            raise ValueError("the model has no labels: give labels=[...], one for each score")
        self.model = model
        self._input = model.input.data
        self._output = model.output
        if len(self._input) % CHANNELS or model.input.dtype != "int8":
            raise ValueError("the model's input %s is %s of shape %s, not frames of %d int8 features" % (
                model.input.name, model.input.dtype, model.input.shape, CHANNELS))
        if len(model.output.data) != len(labels):
            raise ValueError("the model gives %d scores, and there are %d labels: give one for each score" % (
                len(model.output.data), len(labels)))
        self.window = FeatureWindow(Frontend(stride_ms), len(self._input) // CHANNELS, hop_frames)
        self.decoder = Decoder(labels, average_windows, threshold, refractory_ms, minimum_windows,
                               model.output.scale, model.output.zero_point)

    def feed(self, samples):
        """Yields (label, probability, time_ms) for each word heard. samples as in Frontend.feed()."""
        for window in self.window.feed(samples):
            window.copy_to(self._input)
            self.model.invoke()
            event = self.decoder.feed(self._output, window.time_ms)
            if event:
                yield event

    def reset(self):
        self.window.reset()
        self.decoder.reset()
        self.model.reset()


def __getattr__(name):
    if name == "WakeWord":  # a file of its own, for those who want it only
        from .wake import WakeWord

        return WakeWord
    raise AttributeError(name)
