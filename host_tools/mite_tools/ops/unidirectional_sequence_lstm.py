"""UNIDIRECTIONAL_SEQUENCE_LSTM: int8 with 16-bit cells, without peepholes, projection or layer normalization, as in TFLite Micro."""

import math

import numpy as np

from ..arithmetic import quantize_multiplier
from ..program import Constant
from .base import Lowering, not_int8
from .int16 import sigmoid_table
from .variables import start

GATES = 4  # input, forget, cell, output
INPUT_WEIGHTS, HIDDEN_WEIGHTS, BIASES, HIDDEN, CELL = 1, 5, 12, 18, 19  # the op's inputs; four of each of the first three
GATE_SCALE, UNIT = 2.0**-12, 2.0**-15  # of what goes into a gate's function, and of what comes out


class Op(Lowering):
    KIND = "UNIDIRECTIONAL_SEQUENCE_LSTM"

    def unsupported(self, op):
        inputs = op.inputs
        needed = [*range(INPUT_WEIGHTS, HIDDEN_WEIGHTS + GATES), *range(BIASES, BIASES + GATES)]
        if len(inputs) < 20 or any(inputs[i] is None for i in needed):
            return "an input is missing"
        if any(t is not None for i, t in enumerate(inputs) if i not in (0, *needed, HIDDEN, CELL)):
            return "peepholes, projection or layer normalization"
        if reason := not_int8(inputs[0], op.outputs[0], inputs[HIDDEN], *inputs[INPUT_WEIGHTS : HIDDEN_WEIGHTS + GATES]):
            return reason
        if inputs[CELL].dtype != "int16":
            return f"{inputs[CELL].dtype} cells"
        if any(not inputs[i].is_constant for i in needed):
            return "weights that are not constant"
        if op.options.get("fused_activation_function") != 4:
            return "an activation that is not tanh"
        if math.log2(inputs[CELL].scale) % 1:
            return f"a cell scale of {inputs[CELL].scale}, which is no power of two"
        return None

    def lower(self, op, program):
        input, output, hidden, cell = op.inputs[0], op.outputs[0], op.inputs[HIDDEN], op.inputs[CELL]
        time_major = bool(op.options.get("time_major"))
        (steps, batches) = input.shape[:2] if time_major else input.shape[1::-1]
        inputs, units = input.shape[2], output.shape[2]

        def strides(size: int) -> tuple[int, int]:
            return (size, batches * size) if time_major else (steps * size, size)

        into, back = (op.inputs[first : first + GATES] for first in (INPUT_WEIGHTS, HIDDEN_WEIGHTS))
        scales = {
            "forget": cell.scale * UNIT / cell.scale, "update": UNIT * UNIT / cell.scale, "output": UNIT * UNIT / hidden.scale,
        }  # fmt: skip
        fields = {}
        for name, real in scales.items():
            fields[f"{name}_multiplier"], fields[f"{name}_shift"] = quantize_multiplier(real)
        for name, source, weights in (("input", input, into), ("hidden", hidden, back)):
            pairs = [quantize_multiplier(source.scale * w.scale / GATE_SCALE) for w in weights]
            fields[f"{name}_multiplier"], fields[f"{name}_shift"] = zip(*pairs)
        # tanh's table has 24 steps for 1.0 and is asked for 2 x, in 1/256 steps: 3/2 * 4096 x.
        power = 12 + round(math.log2(cell.scale))
        clip = op.options.get("cell_clip", 0.0)
        for tensor in (hidden, cell):
            start(program, tensor)
        program.add(
            "LSTM",
            input=input, output=output, hidden=hidden, cell=cell,
            weights=block(input, hidden, into, back, op.inputs[BIASES : BIASES + GATES]), table=sigmoid_table(),
            batches=batches, steps=steps, inputs=inputs, units=units, input_strides=strides(inputs), output_strides=strides(units),
            tanh_multiplier=3 << max(power, 0), tanh_shift=max(-power, 0), output_zero_point=hidden.zero_point,
            cell_clip=int(min(clip / cell.scale, 32767)) if clip > 0 else 0, **fields,
        )  # fmt: skip


def block(input, hidden, into, back, biases) -> Constant:
    """Biases and weights of all gates, with the zero points folded into the biases."""

    def folded(weights, zero_point: int) -> np.ndarray:
        return -zero_point * weights.data.astype(np.int64).sum(1)

    first = np.concatenate([b.data + folded(w, input.zero_point) for w, b in zip(into, biases)])
    second = np.concatenate([folded(w, hidden.zero_point) for w in back])
    return Constant(np.concatenate([first, second]).astype("<i4").tobytes() + b"".join(w.data.tobytes() for w in (*into, *back)))
