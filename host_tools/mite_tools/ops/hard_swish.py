"""HARD_SWISH: int8, float32 and the first scheme, in 16-bit fixed point."""

from ..arithmetic import INT32_MAX, clamp, quantize_multiplier, shift_down
from . import real
from .base import FIRST_SCHEME
from .unary import Unary

MIN, MAX = -32768, 32767


def high_mul(a: int, b: int) -> int:
    """a * b / 2^15 of two int16, rounded to nearest, halves away from zero; saturates."""
    if a == b == MIN:
        return MAX
    total = a * b + (1 << 14 if a * b >= 0 else 1 - (1 << 14))
    return total >> 15 if total >= 0 else -(-total >> 15)


def shift_down_16(value: int, exponent: int) -> int:
    """value / 2^exponent of an int16, rounded as the reference does: from 16 on its mask of what is rounded has all bits."""
    return shift_down(value, exponent) if exponent < 16 else (value >> exponent) + (value > (value < 0) - 1)


def halved(multiplier: int) -> int:
    """A Q0.31 multiplier as Q0.15."""
    return MAX if multiplier >= INT32_MAX - (1 << 15) else (multiplier + (1 << 15)) >> 16


class Op(Unary):
    KIND = "HARD_SWISH"
    TYPES = ("int8", FIRST_SCHEME)

    def unusual(self, op):
        return None if self.factors(op)[1] <= 0 else "an output scale that is less than 1/128 of the input's"

    def factors(self, op):
        """Multiplier and exponent to the output's scale, and to one where 3.0 is 2^15, from 1/128 of an input step."""
        fine = op.inputs[0].scale / 128
        to_output = quantize_multiplier(fine / op.outputs[0].scale)
        to_reluish = quantize_multiplier(fine / (3 / 32768))
        return halved(to_output[0]), to_output[1], halved(to_reluish[0]), to_reluish[1]

    def answer(self, op):
        input, output = op.inputs[0], op.outputs[0]
        multiplier, exponent, reluish_multiplier, reluish_exponent = self.factors(op)

        def answer(number: int) -> int:
            fine = ((number - input.zero_point) * 128 + 32768) % 65536 - 32768
            value = high_mul(fine, multiplier)
            share = fine
            if reluish_exponent > 0:
                share = clamp(share << (reluish_exponent - 1), MIN, MAX)
            share = high_mul(share, reluish_multiplier)
            if reluish_exponent > 0:
                share = clamp(share << 1, MIN, MAX)
            elif reluish_exponent < 0:
                share = shift_down_16(share, -reluish_exponent)
            share = (share + 32768) >> 1  # from [-1, 1] to [0, 1]
            product = share * value
            product = product >> 15 if product >= 0 else -(-product >> 15)
            return clamp(shift_down_16(product, -exponent) + output.zero_point, -128, 127)

        return answer


class Float(real.Unary):
    KIND = "HARD_SWISH"
