"""The inner loops of plain.py for viper: machine code that the board makes of them when it imports this file.

Words are of 32 bits and wrap by themselves. Bytes are read without sign: `(byte ^ 128) - 128` is the int8 that is meant, and where a
loop can, it multiplies by byte ^ 128 = number + 128 and takes the surplus off once.

Only the first three variables of a viper function are in registers, the others on the stack: so what a loop walks with comes first
among the parameters, and some change their role on the way.
"""

import micropython


@micropython.viper
def gather(column: ptr32, picture: ptr8, at: int, top: int, left: int, window: ptr32):
    in_h = window[0]
    in_w = window[1]
    in_c = window[2]
    kernel_h = window[3]
    kernel_w = window[4]
    dilation_h = window[5]
    dilation_w = window[6]
    channels = window[7]
    outside = window[8]
    base = int(picture) + at
    rows = kernel_h
    while rows:
        x = left
        columns = kernel_w
        while columns:
            at = channels
            if top >= 0 and top < in_h and x >= 0 and x < in_w:
                picture = ptr8(base + (top * in_w + x) * in_c)
                while at:
                    column[0] = (picture[0] ^ 128) - 128
                    column = ptr32(int(column) + 4)
                    picture = ptr8(int(picture) + 1)
                    at -= 1
            else:
                while at:
                    column[0] = outside
                    column = ptr32(int(column) + 4)
                    at -= 1
            x += dilation_w
            columns -= 1
        top += dilation_h
        rows -= 1
    # The weights' padding must meet zeros.
    at = kernel_h * kernel_w * channels
    while at & 3:
        column[0] = 0
        column = ptr32(int(column) + 4)
        at += 1


@micropython.viper
def dots(filter: ptr8, column: ptr32, total: int, words: ptr32, count: int, at: int):
    # `total` arrives as the number of taps.
    row = total + 3 & -4
    filter = ptr8(int(filter) + at)
    # sum(x * w) = sum(x * (w + 128)) - 128 * sum(x)
    left = row
    total = 0
    while left:
        total += column[0]
        column = ptr32(int(column) + 4)
        left -= 1
    surplus = 128 * total
    while count:
        column = ptr32(int(column) - 4 * row)
        total = 0 - surplus
        left = row
        if left & 4:
            total = (filter[0] ^ 128) * column[0] + total
            total = (filter[1] ^ 128) * column[1] + total
            total = (filter[2] ^ 128) * column[2] + total
            total = (filter[3] ^ 128) * column[3] + total
            filter = ptr8(int(filter) + 4)
            column = ptr32(int(column) + 16)
            left -= 4
        while left:
            total = (filter[0] ^ 128) * column[0] + total
            total = (filter[1] ^ 128) * column[1] + total
            total = (filter[2] ^ 128) * column[2] + total
            total = (filter[3] ^ 128) * column[3] + total
            total = (filter[4] ^ 128) * column[4] + total
            total = (filter[5] ^ 128) * column[5] + total
            total = (filter[6] ^ 128) * column[6] + total
            total = (filter[7] ^ 128) * column[7] + total
            filter = ptr8(int(filter) + 8)
            column = ptr32(int(column) + 32)
            left -= 8
        words[0] = total
        words = ptr32(int(words) + 4)
        count -= 1


@micropython.viper
def pairs(filter: ptr8, column: ptr32, total: int, words: ptr32, count: int, at: int):
    # `total` arrives as the number of taps. The first row of a pair has its 128 already, the second gets it here.
    row = total + 3 & -4
    filter = ptr8(int(filter) + at)
    left = row
    total = 0
    while left:
        total += column[0]
        column = ptr32(int(column) + 4)
        left -= 1
    surplus = 128 * total
    lift = 0
    while count:
        column = ptr32(int(column) - 4 * row)
        total = 0 - surplus
        left = row
        while left:
            total = (filter[0] ^ lift) * column[0] + total
            total = (filter[2] ^ lift) * column[2] + total
            total = (filter[4] ^ lift) * column[1] + total
            total = (filter[6] ^ lift) * column[3] + total
            filter = ptr8(int(filter) + 8)
            column = ptr32(int(column) + 16)
            left -= 4
        words[0] = total
        words = ptr32(int(words) + 4)
        if lift:
            filter = ptr8(int(filter) - 1)
        else:
            filter = ptr8(int(filter) - 2 * row + 1)
        lift ^= 128
        count -= 1


@micropython.viper
def depthwise(scratch: ptr8, words: ptr32, channel: int, filter: ptr8, picture: ptr8, at: int, out_y: int, rows: int, window: ptr32):
    kernel_h = window[0]
    kernel_w = window[1]
    stride_h = window[2]
    stride_w = window[3]
    in_h = window[4]
    in_w = window[5]
    channels = window[6]
    out_w = window[7]
    pad_top = window[8]
    pad_left = window[9]
    outside = window[10] + 128
    columns = (out_w - 1) * stride_w + kernel_w
    # Scratch memory: the channel's weights as words, then a slot for each row under the kernel, its numbers with 128 added.
    weights = ptr32(scratch)
    slots = int(scratch) + 4 * kernel_h * kernel_w
    source = ptr8(int(picture) + at + channel)
    filter = ptr8(int(filter) + channel)
    # sum(x * w) = sum((x + 128) * w) - 128 * sum(w)
    surplus = 0
    channel = kernel_h * kernel_w
    while channel:
        weights[0] = (filter[0] ^ 128) - 128
        surplus += weights[0]
        weights = ptr32(int(weights) + 4)
        filter = ptr8(int(filter) + channels)
        channel -= 1
    surplus *= 128
    first = out_y * stride_h
    row = 0
    if out_y:
        row = first - stride_h + kernel_h
    while rows:
        if row < first:
            row = first
        while row < first + kernel_h:
            y = row - pad_top
            scratch = ptr8(slots + row % kernel_h * columns)
            channel = columns
            if y >= 0 and y < in_h:
                x = 0 - pad_left
                picture = ptr8(int(source) + (y * in_w + x) * channels)
                while channel:
                    if x >= 0 and x < in_w:
                        scratch[0] = picture[0] ^ 128
                    else:
                        scratch[0] = outside
                    scratch = ptr8(int(scratch) + 1)
                    picture = ptr8(int(picture) + channels)
                    x += 1
                    channel -= 1
            else:
                while channel:
                    scratch[0] = outside
                    scratch = ptr8(int(scratch) + 1)
                    channel -= 1
            row += 1
        channel = out_w
        while channel:
            words[0] = 0 - surplus
            words = ptr32(int(words) + 4)
            channel -= 1
        weights = ptr32(slots - 4 * kernel_h * kernel_w)
        slot = first % kernel_h
        y = kernel_h
        while y:
            # The weights one after another, or three at once, each for all outputs of the row.
            x = 0
            while x < kernel_w:
                words = ptr32(int(words) - 4 * out_w)
                scratch = ptr8(slots + slot * columns + x)
                channel = out_w
                a = weights[0]
                if x + 3 > kernel_w:
                    while channel:
                        words[0] = scratch[0] * a + words[0]
                        words = ptr32(int(words) + 4)
                        scratch = ptr8(int(scratch) + stride_w)
                        channel -= 1
                    weights = ptr32(int(weights) + 4)
                    x += 1
                else:
                    b = weights[1]
                    c = weights[2]
                    while channel:
                        words[0] = scratch[2] * c + (scratch[1] * b + (scratch[0] * a + words[0]))
                        words = ptr32(int(words) + 4)
                        scratch = ptr8(int(scratch) + stride_w)
                        channel -= 1
                    weights = ptr32(int(weights) + 12)
                    x += 3
            slot += 1
            if slot == kernel_h:
                slot = 0
            y -= 1
        first += stride_h
        rows -= 1


@micropython.viper
def scale(a: int, down: int, high: int, words: ptr32, block: ptr32, flags: int, channels: int):
    # The first three arrive as the number of words, the channel of the first, and the step to the next one's.
    count = a
    channel = down
    step = high
    shared = flags & 1
    shifts = ptr8(int(block) + 4 * (channels + (1 if shared else channels)))
    while count:
        at = 0 if shared else channel
        if flags & 2:
            b = block[2 * at]
            down = block[2 * at + 1]
            a = (block[2 + channel] if shared else down >> 5) + words[0]
            down &= 31
        else:
            b = block[channels + at]
            down = 128 - (shifts[at] ^ 128)
            a = block[channel] + words[0]
            if down < 0:
                a <<= 0 - down
                down = 0
        # The upper half of twice the product, rounded, from halves of 16 bits of which only the upper have a sign.
        b_high = b >> 16
        b &= 0xFFFF
        low = a & 0xFFFF
        a >>= 16
        high = a * b_high
        a = (low * b >> 16 & 0xFFFF) + a * b
        high += a >> 16
        a = (a & 0xFFFF) + low * b_high
        high += a >> 16
        if high >> 30 == 1:  # of the two smallest numbers, which does not fit: the largest
            a = (high << 1) - 1
        else:
            a = (((a & 0xFFFF) >> 14) + 1 >> 1) + (high << 1)
        # Divided by 2^down, halves away from zero.
        if down:
            high = (1 << down) - 1
            low = a & high
            high = (high >> 1) - (a >> 31)
            a >>= down
            if low > high:
                a += 1
        words[0] = a
        words = ptr32(int(words) + 4)
        channel += step
        count -= 1


@micropython.viper
def store(output: ptr8, words: ptr32, x: int, at: int, step: int, zero_point: int, low: int, high: int):
    # `x` arrives as the number of words.
    output = ptr8(int(output) + at)
    count = x
    while count:
        x = words[0] + zero_point
        if x < low:
            x = low
        if x > high:
            x = high
        output[0] = x
        output = ptr8(int(output) + step)
        words = ptr32(int(words) + 4)
        count -= 1


@micropython.viper
def weigh(words: ptr32, source: ptr8, count: int, at: int, step: int, factor: int, base: int, keep: int):
    source = ptr8(int(source) + at)
    base -= 128 * factor
    while count:
        words[0] = (words[0] & keep) + (source[0] ^ 128) * factor + base
        words = ptr32(int(words) + 4)
        source = ptr8(int(source) + step)
        count -= 1


@micropython.viper
def shift_down(words: ptr32, count: int, bits: int):
    while count:
        words[0] >>= bits
        words = ptr32(int(words) + 4)
        count -= 1


@micropython.viper
def pool(picture: ptr8, words: ptr32, count: int, at: int, rows: int, columns: int, row_step: int, step: int, largest: int):
    base = int(picture) + at
    while count:
        total = 0
        best = 0
        line = base
        y = rows
        while y:
            picture = ptr8(line)
            x = columns
            while x:
                number = picture[0] ^ 128
                total += number
                if number > best:
                    best = number
                picture = ptr8(int(picture) + step)
                x -= 1
            line += row_step
            y -= 1
        words[0] = best - 128 if largest else total - 128 * rows * columns
        words = ptr32(int(words) + 4)
        base += 1
        count -= 1


@micropython.viper
def average(words: ptr32, count: int, divisor: int):
    half = divisor >> 1
    while count:
        n = words[0]
        if n > 0:
            words[0] = (n + half) // divisor
        else:
            words[0] = 0 - (half - n) // divisor
        words = ptr32(int(words) + 4)
        count -= 1


@micropython.viper
def look_up(output: ptr8, source: ptr8, count: int, table: ptr8):
    while count:
        output[0] = table[source[0]]
        output = ptr8(int(output) + 1)
        source = ptr8(int(source) + 1)
        count -= 1


@micropython.viper
def copy(output: ptr8, source: ptr8, count: int, to: int, to_step: int, at: int, step: int):
    output = ptr8(int(output) + to)
    source = ptr8(int(source) + at)
    while count:
        output[0] = source[0]
        output = ptr8(int(output) + to_step)
        source = ptr8(int(source) + step)
        count -= 1


@micropython.viper
def total(source: ptr8, at: int, count: int, step: int) -> int:
    source = ptr8(int(source) + at)
    result = 0
    at = count
    while at:
        result += (source[0] ^ 128) - 128
        source = ptr8(int(source) + step)
        at -= 1
    return result
