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


class Live(Meter):
    """A Meter that prints a line `heard TIME_MS MICROSECONDS TICKS SCORE...` for each inference: probabilities in percent, one a label."""

    def invoke(self):
        super().invoke()
        print("heard", self.window.time_ms, self.micros, self.ticks, *[round(100 * p) for p in self.output.dequantize()])


def listen(path, source=None, block_bytes=240, live=False):
    """Prints a line `word TIME_MS LABEL PROBABILITY MICROSECONDS TICKS` for each word, and at the end `done INFERENCES`.

    With live also what Live prints, after a line `labels LABEL...`. The decoder's parameters, the stride and the labels are those of the image.
    """
    meter = (Live if live else Meter)(mite.Model(path))
    metadata = meter.metadata
    frontend, decoder = metadata.get("frontend", {}), metadata.get("decoder", {})
    spotter = Spotter(meter, stride_ms=frontend.get("stride_ms", 20), **decoder)
    if live:
        meter.window = spotter.window
        print("labels", *meter.labels)
    if source is None:
        from mite.wire import blocks

        source = blocks(block_bytes)
    print("listening", meter.arena_size)
    for samples in source:
        for label, probability, time_ms in spotter.feed(samples):
            print("word", time_ms, label, "%.3f" % probability, meter.micros, meter.ticks)
    print("done", meter.count, meter.micros, meter.ticks)
