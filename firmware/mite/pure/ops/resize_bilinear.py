"""RESIZE_BILINEAR: of the four pixels around, weighted with 10 fractional bits."""

from struct import pack_into, unpack_from

from ..check import READ, WRITE, product
from ..fixed import clamp, signed, wrap

_HALF_PIXEL, _OF_INT16, _ONE, _HALF = 1, 2, 1 << 10, 1 << 19


def check(check, record):
    _, flags, _, input, output, batches, in_h, in_w, channels, out_h, out_w, _, _ = record
    out_pixels, in_pixels = product(batches, out_h, out_w), product(batches, in_h, in_w)
    check.value(in_pixels and out_pixels and channels, in_pixels, out_pixels)
    size = 2 if flags & _OF_INT16 else 1
    check.range(input, product(in_pixels, size * channels), size, READ)
    check.range(output, product(out_pixels, size * channels), size, WRITE)


def _quotient(a, b):
    """Towards zero, as C divides."""
    return a // b if a >= 0 else -(-a // b)


def _between(place, scale, half_pixel, size):
    """Where an output row or column lies between two of the input: the first, the second, and the way from the first times 1024."""
    at = wrap(place * scale + (_quotient(scale, 2) - _ONE // 2 if half_pixel else 0))
    low = clamp(_quotient(at, _ONE), 0, size - 1)
    # Below 0 before the first centre: then both are the same.
    return low, clamp(_quotient(wrap(at + _ONE - 1), _ONE), 0, size - 1), wrap(at - low * _ONE)


def run(program, record):
    _, flags, _, input, output, batches, in_h, in_w, channels, out_h, out_w, scale_h, scale_w = record
    picture, out = program.at(input), program.at(output)
    to = 0
    for batch in range(batches):
        for y in range(out_h):
            top, bottom, down = _between(y, scale_h, flags & _HALF_PIXEL, in_h)
            for x in range(out_w):
                left, right, across = _between(x, scale_w, flags & _HALF_PIXEL, in_w)
                corners = [((batch * in_h + row) * in_w + column) * channels for row in (top, bottom) for column in (left, right)]
                for c in range(channels):
                    if flags & _OF_INT16:
                        a, b, c_, d = [unpack_from("<h", picture, 2 * (at + c))[0] for at in corners]
                    else:
                        a, b, c_, d = [signed(picture[at + c]) for at in corners]
                    sum = (_ONE - down) * wrap((_ONE - across) * a + across * b) + down * wrap((_ONE - across) * c_ + across * d)
                    # Halves go away from zero: down for a negative sum, where the shift rounds down by itself.
                    number = (sum + (_HALF if sum > 0 else _HALF - 1)) >> 20
                    if flags & _OF_INT16:
                        pack_into("<H", out, 2 * to, number & 0xFFFF)
                    else:
                        out[to] = number & 255
                    to += 1
