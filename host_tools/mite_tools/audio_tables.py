"""The constant tables of the audio front-end: writes port/audio/tables.h and tables.c.

    python -m mite_tools.audio_tables [port/audio]

A board has no cheap sine or logarithm, and a native module none at all, so everything that the
front-end needs of them is a table of integers. This file is their only source.
"""

import math
import struct
import sys
from pathlib import Path

SAMPLE_RATE = 16000
WINDOW = 480
FFT = 512
CHANNELS = 40
LOWER_HZ = 125.0
UPPER_HZ = 7500.0

WINDOW_BITS = 12
WEIGHT_BITS = 12
SMOOTHING_BITS = 10
CORRECTION_BITS = FFT.bit_length() - 1 - WEIGHT_BITS // 2
PCAN_STRENGTH = 0.95
PCAN_OFFSET = 80.0
PCAN_GAIN_BITS = 21


def round_half_up(value):
    return math.floor(value + 0.5)


def single(value):
    """`value` as a single-precision number: the definition of the mel bands is in those."""
    return struct.unpack("f", struct.pack("f", value))[0]


def window():
    """The rising half of a Hann window sampled between its points: WINDOW / 2 numbers of WINDOW_BITS
    fractional bits. The falling half is its mirror image."""
    return [round_half_up((0.5 - 0.5 * math.cos(2 * math.pi * (i + 0.5) / WINDOW)) * (1 << WINDOW_BITS))
            for i in range(WINDOW // 2)]


def sine():
    """32767 * sin(2 pi i / FFT) over three quarters of the circle; a cosine is a sine a quarter further on."""
    return [round_half_up(32767 * math.sin(2 * math.pi * i / FFT)) for i in range(FFT * 3 // 4)]


def mel(hertz):
    """The mel scale: 1127 ln(1 + f / 700)."""
    return single(1127 * math.log1p(hertz / 700))


def mel_bands():
    """The CHANNELS + 1 bands between the centres of neighbouring mel channels.

    Returns (first, starts, weights): bins first <= k < first + len(weights) of the spectrum are in use, weights[k - first] is
    what bin k counts in the channel that *ends* in its band (WEIGHT_BITS fractional bits); in the channel
    that begins there it counts the rest to one. Band b is starts[b] <= k < starts[b + 1].
    """
    hz_per_bin = SAMPLE_RATE / FFT
    low = mel(LOWER_HZ)
    spacing = single((mel(UPPER_HZ) - low) / (CHANNELS + 1))
    centres = [single(low + single(spacing * (band + 1))) for band in range(CHANNELS + 1)]
    first = int(1.5 + LOWER_HZ / hz_per_bin)
    starts, weights = [first], []
    for band, centre in enumerate(centres):
        before = centres[band - 1] if band else low
        while mel((first + len(weights)) * hz_per_bin) <= centre:
            here = mel((first + len(weights)) * hz_per_bin)
            weights.append(round_half_up(single(single(centre - here) / single(centre - before)) * (1 << WEIGHT_BITS)))
        starts.append(first + len(weights))
    return first, starts, weights


def pcan_gain(noise):
    """The automatic gain for a noise estimate: (noise + offset) ^ -strength, with PCAN_GAIN_BITS fractional bits."""
    x = noise / (1 << (SMOOTHING_BITS - CORRECTION_BITS))
    return min(32767, int((1 << PCAN_GAIN_BITS) * (x + PCAN_OFFSET) ** -PCAN_STRENGTH + 0.5))


def pcan_segments():
    """A parabola (value, slope, curve) through the ends and the middle of each octave of the gain function:
    row n - 2 for noise estimates of n bits, n from 2 to 32."""
    rows = []
    for bits in range(2, 33):
        start = 1 << (bits - 1)
        end = 2 * start if bits < 32 else 2 * start - 1
        y0, y1, y2 = (pcan_gain(x) for x in (start, start + start // 2, end))
        slope = 4 * (y1 - y0) - (y2 - y0)
        rows.append((y0, slope, (y2 - y0) - slope))
    return rows


def log2_curve():
    """What a straight line lacks of log2(1 + x), x = i / 128, with 16 fractional bits."""
    return [round_half_up((math.log2(1 + i / 128) - i / 128) * 65536) for i in range(129)]


def array(name, comment, ctype, values, dims=None):
    """(declaration, definition) of one table."""
    values = list(values)
    dims = dims or f"[{len(values)}]"
    rows, row = [], "   "
    for value in values:
        text = " " + (str(value) if not isinstance(value, tuple) else "{" + ", ".join(map(str, value)) + "}") + ","
        if len(row) + len(text) > 118:
            rows.append(row)
            row = "   "
        row += text
    rows.append(row)
    head = f"const {ctype} mite_tables_{name}{dims}"
    return f"// {comment}\nextern {head};\n", f"{head} = {{\n" + "\n".join(rows) + "\n};\n"


def write(folder):
    """Writes tables.h and tables.c into `folder`; returns the two paths."""
    first, starts, weights = mel_bands()
    tables = [
        array("window", f"First half of the window, {WINDOW_BITS} fractional bits.", "uint16_t", window()),
        array("sine", f"32767 sin(2 pi i / {FFT}).", "int16_t", sine()),
        array("band_ends", "Band b of the mel scale ends before this bin of the spectrum.", "uint8_t", starts[1:]),
        array("mel_weights", "What a bin counts in the channel that ends in its band; in the next one it counts the "
              f"rest to 1 << {WEIGHT_BITS}.", "uint16_t", weights),
        array("gain_start", "Gain for a noise estimate of 0 and 1.", "int16_t", [pcan_gain(0), pcan_gain(1)]),
        array("gain", "Value, slope, curve of the gain for noise estimates of 2, 3, ... 32 bits.", "int16_t",
              pcan_segments(), "[31][3]"),
        array("log2", "65536 (log2(1 + x) - x) for x = i / 128.", "uint16_t", log2_curve()),
    ]
    made = "// Made by `python -m mite_tools.audio_tables`: do not edit.\n"
    header, source = Path(folder) / "tables.h", Path(folder) / "tables.c"
    header.write_text(
        made + "#ifndef MITE_AUDIO_TABLES_H\n#define MITE_AUDIO_TABLES_H\n\n#include <stdint.h>\n\n"
        f"enum {{\n    MITE_TABLES_FIRST_BIN = {first},\n    MITE_TABLES_BINS = {len(weights)},\n"
        f"    MITE_TABLES_BANDS = {len(starts) - 1},\n}};\n\n"
        + "\n".join(declaration for declaration, _ in tables) + "\n#endif\n")
    source.write_text(made + '#include "tables.h"\n\n' + "\n".join(definition for _, definition in tables))
    return header, source


if __name__ == "__main__":
    default = Path(__file__).parents[2] / "port" / "audio"
    for path in write(sys.argv[1] if len(sys.argv) > 1 else default):
        print(path)
