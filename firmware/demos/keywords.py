"""Keyword spotting: says which words it hears, when, how sure it is, and what an inference took.

    from demos.keywords import listen
    listen("digits.mite")                   # samples come over the serial port: `mite demo` at the other end
    listen("digits.mite", i2s(14, 15, 16))  # or from anything that yields blocks of int16 samples at 16 kHz: demos.microphone has i2s
"""

import time

import mite
from mite.audio import Spotter

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


def listen(path, source=None, block_bytes=240):
    """Prints a line `word TIME_MS LABEL PROBABILITY MICROSECONDS TICKS` for each word, and at the end `done INFERENCES`.

    The decoder's parameters, the stride and the labels are those of the image.
    """
    meter = Meter(mite.Model(path))
    metadata = meter.metadata
    frontend, decoder = metadata.get("frontend", {}), metadata.get("decoder", {})
    spotter = Spotter(meter, stride_ms=frontend.get("stride_ms", 20), **decoder)
    if source is None:
        from mite.wire import blocks

        source = blocks(block_bytes)
    print("listening", meter.arena_size)
    for samples in source:
        for label, probability, time_ms in spotter.feed(samples):
            print("word", time_ms, label, "%.3f" % probability, meter.micros, meter.ticks)
    print("done", meter.count, meter.micros, meter.ticks)


def show(path, source=None, block_bytes=960, all=True):
    """listen() that prints lines of what there is to see (mite.watch): probabilities and words, which `mite listen` shows; with all, for
    `mite watch`, sound too, and at the end the ops."""
    from array import array

    from mite.watch import Show

    if source is None:
        from mite.wire import blocks

        source = blocks(block_bytes)
    to_see = Show()

    class Shown(Meter):
        def invoke(self):
            super().invoke()
            time_ms = self.window.time_ms
            to_see.scores(time_ms, self.output.dequantize(), self.ticks, micros=self.micros)
            if all:
                to_see.sound(time_ms, self.window.newest(), *extremes)
                extremes[:] = 0, 0

    meter, extremes = Shown(mite.Model(path)), [0, 0]
    metadata = meter.metadata
    stride_ms = metadata.get("frontend", {}).get("stride_ms", 20)
    spotter = Spotter(meter, stride_ms=stride_ms, **metadata.get("decoder", {}))
    meter.window = spotter.window
    to_see.start("keywords", [meter], meter.labels, stride_ms=stride_ms)
    for samples in source:
        if all:
            numbers = array("h", bytes(samples))
            extremes[:] = min(extremes[0], min(numbers)), max(extremes[1], max(numbers))
        for label, probability, time_ms in spotter.feed(samples):
            to_see.word(time_ms, label, probability)
    if all:
        to_see.ops(meter.profile())
    to_see.done(inferences=meter.count)
