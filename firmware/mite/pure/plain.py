"""The inner loops in plain Python: what they do, and how they are done where nothing compiles them.

`words` are int32 numbers that wrap: an array of type "i", or a view of a part of one. All other memory is views of bytes, which
stand for int8 numbers unless said otherwise.
"""

from struct import unpack_from

from .fixed import clamp, signed, wrap
from .fixed import scale as scaled
from .records import PACKED, SHARED


def gather(column, picture, at, top, left, window):
    """The taps of one output pixel into `column`, which only dots() reads: some channels of every pixel under the kernel, whose corner
    is at (top, left) of the picture that begins at `at`. window: what stays the same from pixel to pixel."""
    in_h, in_w, in_c, kernel_h, kernel_w, dilation_h, dilation_w, channels, outside = window
    to = 0
    for ky in range(kernel_h):
        y = top + ky * dilation_h
        for kx in range(kernel_w):
            x = left + kx * dilation_w
            inside = 0 <= y < in_h and 0 <= x < in_w
            start = at + (y * in_w + x) * in_c
            for c in range(channels):
                column[to] = picture[start + c] if inside else outside & 255
                to += 1


def dots(filter, column, taps, words, count, at):
    """words[i] = sum of column * row i of the filter, for `count` rows from `at` on, padded to a multiple of 4 bytes."""
    taps_in = [signed(byte) for byte in column[:taps]]
    for i in range(count):
        total = 0
        for tap, weight in zip(taps_in, filter[at : at + taps]):
            total += tap * ((weight ^ 128) - 128)
        words[i] = wrap(total)
        at += taps + 3 & ~3


def pairs(filter, column, taps, words, count, at):
    """The same of rows in pairs, `count` of them, an even number: for every 4 taps a0 b0 a2 b2 a1 b1 a3 b3, with 128 added to those of a."""
    taps_in = [signed(byte) for byte in column[:taps]]
    for i in range(count):
        total = 0
        for k, tap in enumerate(taps_in):
            total += tap * ((filter[at + 2 * (k & ~3) + 4 * (k & 1) + (k & 2)] ^ (i & 1 and 128)) - 128)
        words[i] = wrap(total)
        at += (2 * (taps + 3 & ~3) - 1) if i & 1 else 1


def depthwise(scratch, words, channel, filter, picture, at, out_y, rows, window):
    """`rows` rows of outputs of one channel, from row out_y on, into `words`, not yet requantized.

    Input rows are read into `scratch` before any output that could cover them is written, and stay there for the next call: row n of
    the padded picture in slot n % kernel_h. window: what stays the same from row to row.
    """
    kernel_h, kernel_w, stride_h, stride_w, in_h, in_w, channels, out_w, pad_top, pad_left, outside = window
    columns = (out_w - 1) * stride_w + kernel_w
    row = (out_y - 1) * stride_h + kernel_h if out_y else 0  # the next to be read
    weights = [signed(filter[i * channels + channel]) for i in range(kernel_h * kernel_w)]
    to = 0
    for oy in range(out_y, out_y + rows):
        first = oy * stride_h
        for row in range(max(row, first), first + kernel_h):
            y, slot = row - pad_top, row % kernel_h * columns
            for i in range(columns):
                x = i - pad_left
                inside = 0 <= y < in_h and 0 <= x < in_w
                scratch[slot + i] = picture[at + (y * in_w + x) * channels + channel] if inside else outside & 255
        row = max(row, first + kernel_h)
        for ox in range(out_w):
            total = n = 0
            for ky in range(kernel_h):
                tap = (first + ky) % kernel_h * columns + ox * stride_w
                for kx in range(kernel_w):
                    total += signed(scratch[tap + kx]) * weights[n]
                    n += 1
            words[to] = wrap(total)
            to += 1


def scale(count, channel, step, words, block, flags, channels):
    """words[i] = (words[i] + bias) * multiplier * 2^(shift - 31), rounded twice, by the block of `channels` channels: word i is of
    channel + i * step. SPEC.md says how the flags lay out the block."""
    for i in range(count):
        c = channel + i * step
        at = 0 if flags & SHARED else c
        if flags & PACKED:
            multiplier, second = unpack_from("<ii", block, 8 * at)
            shift = -(second & 31)
            bias = unpack_from("<i", block, 8 + 4 * c)[0] if flags & SHARED else second >> 5
        else:
            scales = 1 if flags & SHARED else channels
            bias = unpack_from("<i", block, 4 * c)[0]
            multiplier = unpack_from("<i", block, 4 * (channels + at))[0]
            shift = signed(block[4 * (channels + scales) + at])
        words[i] = wrap(scaled(wrap(words[i] + bias), multiplier, shift))


def store(output, words, count, at, step, zero_point, low, high):
    """output[at + i * step] = words[i] + zero_point, clamped."""
    for i in range(count):
        output[at] = clamp(wrap(words[i] + zero_point), low, high) & 255
        at += step


def weigh(words, source, count, at, step, factor, base, keep):
    """words[i] = source[at + i * step] * factor + base, added to what it was where `keep` is -1 and not 0."""
    for i in range(count):
        words[i] = wrap((words[i] & keep) + signed(source[at]) * factor + base)
        at += step


def shift_down(words, count, bits):
    """words[i] >>= bits"""
    for i in range(count):
        words[i] >>= bits


def pool(picture, words, count, at, rows, columns, row_step, step, largest):
    """words[i] = the largest, or else the sum, of the numbers i of the pixels of a window whose first begins at `at`."""
    for i in range(count):
        total, best = 0, -128
        for y in range(rows):
            for x in range(columns):
                number = signed(picture[at + i + y * row_step + x * step])
                total += number
                best = max(best, number)
        words[i] = best if largest else wrap(total)


def average(words, count, divisor):
    """words[i] /= divisor, rounded to nearest, halves away from zero."""
    for i in range(count):
        n = words[i]
        words[i] = (n + divisor // 2) // divisor if n > 0 else -((divisor // 2 - n) // divisor)


def look_up(output, source, count, table):
    """output[i] = table[source[i]], by bytes."""
    for i in range(count):
        output[i] = table[source[i]]


def copy(output, source, count, to, to_step, at, step):
    """Single bytes, `step` apart."""
    for _ in range(count):
        output[to] = source[at]
        to += to_step
        at += step


def total(source, at, count, step):
    """The sum of `count` numbers, `step` apart."""
    result = 0
    for _ in range(count):
        result += signed(source[at])
        at += step
    return wrap(result)
