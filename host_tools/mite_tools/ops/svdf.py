"""SVDF: int8, with a state of int8, int16 or float32."""

import numpy as np

from ..arithmetic import quantize_multiplier
from ..program import Constant
from . import real
from .base import Lowering, not_int8
from .variables import start

WIDE = 1  # flag: int16 state and time weights


class Op(Lowering):
    KIND = "SVDF"

    def unsupported(self, op):
        if len(op.inputs) < 5:
            return "an input is missing"
        input, features, times, bias, state = op.inputs[:5]
        if reason := not_int8(input, features, op.outputs[0]):
            return reason
        if times.dtype != state.dtype or times.dtype not in ("int8", "int16"):
            return f"{times.dtype} time weights and {state.dtype} state"
        if any(t is not None and not t.is_constant for t in (features, times, bias)):
            return "weights that are not constant"
        return None if state.is_variable else "a state that is not variable"

    def lower(self, op, program):
        input, features, times, bias, state = op.inputs[:5]
        output = op.outputs[0]
        filters, memory = times.shape
        units = output.shape[1]
        feature_multiplier, feature_shift = quantize_multiplier(input.scale * features.scale / state.scale)
        output_multiplier, output_shift = quantize_multiplier(state.scale * times.scale / output.scale)
        start(program, state)
        program.add(
            "SVDF", WIDE * (state.dtype == "int16"), input=input, output=output, state=state, feature_weights=features, time_weights=times,
            bias=Constant(np.zeros(units, "<i4").tobytes() if bias is None else bias.data.astype("<i4").tobytes()),
            batches=input.shape[0], inputs=input.shape[1], units=units, rank=filters // units, memory=memory,
            feature_multiplier=feature_multiplier, feature_shift=feature_shift, output_multiplier=output_multiplier, output_shift=output_shift,
            input_zero_point=input.zero_point, state_zero_point=state.zero_point, output_zero_point=output.zero_point,
        )  # fmt: skip


class Float(real.Float):
    KIND = "SVDF"

    def numbers(self, op):
        return [*op.inputs[:3], *(t for t in op.inputs[3:4] if t), *op.inputs[4:5], *op.outputs]

    def unusual(self, op):
        if any(t is not None and not t.is_constant for t in op.inputs[1:4]):
            return "weights that are not constant"
        return None if op.inputs[4].is_variable else "a state that is not variable"

    def lower(self, op, program):
        input, features, times, _, state = op.inputs[:5]
        filters, memory = times.shape
        units = op.outputs[0].shape[1]
        # Without an activation the reference does not even cut off what is infinite.
        low, high = real.bounds(op) if op.options.get("fused_activation_function") else real.NO_BOUNDS
        start(program, state)
        program.add(
            "SVDF_F32", input=input, output=op.outputs[0], state=state, feature_weights=features, time_weights=times,
            bias=real.bias_of(op, 3, units), batches=input.shape[0], inputs=input.shape[1], units=units, rank=filters // units, memory=memory,
            act_min=low, act_max=high,
        )  # fmt: skip
