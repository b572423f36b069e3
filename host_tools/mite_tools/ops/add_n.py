"""ADD_N: the sum of several tensors: int8 of one scale, and float32."""

import numpy as np

from ..arithmetic import quantize_multiplier
from ..graph import Tensor
from ..image import spec
from . import real
from .base import Lowering, not_int8
from .binary import Sum
from .movement import move
from .reduce import RANK
from .strided import pad_left


class Op(Lowering):
    KIND = "ADD_N"

    def unsupported(self, op):
        if reason := not_int8(*op.inputs, op.outputs[0]):
            return reason
        first = op.inputs[0]
        if any((t.scale, t.zero_point, t.shape) != (first.scale, first.zero_point, first.shape) for t in op.inputs):
            return "inputs with different scales or shapes"
        return None

    def lower(self, op, program):
        first, output, count = op.inputs[0], op.outputs[0], op.inputs[0].count
        together = Tensor(f"{output.name} summands", (len(op.inputs), count), "int8")
        for number, input in enumerate(op.inputs):
            move(program, input, together, np.ravel, lambda y: y[number])
        multiplier, shift = quantize_multiplier(0.5)
        output_multiplier, output_shift = quantize_multiplier(2 * first.scale / ((1 << Sum.LEFT_SHIFT) * output.scale))
        program.add(
            "REDUCE", spec.REDUCTIONS.index("ADD_N"), input=together, output=output,
            kept=pad_left([count], RANK, 1), kept_strides=pad_left([count > 1], RANK, 0),
            reduced=pad_left([len(op.inputs)], RANK, 1), reduced_strides=pad_left([count if len(op.inputs) > 1 else 0], RANK, 0),
            multiplier=multiplier, shift=shift, output_multiplier=output_multiplier, output_shift=output_shift,
            zero_point=first.zero_point, output_zero_point=output.zero_point,
        )  # fmt: skip


class Float(real.Float):
    KIND = "ADD_N"

    def lower(self, op, program):
        real.added(program, op.inputs, op.outputs[0])
