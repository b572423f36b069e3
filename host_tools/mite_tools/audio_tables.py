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
    """A Hann window sampled between its points, WINDOW_BITS fractional bits: (rising half, lopsided).

    The falling half is its mirror image, but for one coefficient: the original computes in single precision, whose
    error tips a coefficient that is all but halfway between two numbers. `lopsided` is where, in the
    rising half; its image is one less.
    """
    step = single(single(2 * math.pi) / WINDOW)
    whole = []
    for i in range(WINDOW):
        cosine = single(math.cos(single(step * (i + 0.5))))
        height = single(0.5 - single(0.5 * cosine))
        whole.append(round_half_up(height * (1 << WINDOW_BITS)))
    half = whole[:WINDOW // 2]
    differing = [i for i in range(WINDOW // 2) if whole[i] != whole[-1 - i]]
    assert len(differing) == 1 and whole[-1 - differing[0]] == whole[differing[0]] - 1
    return half, differing[0]


def sine():
    """32767 * sin(2 pi i / FFT) over three quarters of the circle; a cosine is a sine a quarter further on."""
    return [round_half_up(32767 * math.sin(2 * math.pi * i / FFT)) for i in range(FFT * 3 // 4)]


def mel(hertz):
    """The mel scale, 1127 ln(1 + f / 700), in single precision throughout."""
    return single(1127 * single(math.log1p(single(hertz / 700))))


# Bins whose weight hangs on the last bit of single-precision logarithms, which C libraries do not always round
# correctly: the original with glibc, by which models are trained, has these.
WEIGHTS_OF_GLIBC = {149: 2471, 221: 1401}


def mel_bands():
    """The CHANNELS + 1 bands between the centres of neighbouring mel channels.

    Returns (first, starts, weights): bins first <= k < first + len(weights) of the spectrum are in use,
    weights[k - first] is what bin k counts in the channel whose falling side it is on (WEIGHT_BITS fractional bits);
    in the next channel it counts the rest to one. Band b is starts[b] <= k < starts[b + 1].
    """
    hz_per_bin = SAMPLE_RATE / FFT
    low = mel(LOWER_HZ)
    spacing = single(single(mel(UPPER_HZ) - low) / (CHANNELS + 1))
    centres = [single(low + single(spacing * (band + 1))) for band in range(CHANNELS + 1)]
    first = int(1.5 + LOWER_HZ / hz_per_bin)
    starts, weights = [first], []
    for band, centre in enumerate(centres):
        before = centres[band - 1] if band else low
        # The upper limit itself has no weight in any channel, so rounding need not decide whether it is in.
        while starts[0] + len(weights) < UPPER_HZ / hz_per_bin and mel((first + len(weights)) * hz_per_bin) <= centre:
            here = mel((first + len(weights)) * hz_per_bin)
            weight = single(single(centre - here) / single(centre - before))
            weights.append(round_half_up(weight * (1 << WEIGHT_BITS)))
        starts.append(first + len(weights))
    for bin_, weight in WEIGHTS_OF_GLIBC.items():
        weights[bin_ - first] = weight
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
    half_window, lopsided = window()
    # filterbank.c sums half energies (16 bits) by weights (12 bits) over a band in 32 bits.
    widest = max(end - start for start, end in zip(starts, starts[1:]))
    assert widest <= 16
    tables = [
        array("window", f"First half of the window, {WINDOW_BITS} fractional bits. The second is its mirror image, but "
              "WINDOW_LOPSIDED's is one less.", "uint16_t", half_window),
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
        f"    MITE_TABLES_BANDS = {len(starts) - 1},\n"
        f"    MITE_TABLES_WIDEST = {widest}, // bins in a band\n"
        f"    MITE_TABLES_WINDOW_LOPSIDED = {lopsided},\n}};\n\n"
        + "\n".join(declaration for declaration, _ in tables) + "\n#endif\n")
    source.write_text(made + '#include "tables.h"\n\n' + "\n".join(definition for _, definition in tables))
    return header, source


if __name__ == "__main__":
    default = Path(__file__).parents[2] / "port" / "audio"
    for path in write(sys.argv[1] if len(sys.argv) > 1 else default):
        print(path)
