"""Sound from a microphone at the board's I2S pins, in blocks for demos.keywords.listen() and mite.audio.

    from demos.microphone import i2s
    listen("digits.mite", i2s(sck=14, ws=15, sd=16))

For microphones as the INMP441, ICS-43434 or SPH0645, with L/R at ground. A board's own folder may have a `microphone` module in its place,
whose blocks() yields the like: that is what `mite listen` looks for when it is told of no pins.
"""


def i2s(sck, ws, sd, number=0, gain=4, block_ms=64):
    """Yields memoryviews of int16 samples at 16 kHz, each overwritten by the next one.

    sck, ws, sd: pins of the bit clock, the word select and the data. number: which I2S of the processor. gain: such microphones use
    the uppermost bits little; 4 is 12 dB. block_ms: of sound in a block.
    """
    from machine import I2S, Pin

    count = 16 * block_ms
    # They send 24 bits in slots of 32, and want a clock for each.
    words = bytearray(4 * count)
    samples = memoryview(words)[: 2 * count]
    microphone = I2S(number, sck=Pin(sck), ws=Pin(ws), sd=Pin(sd), mode=I2S.RX, bits=32, format=I2S.MONO, rate=16000, ibuf=4 * len(words))
    try:
        while True:
            got = microphone.readinto(words)
            shorten(words, got // 4, gain)
            yield samples[: got // 2]
    finally:
        microphone.deinit()


def _slowly(words, count, gain):
    """The upper 16 bits of each word of 32, `gain` times, saturated, to the beginning of the buffer."""
    for i in range(count):
        value = (words[4 * i + 2] | (words[4 * i + 3] ^ 0x80) << 8) - 0x8000
        value = max(-0x8000, min(0x7FFF, value * gain))
        words[2 * i] = value & 0xFF
        words[2 * i + 1] = value >> 8 & 0xFF


try:
    from .shorten import shorten
except (ImportError, SyntaxError, ValueError):  # a MicroPython without viper
    shorten = _slowly
