"""DEPTHWISE_CONV_2D. Where there is scratch memory, one channel at a time: its rows are read into scratch memory before anything is
written that needs them, so that the output may lie exactly over the input."""

from array import array

from ..check import product
from ..fixed import signed, wrap
from ..loops import depthwise, scale, store
from .convolution import check_convolution


def check(check, record):
    in_c, out_c, kernel_h, kernel_w, multiplier = record[12], record[15], record[18], record[19], record[28]
    check.value(out_c == in_c * multiplier, in_c, out_c)
    check_convolution(check, record, product(kernel_h, kernel_w, out_c), lambda: _scratch_least(record))


def _fast(multiplier, dilation_h, dilation_w, stride_w):
    """Is this of the kind that has scratch memory?"""
    return multiplier == dilation_h == dilation_w == 1 and stride_w <= 2


def _scratch_least(record):
    """As mite_scratch_depthwise_conv_2d: the rows under the kernel and the weights of a channel, in pairs of 16 bits, or each number a
    word of its own."""
    out_w, kernel_h, kernel_w, stride_w = record[14], record[18], record[19], record[21]
    if not _fast(record[28], record[22], record[23], stride_w):
        return 0
    pairs = kernel_w + 2 >> 1 if stride_w == 1 else kernel_w + 1 >> 1
    plane = ((out_w + 1 >> 1 if stride_w == 1 else out_w) + pairs - 1) * kernel_h
    weights = 10 if kernel_h == kernel_w == 3 else (2 * kernel_h - 1) * pairs * (2 if stride_w == 1 else 1)
    words = kernel_h * ((out_w - 1) * stride_w + kernel_w) + kernel_h * kernel_w
    return max(4 * (plane + weights), min(4 * words, 8 * (plane + weights)))


def run(program, record):
    (_, flags, _, input, output, filter, channels, scratch, _, batches, in_h, in_w, in_c, out_h, out_w, out_c, pad_top, pad_left,
     kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w, input_zero_point, output_zero_point, act_min, act_max,
     multiplier, _) = record  # fmt: skip
    picture, out, weights, block = map(program.at, (input, output, filter, channels))
    window = array("i", (kernel_h, kernel_w, stride_h, stride_w, in_h, in_w, in_c, out_w, pad_top, pad_left,
                         signed(input_zero_point & 255)))  # fmt: skip
    words = program.words if out_w <= len(program.words) else array("i", bytes(4 * out_w))
    if _fast(multiplier, dilation_h, dilation_w, stride_w):
        rows, at_once = program.at(scratch), len(words) // out_w
        for channel in range(out_c):
            for batch in range(batches):
                for y in range(0, out_h, at_once):
                    count = min(at_once, out_h - y)
                    depthwise(rows, words, channel, weights, picture, batch * in_h * in_w * in_c, y, count, window)
                    scale(count * out_w, channel, 0, words, block, flags, out_c)
                    to = (batch * out_h + y) * out_w * out_c + channel
                    store(out, words, count * out_w, to, out_c, output_zero_point, act_min, act_max)
        return
    # The others are rare: plainly.
    for batch in range(batches):
        at = batch * in_h * in_w * in_c
        for y in range(out_h):
            for channel in range(out_c):
                for x in range(out_w):
                    total, weight = 0, channel
                    for tap_y in range(y * stride_h - pad_top, y * stride_h - pad_top + kernel_h * dilation_h, dilation_h):
                        for tap_x in range(x * stride_w - pad_left, x * stride_w - pad_left + kernel_w * dilation_w, dilation_w):
                            tap = input_zero_point
                            if 0 <= tap_y < in_h and 0 <= tap_x < in_w:
                                tap = signed(picture[at + (tap_y * in_w + tap_x) * in_c + channel // multiplier])
                            total += tap * signed(weights[weight])
                            weight += out_c
                    words[x] = wrap(total)
                scale(out_w, channel, 0, words, block, flags, out_c)
                to = (batch * out_h + y) * out_w * out_c + channel
                store(out, words, out_w, to, out_c, output_zero_point, act_min, act_max)
