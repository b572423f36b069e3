"""microphone.py's loop for viper: a thousand times in each 64 ms, so in machine code, which the board makes when it imports this file."""

import micropython


@micropython.viper
def shorten(words: ptr16, count: int, gain: int):
    i = 0
    while i < count:
        value = ((words[2 * i + 1] ^ 0x8000) - 0x8000) * gain
        if value > 0x7FFF:
            value = 0x7FFF
        if value < -0x8000:
            value = -0x8000
        words[i] = value & 0xFFFF
        i += 1
