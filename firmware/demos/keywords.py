"""Keyword spotting: says which words it hears, when, how sure it is, and what an inference took.

    from demos.keywords import listen
    listen("digits.mite")                   # samples come over the serial port: `mite demo` at the other end
    listen("digits.mite", i2s(14, 15, 16))  # or from anything that yields blocks of int16 samples at 16 kHz: demos.microphone has i2s
"""

import time
from array import array

import mite
from mite.audio import Spotter
from mite.watch import Show

# Instructions where the board counts them (an emulated one under -icount), else the processor's own ticks.
_ticks = getattr(time, "ticks_cpu", None) or time.ticks_us


class Meter:
    """A model that notes what each of its inferences takes."""

    def __init__(self, model):
        self._model = model
        self.count = self.micros = self.ticks = 0

    def __getattr__(self, name):
        return getattr(self._model, name)

    def invoke(self):
        micros, ticks = time.ticks_us(), _ticks()
        self._model.invoke()
        self.ticks = time.ticks_diff(_ticks(), ticks)
        self.micros = time.ticks_diff(time.ticks_us(), micros)
        self.count += 1


def listen(path, source=None, block_bytes=240, scores=False, features=False):
    """Prints a line (mite.watch; SPEC.md, "Lines of a board") for each word, with what its inference took, and at the end how many there were.

    scores: a line for each inference, too. features: and what sound and front-end look like, and at the end the ops. source: yields blocks of samples; by
    default they come over the serial port. The decoder's parameters, the stride and the labels are those of the image.
    """
    show, extremes = Show(), [0, 0]

    class Shown(Meter):
        def invoke(self):
            super().invoke()
            if scores:
                show.scores(spotter.window.time_ms, self.output.dequantize(), self.ticks, micros=self.micros)
            if features:
                show.sound(spotter.window.time_ms, spotter.window.newest(), *extremes)
                extremes[:] = 0, 0

    meter = Shown(mite.Model(path))
    metadata = meter.metadata
    stride_ms = metadata.get("frontend", {}).get("stride_ms", 20)
    spotter = Spotter(meter, stride_ms=stride_ms, **metadata.get("decoder", {}))
    show.start("keywords", [meter], meter.labels, stride_ms=stride_ms)
    if source is None:
        from mite.wire import blocks

        source = blocks(block_bytes)
    for samples in source:
        if features:
            numbers = array("h", bytes(samples))
            extremes[:] = min(extremes[0], min(numbers)), max(extremes[1], max(numbers))
        for label, probability, time_ms in spotter.feed(samples):
            show.word(time_ms, label, probability, micros=meter.micros, ticks=meter.ticks)
    inferences = meter.count
    if features:
        show.ops(meter.profile())
    show.done(inferences=inferences, micros=meter.micros, ticks=meter.ticks)
