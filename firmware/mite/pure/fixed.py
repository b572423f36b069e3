"""The reference's fixed-point arithmetic, on Python's own whole numbers: what the C core does in int32 wraps here on purpose."""

INT32_MAX = 0x7FFFFFFF
INT32_MIN = -INT32_MAX - 1


def wrap(x):
    """x as an int32 holds it."""
    return (x + 0x80000000 & 0xFFFFFFFF) - 0x80000000


def clamp(x, low, high):
    return low if x < low else high if x > high else x


def signed(byte):
    """The int8 that a byte of 0 to 255 stands for."""
    return (byte ^ 128) - 128


def high_mul(a, b):
    """a * b / 2^31, rounded to nearest (halves up); the one product that does not fit saturates."""
    if a == b == INT32_MIN:
        return INT32_MAX
    return a * b + 0x40000000 >> 31


def shift_down(x, exponent):
    """x / 2^exponent, rounded to nearest (halves away from zero). 0 <= exponent <= 31."""
    mask = (1 << exponent) - 1
    return (x >> exponent) + ((x & mask) > (mask >> 1) + (x < 0))


def scale(x, multiplier, shift):
    """x * multiplier * 2^(shift - 31), rounded twice as the reference does. -31 <= shift <= 30."""
    if shift > 0:
        return high_mul(wrap(x << shift), multiplier)
    return shift_down(high_mul(x, multiplier), -shift)


def scale_power(x, exponent):
    """x * 2^exponent: upwards it saturates, downwards it is rounded to nearest."""
    if exponent <= 0:
        return shift_down(x, -exponent)
    return clamp(x << exponent, INT32_MIN, INT32_MAX)


def leading_zeros(x):
    """Of an int32, read as 32 bits."""
    x &= 0xFFFFFFFF
    count = 32
    while x:
        x >>= 1
        count -= 1
    return count


def exp(x):
    """exp(x) for x <= 0 with 5 integer bits; the result has none.

    A Taylor polynomial around -1/8 for what is left of a multiple of a quarter, then a factor exp(-2^k), k = -2 to 4, for each bit
    of that multiple.
    """
    if x == 0:
        return INT32_MAX
    rest = (x & 0xFFFFFF) - 0x1000000  # in [-1/4, 0)
    a = (rest << 5) + (1 << 28)
    a2 = high_mul(a, a)
    a3 = high_mul(a2, a)
    a4 = high_mul(a2, a2)
    tail = scale_power(high_mul(scale_power(a4, -2) + a3, 715827883) + a2, -1)  # a^2 / 2 + a^3 / 6 + a^4 / 24
    result = 1895147668 + high_mul(1895147668, a + tail)
    quarters = (rest - x & 0xFFFFFFFF) >> 24
    for factor in (1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242):
        if quarters & 1:
            result = high_mul(result, factor)
        quarters >>= 1
    return result


def one_over_one_plus(x):
    """1 / (1 + x) for x in [0, 1), both without integer bits: three Newton steps with two."""
    half = x + INT32_MAX + 1 >> 1
    guess = 1515870810 + high_mul(half, -1010580540)  # 48/17 - 32/17 * half
    for _ in range(3):
        error = (1 << 29) - high_mul(half, guess)
        guess = wrap(guess + scale_power(high_mul(guess, error), 2))
    return scale_power(guess, 1)
