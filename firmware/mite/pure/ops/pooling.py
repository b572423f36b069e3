"""What AVERAGE_POOL_2D and MAX_POOL_2D share: only the taps inside the picture count."""

from ..check import READ, WRITE, product
from ..loops import average, pool, store


def _filled(size, out, kernel, stride, pad):
    """Does every window of this dimension hold at least one pixel?"""
    return size and out and stride and pad < kernel and (out - 1) * stride < size + pad


def check(check, record):
    (_, _, _, input, output, batches, in_h, in_w, channels, out_h, out_w, pad_top, pad_left, kernel_h, kernel_w, stride_h, stride_w,
     act_min, act_max) = record  # fmt: skip
    check.value(_filled(in_h, out_h, kernel_h, stride_h, pad_top), in_h, out_h)
    check.value(_filled(in_w, out_w, kernel_w, stride_w, pad_left), in_w, out_w)
    check.value(batches and channels, batches, channels)
    check.value(act_min <= act_max, act_min, act_max)
    check.range(input, product(batches, in_h, in_w, channels), 1, READ)
    check.range(output, product(batches, out_h, out_w, channels), 1, WRITE)


def run(program, record, largest):
    (_, _, _, input, output, batches, in_h, in_w, channels, out_h, out_w, pad_top, pad_left, kernel_h, kernel_w, stride_h, stride_w,
     act_min, act_max) = record  # fmt: skip
    picture, out = program.at(input), program.at(output)
    words, at_once = program.words, len(program.words)
    to = 0
    for batch in range(batches):
        for y in range(out_h):
            top, bottom = max(y * stride_h - pad_top, 0), min(y * stride_h - pad_top + kernel_h, in_h)
            for x in range(out_w):
                left, right = max(x * stride_w - pad_left, 0), min(x * stride_w - pad_left + kernel_w, in_w)
                at = ((batch * in_h + top) * in_w + left) * channels
                for first in range(0, channels, at_once):
                    count = min(at_once, channels - first)
                    pool(picture, words, count, at + first, bottom - top, right - left, in_w * channels, channels, largest)
                    if not largest:
                        average(words, count, (bottom - top) * (right - left))
                    store(out, words, count, to, 1, 0, act_min, act_max)
                    to += count
