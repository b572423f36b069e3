"""UNIDIRECTIONAL_SEQUENCE_LSTM: int8 or int16 with 16-bit cells, or float32; without peepholes, projection or layer normalization, as in TFLite Micro."""

import math

import numpy as np

from ..arithmetic import quantize_multiplier
from ..errors import ConvertError
from ..graph import Op as GraphOp
from ..graph import Tensor
from ..program import Constant
from . import real
from .base import Lowering, not_int8
from .int16 import WIDE_SHIFT_MOST, halves, not_int16, quantize_multiplier_wide, sigmoid_table
from .movement import itemsize
from .variables import start

GATES = 4  # input, forget, cell, output
INPUT_WEIGHTS, HIDDEN_WEIGHTS, BIASES, HIDDEN, CELL = 1, 5, 12, 18, 19  # the op's inputs; four of each of the first three
GATE_SCALE, UNIT = 2.0**-12, 2.0**-15  # of what goes into a gate's function, and of what comes out


class Op(Lowering):
    KIND = "UNIDIRECTIONAL_SEQUENCE_LSTM"
    RECORD = "LSTM"

    def wrong_types(self, activations: list[Tensor], biases: list[Tensor]) -> str | None:
        return not_int8(*activations)

    def factor(self, real: float) -> tuple[int, int]:
        """The multiplier and shift of a product with weights."""
        return quantize_multiplier(real)

    def block(self, op: GraphOp) -> Constant:
        """Biases and weights of all gates, with the zero points folded into the biases."""
        input, hidden = op.inputs[0], op.inputs[HIDDEN]

        def folded(weights: Tensor, zero_point: int) -> np.ndarray:
            return -zero_point * weights.data.astype(np.int64).sum(1)

        first = np.concatenate([b.data + folded(w, input.zero_point) for w, b in zip(four(op, INPUT_WEIGHTS), four(op, BIASES))])
        second = np.concatenate([folded(w, hidden.zero_point) for w in four(op, HIDDEN_WEIGHTS)])
        return Constant(np.concatenate([first, second]).astype("<i4").tobytes() + weight_bytes(op))

    def unsupported(self, op):
        if reason := incomplete(op) or self.wrong_types([op.inputs[0], op.outputs[0], op.inputs[HIDDEN]], four(op, BIASES)):
            return reason
        if reason := not_int8(*four(op, INPUT_WEIGHTS), *four(op, HIDDEN_WEIGHTS)):
            return reason
        cell = op.inputs[CELL]
        if cell.dtype != "int16":
            return f"{cell.dtype} cells"
        return f"a cell scale of {cell.scale}, which is no power of two" if math.log2(cell.scale) % 1 else None

    def lower(self, op, program):
        input, hidden, cell = op.inputs[0], op.inputs[HIDDEN], op.inputs[CELL]
        scales = {
            "forget": cell.scale * UNIT / cell.scale, "update": UNIT * UNIT / cell.scale, "output": UNIT * UNIT / hidden.scale,
        }  # fmt: skip
        fields = {}
        for name, quotient in scales.items():
            fields[f"{name}_multiplier"], fields[f"{name}_shift"] = quantize_multiplier(quotient)
        for name, source, weights in (("input", input, INPUT_WEIGHTS), ("hidden", hidden, HIDDEN_WEIGHTS)):
            pairs = [self.factor(source.scale * w.scale / GATE_SCALE) for w in four(op, weights)]
            fields[f"{name}_multiplier"], fields[f"{name}_shift"] = zip(*pairs)
        # tanh's table has 24 steps for 1.0 and is asked for 2 x, in 1/256 steps: 3/2 * 4096 x.
        power = 12 + round(math.log2(cell.scale))
        clip = op.options.get("cell_clip", 0.0)
        for tensor in (hidden, cell):
            start(program, tensor)
        program.add(
            self.RECORD, **sizes(op), weights=self.block(op), table=sigmoid_table(),
            tanh_multiplier=3 << max(power, 0), tanh_shift=max(-power, 0), output_zero_point=hidden.zero_point,
            cell_clip=int(min(clip / cell.scale, 32767)) if clip > 0 else 0, **fields,
        )  # fmt: skip


class Int16(Op):
    KIND = "UNIDIRECTIONAL_SEQUENCE_LSTM"
    TYPES = ("int16",)
    RECORD = "LSTM_S16"

    def wrong_types(self, activations, biases):
        if reason := not_int16(*activations):
            return reason
        return next((f"{b.dtype} biases" for b in biases if b.dtype != "int64"), None)

    def factor(self, real):
        multiplier, shift = quantize_multiplier_wide(real)
        if shift > WIDE_SHIFT_MOST:
            raise ConvertError(f"scales of 2^{shift} in an LSTM")
        return multiplier, shift

    def block(self, op):
        lower, upper = halves(np.concatenate([b.data for b in four(op, BIASES)]))
        return Constant(lower + upper + weight_bytes(op))


class Float(Lowering):
    KIND = "UNIDIRECTIONAL_SEQUENCE_LSTM"
    TYPES = ("float32",)
    EXACT = "2e-5"

    def unsupported(self, op):
        return incomplete(op) or real.not_float(*(t for t in op.inputs if t), *op.outputs)

    def lower(self, op, program):
        for tensor in (op.inputs[HIDDEN], op.inputs[CELL]):
            start(program, tensor)
        biases = b"".join(b.data.tobytes() for b in four(op, BIASES))
        program.add("LSTM_F32", **sizes(op), weights=Constant(biases + weight_bytes(op)), cell_clip=max(op.options.get("cell_clip", 0.0), 0.0))


def incomplete(op: GraphOp) -> str | None:
    """What is missing, or too much, whatever the types are; None if nothing is."""
    inputs = op.inputs
    needed = [*range(INPUT_WEIGHTS, HIDDEN_WEIGHTS + GATES), *range(BIASES, BIASES + GATES)]
    if len(inputs) < 20 or any(inputs[i] is None for i in needed):
        return "an input is missing"
    if any(t is not None for i, t in enumerate(inputs) if i not in (0, *needed, HIDDEN, CELL)):
        return "peepholes, projection or layer normalization"
    if any(not inputs[i].is_constant for i in needed):
        return "weights that are not constant"
    return "an activation that is not tanh" if op.options.get("fused_activation_function") != 4 else None


def sizes(op: GraphOp) -> dict:
    """The fields of a record that say where the numbers are, and how many."""
    input, output = op.inputs[0], op.outputs[0]
    time_major = bool(op.options.get("time_major"))
    (steps, batches) = input.shape[:2] if time_major else input.shape[1::-1]

    def strides(tensor: Tensor) -> tuple[int, int]:
        size = tensor.shape[2] * itemsize(tensor)
        return (size, batches * size) if time_major else (steps * size, size)

    return {
        "input": input, "output": output, "hidden": op.inputs[HIDDEN], "cell": op.inputs[CELL], "batches": batches, "steps": steps,
        "inputs": input.shape[2], "units": output.shape[2], "input_strides": strides(input), "output_strides": strides(output),
    }  # fmt: skip


def four(op: GraphOp, first: int) -> list[Tensor | None]:
    """The inputs of the four gates, of which the first has this number."""
    return op.inputs[first : first + GATES]


def weight_bytes(op: GraphOp) -> bytes:
    return b"".join(w.data.tobytes() for w in (*four(op, INPUT_WEIGHTS), *four(op, HIDDEN_WEIGHTS)))
