"""Wakes at a word, which comes from an I2S microphone (ESP32, Pico), or over the serial port (`make demo-wake`).

As a board's main.py, with the models beside it:

    mite convert okay_nabu.tflite --manifest okay_nabu.json
    mpremote cp firmware/demos/wake/main.py : + cp okay_nabu.mite :
"""

import time

import mite
from mite.audio import WakeWord

# A microphone such as INMP441 or ICS-43434, its L/R pin on ground. ESP32: any pins; Pico: WS is the pin behind SCK.
SCK, WS, SD = 16, 17, 18
MODELS = ("okay_nabu.mite",)  # one or several: they share the front-end and the arena
LED = None  # a pin that is on for a second at each word
WATCH = False  # print lines for `mite watch`, not for people

BLOCK_BYTES = 960  # of samples at a time: 30 ms, a model's step
MICROPHONE_MS = 10  # at a time from the microphone; its driver keeps four times as much while a model runs

# Instructions where the board counts them (an emulated one under -icount), else the processor's own ticks.
_ticks = getattr(time, "ticks_cpu", None) or time.ticks_us


def microphone():
    """Yields blocks of samples for ever. The driver fills memory of its own meanwhile: nothing is lost while a model runs."""
    from demos.microphone import i2s

    return i2s(SCK, WS, SD, block_ms=MICROPHONE_MS)


def listen(wake, source, on_word, on_step=None):
    """Feeds blocks of samples to a WakeWord until there are no more. on_word(word, probability, time_ms) is called for each word,
    on_step(ticks) after each step: what it took, front-end and models together."""
    for samples in source:
        start, begin = 0, _ticks()
        while True:
            start = wake.step(samples, start)
            if start < 0:
                break
            if on_step:
                on_step(time.ticks_diff(_ticks(), begin))
            for event in wake.events():
                on_word(*event)
            begin = _ticks()


async def alisten(wake, stream, on_word, block_bytes=BLOCK_BYTES, slice_us=1000):
    """listen() beside other asyncio tasks, which run between two ops of a model: one of them takes the next samples meanwhile.
    stream: asyncio.StreamReader(I2S(...)), or what has such a readinto(). slice_us: how long they wait for their turn; to take turns costs some
    20,000 instructions."""
    import asyncio

    full, free = [memoryview(bytearray(block_bytes)) for _ in range(2)]
    taking = asyncio.create_task(stream.readinto(full))
    while True:
        count = await taking
        if not count:
            return
        taking = asyncio.create_task(stream.readinto(free))
        for event in await wake.afeed(full[:count], slice_us):
            on_word(*event)
        full, free = free, full


def show(paths, source, features=True):
    """listen() that prints lines of what there is to see (`mite.watch`). features: also how the sound looks, and at the end the ops."""
    from array import array

    from mite.watch import Show

    wake, to_see = WakeWord([mite.Model(path) for path in paths]), Show()
    to_see.start("wake", wake.models, wake.words, stride_ms=wake.frontend.stride_ms)
    extremes = [0, 0]

    def heard():
        for samples in source:
            if features:
                numbers = array("h", bytes(samples))
                extremes[:] = min(numbers), max(numbers)
            yield samples

    def on_step(ticks):
        to_see.scores(wake.time_ms, wake.probabilities, ticks)
        if features:
            to_see.sound(wake.time_ms, wake.frames, *extremes)

    listen(wake, heard(), lambda word, probability, time_ms: to_see.word(time_ms, word, probability), on_step)
    if features:
        to_see.ops([each for model in wake.models for each in model.profile()])
    to_see.done(steps=wake.steps)


def over_serial(paths, block_bytes=BLOCK_BYTES, features=False):
    """show() of sound from the computer at the other end (`mite.wire`)."""
    from mite.wire import blocks

    show(paths, blocks(block_bytes), features)


def main():
    """On a board with a microphone."""
    if WATCH:
        return show(MODELS, microphone())
    wake = WakeWord([mite.Model(path) for path in MODELS])
    led = lit = None
    if LED is not None:
        from machine import Pin

        led = Pin(LED, Pin.OUT)

    def on_word(word, probability, time_ms):
        nonlocal lit
        print("%8.2f s  %s  %.0f %%" % (time_ms / 1000, word, probability * 100))
        if led:
            led.on()
            lit = time_ms

    def on_step(ticks):
        nonlocal lit
        if lit is not None and wake.time_ms - lit > 1000:
            led.off()
            lit = None

    print("listening for", ", ".join(wake.words))
    listen(wake, microphone(), on_word, on_step)


if __name__ == "__main__":
    main()
