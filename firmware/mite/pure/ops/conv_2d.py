"""CONV_2D: the taps of one output pixel are gathered in scratch memory, then every channel's weights meet them."""

from array import array

from ..check import product
from ..fixed import signed
from ..loops import dots, gather, scale, store
from .convolution import check_convolution

_TILE_LEAST = 3  # pixels that scratch memory is given for, in which taps are of 16 bits
_APART, _APART_LEAST = 8, 24  # but not for the last taps, where there is one a channel and there are so many channels


def check(check, record):
    in_c, out_c, kernel_h, kernel_w, groups = record[12], record[15], record[18], record[19], record[28]
    stands = record[10:12] == record[13:15] and record[16:24] == (0, 0, 1, 1, 1, 1, record[22], record[23])
    check.value(groups and in_c % groups == 0 and out_c % groups == 0, groups, in_c)
    taps = kernel_h * kernel_w * (in_c // groups)
    check.value(taps < 1 << 20, taps, 1 << 20)
    row = taps + 3 & ~3
    wide = row - _APART if stands and groups == 1 and in_c % 4 == 0 and in_c >= _APART_LEAST else row
    check_convolution(check, record, product(row, out_c), lambda: 2 * wide * _TILE_LEAST + (row if in_c // groups % 4 else 0))


def run(program, record):
    (_, flags, _, input, output, filter, channels, scratch, _, batches, in_h, in_w, in_c, out_h, out_w, out_c, pad_top, pad_left,
     kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w, input_zero_point, output_zero_point, act_min, act_max,
     groups, _) = record  # fmt: skip
    picture, out, weights, block, column = map(program.at, (input, output, filter, channels, scratch))
    words, at_once = program.words, len(program.words)
    group_in, group_out = in_c // groups, out_c // groups
    taps = kernel_h * kernel_w * group_in
    row = taps + 3 & ~3
    # The bias takes the zero point off every tap, so those outside of the picture must put it on.
    window = array("i", (in_h, in_w, in_c, kernel_h, kernel_w, dilation_h, dilation_w, group_in, signed(input_zero_point & 255)))
    to = 0
    for batch in range(batches):
        for y in range(out_h):
            for x in range(out_w):
                for group in range(groups):
                    at = batch * in_h * in_w * in_c + group * group_in
                    gather(column, picture, at, y * stride_h - pad_top, x * stride_w - pad_left, window)
                    for first in range(group * group_out, (group + 1) * group_out, at_once):
                        count = min(at_once, (group + 1) * group_out - first)
                        dots(weights, column, taps, words, count, first * row)
                        scale(count, first, 1, words, block, flags, out_c)
                        store(out, words, count, to, 1, output_zero_point, act_min, act_max)
                        to += count
