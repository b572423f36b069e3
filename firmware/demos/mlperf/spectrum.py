"""The loops of bands.py for viper: machine code that the board makes of them when it imports this file. Words have 32 bits.

Numbers share one power of two, which the functions return a part of each: a spectrum is halved where it would outgrow 17 bits, so that its
products with 14-bit sines still fit.
"""

import micropython


@micropython.viper
def fill(samples: ptr16, window: ptr16, order: ptr16, re: ptr32, im: ptr32) -> int:
    """32 times the first differences of 1024 samples (the one before them comes first), windowed: even ones to re, odd ones to im."""
    last = (samples[0] ^ 0x8000) - 0x8000
    most = 0
    i = 0
    while i < 512:
        at = order[i]
        x = (samples[2 * i + 1] ^ 0x8000) - 0x8000
        y = (samples[2 * i + 2] ^ 0x8000) - 0x8000
        last = (x << 5) - 31 * last
        re[at] = last
        most |= last ^ (last >> 31)
        last = (y << 5) - 31 * x
        im[at] = last
        most |= last ^ (last >> 31)
        last = y
        i += 1
    power = 0
    while most >> power + 16:
        power += 1
    if most:
        while most >> power + 15 == 0 and power > -15:
            power -= 1
    i = 0
    while i < 512:
        at = 2 * order[i]
        x = re[i]
        y = im[i]
        if power > 0:
            x >>= power
            y >>= power
        else:
            x <<= 0 - power
            y <<= 0 - power
        if at < 512:
            re[i] = (x * window[at] + 0x2000) >> 14
            im[i] = (y * window[at + 1] + 0x2000) >> 14
        else:
            re[i] = (x * window[1023 - at] + 0x2000) >> 14
            im[i] = (y * window[1022 - at] + 0x2000) >> 14
        i += 1
    return power


@micropython.viper
def transform(re: ptr32, im: ptr32, turns: ptr16) -> int:
    """The complex spectrum of 512 points, which lie in the order of their bits from the lowest on."""
    power = 0
    most = 0x10000
    apart = 1
    while apart < 512:
        halve = 1 if most >> 16 else 0
        power += halve
        most = 0
        k = 0
        while k < apart:
            at = k * (1024 // apart)
            c = (turns[at] ^ 0x8000) - 0x8000
            s = (turns[at + 1] ^ 0x8000) - 0x8000
            a = k
            while a < 512:
                b = a + apart
                x = re[b]
                y = im[b]
                p = (x * c + y * s + 0x2000) >> 14
                q = (y * c - x * s + 0x2000) >> 14
                x = re[a] + halve
                y = im[a] + halve
                # The upper 16 bits of n + 0x8000 are 0 exactly where n has 16 bits.
                n = (x - p) >> halve
                re[b] = n
                most |= n + 0x8000
                n = (y - q) >> halve
                im[b] = n
                most |= n + 0x8000
                n = (x + p) >> halve
                re[a] = n
                most |= n + 0x8000
                n = (y + q) >> halve
                im[a] = n
                most |= n + 0x8000
                a = b + apart
            k += 1
        apart += apart
    return power


@micropython.viper
def energies(re: ptr32, im: ptr32, turns: ptr16) -> int:
    """To re, the squares of the 513 bins that the spectrum of 512 pairs stands for."""
    x = re[0]
    y = im[0]
    re[0] = x + y
    im[0] = 0
    re[512] = x - y
    im[512] = 0
    most = (re[0] ^ (re[0] >> 31)) | (re[512] ^ (re[512] >> 31))
    k = 1
    while k <= 256:
        j = 512 - k
        # What the even samples give, and the odd ones, which come a sample later.
        x = (re[k] - re[j]) >> 1
        y = (im[k] + im[j]) >> 1
        c = (turns[2 * k] ^ 0x8000) - 0x8000
        s = (turns[2 * k + 1] ^ 0x8000) - 0x8000
        p = (x * c + y * s + 0x2000) >> 14
        q = (y * c - x * s + 0x2000) >> 14
        x = (re[k] + re[j]) >> 1
        y = (im[k] - im[j]) >> 1
        re[k] = x + q
        im[k] = y - p
        re[j] = x - q
        im[j] = y + p
        most |= re[k] ^ (re[k] >> 31)
        most |= im[k] ^ (im[k] >> 31)
        most |= re[j] ^ (re[j] >> 31)
        most |= im[j] ^ (im[j] >> 31)
        k += 1
    power = 0
    while most >> power + 15:
        power += 1
    k = 0
    while k <= 512:
        x = re[k] >> power
        y = im[k] >> power
        re[k] = x * x + y * y
        k += 1
    return power


@micropython.viper
def sums(energies: ptr32, weights: ptr16, places: ptr16, sums: ptr32, count: int):
    """Weighted sums of bins, each as its upper part and its lower 16 bits. places: the first bin and the number of bins of each."""
    while count:
        at = int(energies) + 4 * places[0]
        bins = ptr32(at)
        left = places[1]
        upper = 0
        lower = 0
        while left:
            weight = weights[0]
            weights = ptr16(int(weights) + 2)
            lower += (bins[0] & 0xFFFF) * weight
            upper += (bins[0] >> 16) * weight + (lower >> 16)
            lower &= 0xFFFF
            bins = ptr32(int(bins) + 4)
            left -= 1
        sums[0] = upper
        sums[1] = lower
        sums = ptr32(int(sums) + 8)
        places = ptr16(int(places) + 4)
        count -= 1
