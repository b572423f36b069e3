"""FULLY_CONNECTED: int8, int16, float32 and the first scheme."""

import math

import numpy as np

from ..arithmetic import INT32_MAX, INT32_MIN, clamp, round_away
from ..program import Constant
from . import real
from .bands import lower_dense_band
from .base import FIRST_SCHEME, Lowering, output_bounds
from .convolution import add_convolution
from .convolution_int16 import convolve, has_wide_bias, unsupported_int16
from .int16 import Lowering16
from .weights import INT4, asymmetric, channels, folded_biases, padded_rows, paired_rows, unsupported_weights


class Op(Lowering):
    KIND = "FULLY_CONNECTED"

    def unsupported(self, op):
        if reason := unsupported_weights(op, 0):
            return reason
        if op.options["weights_format"]:
            return "shuffled weights"
        if op.inputs[1].dtype == INT4 and max(op.inputs[1].shape[1], op.inputs[0].count // op.inputs[1].shape[1]) > 65535:
            return "more than 65535 weights of four bits in a row, or as many rows of numbers"
        return None

    def lower(self, op, program):
        filter = op.inputs[1].data
        outputs, depth = filter.shape
        if op.inputs[1].dtype == INT4:
            self.convolve(op, program)
            return
        low, high = output_bounds(op)
        block, flags = channels(op, filter, may_share=True)
        values = {"channels": block, "outputs": outputs, "output_zero_point": op.outputs[0].zero_point,
                  "act_min": low, "act_max": high}  # fmt: skip
        if "band" in op.options:
            lower_dense_band(op, program, flags, padded_rows(filter), **values)
            return
        program.add("FULLY_CONNECTED", flags, input=op.inputs[0], output=op.outputs[0], filter=paired_rows(filter), batches=op.inputs[0].count // depth,
                    depth=depth, **values)  # fmt: skip

    def convolve(self, op, program):
        """As a convolution over a picture of one row: a pixel for each row of numbers."""
        input, output = op.inputs[0], op.outputs[0]
        outputs, depth = op.inputs[1].shape
        low, high = output_bounds(op)
        add_convolution(
            program, op, op.inputs[1].data, input=input, output=output, batches=1, in_h=1, in_w=input.count // depth, in_c=depth,
            out_h=1, out_w=input.count // depth, out_c=outputs, pad_top=0, pad_left=0, kernel_h=1, kernel_w=1, stride_h=1, stride_w=1,
            dilation_h=1, dilation_w=1, input_zero_point=input.zero_point, output_zero_point=output.zero_point,
            act_min=low, act_max=high, groups=1,
        )  # fmt: skip


class Int16(Lowering16):
    KIND = "FULLY_CONNECTED"

    def unsupported(self, op):
        if reason := unsupported_int16(op, 0):
            return reason
        outputs, depth = op.inputs[1].shape
        if max(outputs, depth, op.inputs[0].count // depth) > 65535:
            return "more than 65535 inputs, outputs or rows"
        return "shuffled weights" if op.options["weights_format"] else None

    def lower(self, op, program):
        # A picture of a row of pixels, as many as there are batches.
        outputs, depth = op.inputs[1].shape
        pixels = op.inputs[0].count // depth
        convolve(program, op, op.inputs[1].data.reshape(outputs, 1, 1, depth), has_wide_bias(op), groups=1, batches=1,
                 in_h=1, in_w=pixels, in_c=depth, out_h=1, out_w=pixels)  # fmt: skip


class FirstScheme(Op):
    """Of uint8 the reference rounds the product of a sum and a real number, in double precision, once."""

    KIND = "FULLY_CONNECTED"
    TYPES = (FIRST_SCHEME,)

    def unsupported(self, op):
        if reason := super().unsupported(op):
            return reason
        filter = op.inputs[1]
        most = (np.abs(folded_biases(op, filter.data)) + 128 * np.abs(filter.data.astype(np.int64)).sum(1)).max()
        # Beyond 32 bits the reference's answer is the processor's.
        return "sums that do not fit the output's scale" if most * self.real(op) >= 2**31 else None

    def real(self, op) -> float:
        """A sum's step, in those of the outputs."""
        return op.inputs[0].scale * op.inputs[1].scale / op.outputs[0].scale

    def lower(self, op, program):
        input, filter, output = op.inputs[0], op.inputs[1], op.outputs[0]
        outputs, depth = filter.shape
        stored, zero_point = asymmetric(filter.data)
        low, high = output_bounds(op)
        rising = steps(self.real(op), output.zero_point, low, high)
        program.add(
            "FULLY_CONNECTED_STEPS", input=input, output=output, filter=Constant(stored.tobytes(), align=1),
            bias=Constant(folded_biases(op, filter.data).astype("<i4").tobytes()),
            steps=Constant(np.array(rising, "<i4").tobytes()),
            batches=input.count // depth, depth=depth, outputs=outputs, filter_zero_point=zero_point, count=len(rising), lowest=low,
        )  # fmt: skip


def steps(real: float, zero_point: int, low: int, high: int) -> list[int]:
    """For each output from low + 1 on the smallest sum that gives it or more: round(sum * real) + zero point, halves away from zero.

    Up to the output `high`, or to the last that an int32 can give.
    """
    found = []
    for wanted in range(low + 1 - zero_point, high + 1 - zero_point):
        at = clamp(math.ceil(clamp((wanted - 0.5) / real, INT32_MIN, INT32_MAX)), INT32_MIN, INT32_MAX)
        while at > INT32_MIN and round_away(at * real) >= wanted:
            at -= 1
        while at <= INT32_MAX and round_away(at * real) < wanted:
            at += 1
        if at > INT32_MAX:
            break
        found.append(at)
    return found


class Float(real.Weighted):
    KIND = "FULLY_CONNECTED"

    def unusual(self, op):
        return "shuffled weights" if op.options.get("weights_format") else None

    def lower(self, op, program):
        input, filter = op.inputs[:2]
        outputs, depth = filter.shape
        row = 4 * depth

        def strides(rows: int, columns: int) -> list[int]:
            return [0, 0, 0, row if rows > 1 else 0, row if columns > 1 else 0, 4 if depth > 1 else 0]

        rows = input.count // depth
        real.matmul(program, op.inputs[2] if len(op.inputs) > 2 else None, real.bounds(op), a=input, b=filter, output=op.outputs[0],
                    dims=(1, 1, 1, rows, outputs, depth), a_strides=strides(rows, 1), b_strides=strides(1, outputs))  # fmt: skip
