"""The reference's fixed-point arithmetic, where the host must do it: multipliers, bounds, look-up tables.

Sources: TensorFlow Lite's QuantizeMultiplier and CalculateActivationRangeQuantized; gemmlowp's fixed-point functions.
Integers here are Python's own, so nothing overflows unnoticed.
"""

import math

import numpy as np

from .errors import ConvertError

INT32_MAX, INT32_MIN = 2**31 - 1, -(2**31)
LIMITS = {"int8": (-128, 127), "uint8": (0, 255), "int16": (-32768, 32767), "int32": (INT32_MIN, INT32_MAX)}
ACTIVATIONS = ("NONE", "RELU", "RELU_N1_TO_1", "RELU6", "TANH", "SIGN_BIT")


def round_away(value: float) -> int:
    """The nearest integer; halves go away from zero."""
    return int(math.floor(abs(value) + 0.5)) * (1 if value >= 0 else -1)


def quantize_multiplier(real: float) -> tuple[int, int]:
    """(multiplier, shift) with real = multiplier * 2^(shift - 31) and 2^30 <= multiplier < 2^31, or (0, 0) for zero."""
    if real == 0:
        return 0, 0
    significand, shift = math.frexp(real)
    multiplier = round_away(significand * 2**31)
    if multiplier == 2**31:
        multiplier //= 2
        shift += 1
    if shift < -31:
        return 0, 0
    if shift > 30:
        return INT32_MAX, 30
    return multiplier, shift


def activation_bounds(activation: int, scale: float, zero_point: int, dtype: str = "int8") -> tuple[int, int]:
    """(smallest, largest) quantized output under a fused activation. ConvertError for one that is not a clamp."""
    low, high = LIMITS[dtype]

    def quantize(real: float) -> int:
        return zero_point + round_away(float(np.float32(real) / np.float32(scale)))

    name = ACTIVATIONS[activation] if 0 <= activation < len(ACTIVATIONS) else str(activation)
    if name == "NONE":
        return low, high
    if name == "RELU":
        return max(low, quantize(0)), high
    if name == "RELU6":
        return max(low, quantize(0)), min(high, quantize(6))
    if name == "RELU_N1_TO_1":
        return max(low, quantize(-1)), min(high, quantize(1))
    raise ConvertError(f"fused activation {name} is not supported")


def high_mul(a: int, b: int) -> int:
    """a * b / 2^31, rounded to nearest, halves away from zero; saturates."""
    if a == b == INT32_MIN:
        return INT32_MAX
    product = a * b
    nudge = 2**30 if product >= 0 else 1 - 2**30
    total = product + nudge
    return total // 2**31 if total >= 0 else -(-total // 2**31)


def shift_down(value: int, exponent: int) -> int:
    """value / 2^exponent, rounded to nearest, halves away from zero."""
    mask = (1 << exponent) - 1
    return (value >> exponent) + ((value & mask) > (mask >> 1) + (value < 0))


def scale(value: int, multiplier: int, shift: int) -> int:
    """value * multiplier * 2^(shift - 31), rounded twice, as the kernels do."""
    if shift > 0:
        return high_mul(_wrap(value << shift), multiplier)
    return shift_down(high_mul(value, multiplier), -shift)


def clamp(value: int, low: int, high: int) -> int:
    return min(max(value, low), high)


def input_radius(integer_bits: int, left_shift: int) -> int:
    """The largest |input| that does not overflow when it is shifted left into a number with `integer_bits`."""
    return math.floor(((1 << integer_bits) - 1) * 2.0 ** (31 - integer_bits) / 2.0**left_shift)


def _wrap(value: int) -> int:
    return (value + 2**31) % 2**32 - 2**31


def _scale_power(x: int, exponent: int) -> int:
    """x * 2^exponent in int32: saturating upwards, rounded downwards."""
    return clamp(x << exponent, INT32_MIN, INT32_MAX) if exponent > 0 else shift_down(x, -exponent)


def fixed_exp(x: int, integer_bits: int) -> int:
    """exp(x) for x <= 0 with `integer_bits` integer bits (at most 5); the result has none."""
    if x == 0:
        return INT32_MAX
    fraction_bits = 31 - integer_bits
    quarter = 1 << (fraction_bits - 2)
    rest = (x & (quarter - 1)) - quarter
    # exp around -1/8 by its Taylor polynomial of degree 4
    eighth, third = 1895147668, 715827883
    a = (rest << integer_bits) + (1 << 28)
    a2 = high_mul(a, a)
    a3, a4 = high_mul(a2, a), high_mul(a2, a2)
    tail = _scale_power(high_mul(_scale_power(a4, -2) + a3, third) + a2, -1)
    result = eighth + high_mul(eighth, a + tail)
    # then a factor exp(-2^k) for every bit of the multiple of a quarter
    quarters = (rest - x) >> (fraction_bits - 2)
    for k, factor in enumerate((1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242)):
        if integer_bits > k - 2 and quarters >> k & 1:
            result = high_mul(result, factor)
    return result


def fixed_one_over_one_plus(x: int) -> int:
    """1 / (1 + x) for x in [0, 1], all without integer bits: three Newton steps."""
    total = x + INT32_MAX
    half = (total + 1) // 2
    guess = 1515870810 + high_mul(half, -1010580540)
    for _ in range(3):
        error = (1 << 29) - high_mul(half, guess)
        guess = _wrap(guess + _scale_power(high_mul(guess, error), 2))
    return _scale_power(guess, 1)


def fixed_tanh(x: int, integer_bits: int) -> int:
    """tanh(x) for x with `integer_bits` integer bits; the result has none."""
    if x == 0:
        return 0
    # tanh(a) = (1 - exp(-2a)) / (1 + exp(-2a)); doubling is reading the number with one more integer bit
    positive = fixed_one_minus_over_one_plus(fixed_exp(-abs(x), integer_bits + 1))
    return positive if x > 0 else -positive


def fixed_one_minus_over_one_plus(x: int) -> int:
    """(1 - x) / (1 + x) for x in [0, 1], all without integer bits: three Newton steps, then 2 / (1 + x) - 1."""
    half = (x + INT32_MAX + 1) // 2
    guess = 1515870810 + high_mul(half, -1010580540)
    for _ in range(3):
        error = (1 << 29) - high_mul(half, guess)
        guess = _wrap(guess + _scale_power(high_mul(guess, error), 2))
    return _scale_power(_wrap(guess - (1 << 29)), 2)


def inverse_sqrt(value: int) -> tuple[int, int]:
    """(multiplier, shift) with 1 / sqrt(value) = multiplier * 2^(shift - 31), by five Newton steps with 3 integer bits."""
    if value <= 1:
        return INT32_MAX, 0
    shift = 11
    while value >= 1 << 29:
        value //= 4
        shift += 1
    pairs = (32 - value.bit_length() - 1) // 2 - 1
    shift -= pairs
    value <<= 2 * pairs
    half = shift_down(value >> 1, 1)
    three_halves = (1 << 28) + (1 << 27)
    x = 1 << 28
    for _ in range(5):
        cube = _scale_power(high_mul(high_mul(x, x), x), 6)
        x = _scale_power(high_mul(three_halves, x) - high_mul(half, cube), 3)
    x = high_mul(x, 1518500250)  # sqrt(1/2)
    if shift < 0:
        x, shift = x << -shift, 0
    return x, -shift


def fixed_logistic(x: int, integer_bits: int) -> int:
    """1 / (1 + exp(-x)) for x with `integer_bits` integer bits; the result has none."""
    if x == 0:
        return 1 << 30
    positive = fixed_one_over_one_plus(fixed_exp(-abs(x), integer_bits))
    return positive if x > 0 else INT32_MAX - positive
