"""Wake words: the streaming models of microWakeWord, with the manifests that come with them.

    wake = mite.audio.WakeWord(mite.Model("okay_nabu.mite"), "okay_nabu.json")
    for word, probability, time_ms in wake.feed(samples):      # int16 at 16 kHz, any number at a time
        print(word)

Several words, and a model that tells voice from other sound, share one front-end and one arena:

    wake = WakeWord([nabu, alexa], ["okay_nabu.json", "alexa.json"], gate=voice, gate_manifest="vad.json")

With `mite convert --manifest` the manifest is in the image, and need not be named.
"""

import json

from .audio import CHANNELS, WINDOW_MS, Frontend


def settings(manifest):
    """What a manifest says, under the names of an image's metadata: {"labels", "frontend", "decoder"}.

    manifest: a dict as json.load() gives it, of version 1 or 2. ValueError where it is not one of microWakeWord's.
    """
    try:
        micro = manifest["micro"]
        first = manifest.get("version", 2) == 1  # had the front-end at 20 ms, and another name for the window
        windows = micro["sliding_window_average_size" if first else "sliding_window_size"]
        return {
            "labels": [manifest["wake_word"]],
            "frontend": {"stride_ms": micro.get("feature_step_size", 20 if first else 10)},
            "decoder": {"average_windows": windows, "threshold": micro["probability_cutoff"]},
        }
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("this is no manifest of microWakeWord: %s is missing" % (error if isinstance(error, KeyError) else "its object"))


def _settings(model, manifest):
    """A model's settings: of its manifest (a dict or a path), or those in its image."""
    if manifest is None:
        found = model.metadata
        if "decoder" not in found:
            raise ValueError("the image has no manifest in it: name one, or convert the model with --manifest")
        return found
    if isinstance(manifest, str) or hasattr(manifest, "__fspath__"):
        with open(manifest) as file:
            manifest = json.load(file)
    return manifest if "decoder" in manifest else settings(manifest)


class _Detector:
    """A model with the sliding mean of its probabilities."""

    def __init__(self, model, found):
        decoder = found["decoder"]
        windows, threshold = decoder["average_windows"], decoder["threshold"]
        self.word = found["labels"][0] if found.get("labels") else "voice"
        if not isinstance(windows, int) or not 1 <= windows <= 255 or not 0 <= threshold <= 1:
            raise ValueError("%s: the window of %r probabilities or the cutoff %r is out of range" % (self.word, windows, threshold))
        tensor, answer = model.input, model.output
        if tensor is None or tensor.dtype != "int8" or len(tensor.data) % CHANNELS:
            raise ValueError("%s: the model's input is not frames of %d int8 features" % (self.word, CHANNELS))
        if answer.dtype != "uint8" or len(answer.data) != 1:
            raise ValueError("%s: the model's output is not one probability of uint8" % self.word)
        self.model, self.input, self.output = model, tensor.data, answer.data
        self.scale = answer.scale
        self.stride_ms = found.get("frontend", {}).get("stride_ms", 10)
        self.recent = bytearray(windows)
        # Of whole numbers, so that no float is made in a step. Floats of 32 bits must not push a sum of exactly the cutoff over it.
        self.limit = int(threshold * windows / self.scale + 0.01)
        self.start_over()

    def start_over(self):
        """As if nothing had been heard; the model's own state stays."""
        for i in range(len(self.recent)):
            self.recent[i] = 0
        self.at = self.sum = 0
        self.missing = len(self.recent)
        self.quiet_until = 0
        self.held = False  # was reported, and its mean has not been under the cutoff since

    def take(self):
        """The model's newest output into the mean."""
        value = self.output[0]
        self.sum += value - self.recent[self.at]
        self.recent[self.at] = value
        self.at = (self.at + 1) % len(self.recent)
        if self.missing:
            self.missing -= 1
        if self.sum <= self.limit:
            self.held = False

    @property
    def over(self):
        return not self.missing and self.sum > self.limit


class WakeWord:
    """One wake word or several, from samples to events.

    model: a mite.Model, or a list of some, each with an input of a few frames of 40 int8 features and an output of one uint8. They get one
        arena together, as large as the largest needs.
    manifest: of each model a path or what json.load() gives, or None where it is in the image.
    refractory_ms: how long after a word the same one is not reported again. Its mean must have been under the cutoff in between.
    gate, gate_manifest: a model that hears voices (as ESPHome's `vad`); words count only while its own mean is over its cutoff.
    ValueError if a model's shape or a manifest does not fit, or if models want different front-ends.
    """

    def __init__(self, model, manifest=None, refractory_ms=1000, gate=None, gate_manifest=None):
        models = list(model) if isinstance(model, (list, tuple)) else [model]
        manifests = list(manifest) if isinstance(manifest, (list, tuple)) else [manifest] * (1 if models[1:] and manifest else len(models))
        if len(manifests) != len(models):
            raise ValueError("%d models want as many manifests, not %d" % (len(models), len(manifests)))
        if gate is not None:
            models.append(gate)
            manifests.append(gate_manifest)
        # A streaming model keeps what it remembers in its state: nothing in an arena outlives a step.
        arena = max([each.arena for each in models], key=len)
        for each in models:
            if each.arena is not arena:
                each.bind(arena)
        self.models = models  # the gate is the last one
        self._all = [_Detector(each, _settings(each, its)) for each, its in zip(models, manifests)]
        self._words = self._all[: len(self._all) - (gate is not None)]
        self._gate = None if gate is None else self._all[-1]
        first = self._all[0]
        for each in self._all:
            if each.stride_ms != first.stride_ms or len(each.input) != len(first.input):
                raise ValueError("%s takes %d frames of each %d ms, %s takes %d of each %d ms: give them a WakeWord of their own" % (
                    first.word, len(first.input) // CHANNELS, first.stride_ms, each.word, len(each.input) // CHANNELS, each.stride_ms))
        self.refractory_ms = refractory_ms
        self.frontend = Frontend(first.stride_ms)
        self.frames = bytearray(len(first.input))  # those of the coming step; afterwards, of the last
        self._filled = self._taken = 0

    @property
    def words(self):
        """What it listens for."""
        return [each.word for each in self._words]

    @property
    def time_ms(self):
        """Where the newest frame ends, in milliseconds of sound since the start."""
        return (self._taken - 1) * self.frontend.stride_ms + WINDOW_MS if self._taken else 0

    @property
    def steps(self):
        """How many steps each model has made."""
        return self._taken * CHANNELS // len(self.frames)

    @property
    def probabilities(self):
        """Of each word (and last, of the gate) the probability that the last step gave."""
        return [each.recent[each.at - 1] * each.scale for each in self._all]

    @property
    def means(self):
        """Of each word (and last, of the gate) the mean of the window; 0 until it is full."""
        return [0.0 if each.missing else each.sum * each.scale / len(each.recent) for each in self._all]

    def feed(self, samples):
        """Yields (word, probability, time_ms) for each word heard: the probability is the mean, the time that of the newest frame's end.
        samples: any bytes-like object of little-endian int16 at 16 kHz, of any length, split anywhere. Take all that it yields."""
        start = self.step(samples)
        while start >= 0:
            for event in self.events():
                yield event
            start = self.step(samples, start)

    async def afeed(self, samples, slice_us=1000):
        """A list of what feed() yields; other asyncio tasks run between two ops of a model, about each slice_us microseconds. One call at a
        time, and none of the others may run a model in the same arena."""
        heard = []
        start = self._fill(samples, 0)
        while start >= 0:
            for each in self._all:
                each.input[:] = self.frames
                await each.model.ainvoke(slice_us)
                each.take()
            heard += self.events()
            start = self._fill(samples, start)
        return heard

    def step(self, samples, start=0):
        """Takes samples from byte `start` on until each model has made one step. Returns the byte to go on from, -1 when they were used up
        first. For those who want to see every probability; events() says what was heard."""
        start = self._fill(samples, start)
        if start >= 0:
            for each in self._all:
                each.input[:] = self.frames
                each.model.invoke()
                each.take()
        return start

    def events(self):
        """What the last step completed: (word, probability, time_ms) of each word, mostly none. To be asked once a step."""
        heard = ()
        if self._gate is None or self._gate.over:
            for each in self._words:
                if each.over and not each.held and self.time_ms >= each.quiet_until:
                    heard += ((each.word, each.sum * each.scale / len(each.recent), self.time_ms),)
                    each.held = True
                    each.quiet_until = self.time_ms + self.refractory_ms
        return heard

    def _fill(self, samples, start):
        """The frames of the next step: the byte of samples behind them, or -1 if they are not complete yet."""
        while True:
            start = self.frontend.feed_into(samples, start, self.frames, self._filled)
            if start < 0:
                return -1
            self._taken += 1
            self._filled += CHANNELS
            if self._filled == len(self.frames):
                self._filled = 0
                return start

    def reset(self):
        """As new: nothing heard, the models' states at their start."""
        self.frontend.reset()
        self._filled = self._taken = 0
        for each in self._all:
            each.model.reset()
            each.start_over()
