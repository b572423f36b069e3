"""The integer graph: a float one with its tensors in few bits, and QUANTIZE and DEQUANTIZE where float ops stay."""

from dataclasses import dataclass, replace

import numpy as np

from ..graph import Graph, Op, Quantization, Tensor
from .ranges import quantization, quantize
from .real import bias_number, data_of, filter_of
from .scheme import SAME, Groups, is_real
from .weights import Narrow


@dataclass
class Built:
    """The graph, and what became of the float model's tensors."""

    graph: Graph
    integer: dict[Tensor, Tensor]  # float tensor -> its numbers, where there are any
    ops: dict[Op, Op]  # float op -> the one in its place


class Builder:
    """dtype: of activations; scales: of each group's tensor that stands for it; weights: of the ops that have some."""

    def __init__(self, graph: Graph, whole: set[Op], dtype: str, groups: Groups, scales: dict[Tensor, Quantization], weights: dict[Op, Narrow]):
        self.graph, self.whole, self.dtype, self.groups, self.scales, self.weights = graph, whole, dtype, groups, scales, weights
        self.ops: list[Op] = []
        self.made: dict[Op, Op] = {}
        self.integer: dict[Tensor, Tensor] = {}
        self.real: dict[Tensor, Tensor] = {}
        self.brought: dict[tuple[Tensor, float, int], Tensor] = {}  # to another scale

    def build(self, float_ends: bool) -> Built:
        """float_ends: inputs and outputs stay float32."""
        read = {t for op in self.graph.ops if op in self.whole for t in op.inputs}
        inputs = []
        for t in self.graph.inputs:
            if t in read and is_real(t) and not float_ends:
                self.integer[t] = self.numbered(t)
                inputs.append(self.integer[t])
            else:
                self.real[t] = t
                inputs.append(t)
        for op in self.graph.ops:
            before = len(self.ops)
            new = self.as_integer(op) if op in self.whole else self.as_real(op)
            self.ops.append(new)
            self.made[op] = new
            assert len(self.ops) > before
        outputs = [self.integer[t] if t in self.integer and not float_ends else self.as_it_was(t) for t in self.graph.outputs]
        for number, op in enumerate(self.ops):
            op.index = number
        return Built(Graph(self.ops, inputs, outputs, self.graph.name), self.integer, self.made)

    def scale_of(self, t: Tensor) -> Quantization:
        return self.scales[self.groups.top(t)]

    def numbered(self, t: Tensor) -> Tensor:
        """A tensor of numbers in the place of a float one."""
        return Tensor(t.name, t.shape, self.dtype, self.scale_of(t))

    def add(self, kind: str, before: Tensor, after: Tensor) -> Tensor:
        self.ops.append(Op(kind, [before], [after]))
        return after

    def as_it_was(self, t: Tensor | None) -> Tensor | None:
        """The float tensor."""
        if is_real(t) and t not in self.real and t in self.integer:
            self.real[t] = self.add("DEQUANTIZE", self.integer[t], replace(t, quantization=None))
        return self.real.get(t, t)

    def as_numbers(self, t: Tensor) -> Tensor:
        """The tensor of numbers."""
        if t not in self.integer:
            if t.is_constant:
                self.integer[t] = replace(self.numbered(t), data=quantize(t.data, self.scale_of(t), self.dtype))
            else:
                self.integer[t] = self.add("QUANTIZE", self.real.get(t, t), self.numbered(t))
        return self.integer[t]

    def with_scale(self, t: Tensor, wanted: Quantization) -> Tensor:
        """The tensor of numbers with this scale."""
        numbers = self.as_numbers(t)
        key = (t, float(wanted.scale[0]), int(wanted.zero_point[0]))
        if (numbers.scale, numbers.zero_point) == key[1:]:
            return numbers
        if key not in self.brought:
            after = replace(numbers, quantization=wanted)
            self.brought[key] = replace(after, data=quantize(t.data, wanted, self.dtype)) if t.is_constant else self.add("QUANTIZE", numbers, after)
        return self.brought[key]

    def as_real(self, op: Op) -> Op:
        inputs = [self.as_it_was(t) for t in op.inputs]
        for t in op.outputs:
            self.real[t] = t
        return replace(op, inputs=inputs, outputs=list(op.outputs))

    def as_integer(self, op: Op) -> Op:
        options = dict(op.options)
        if self.dtype == "int16" and "pot_scale_int16" in options:
            options["pot_scale_int16"] = False
        options.pop("asymmetric_quantize_inputs", None)
        if op in self.weights:
            inputs = self.weighted(op)
        else:
            outputs = [t for t in op.outputs if is_real(t)]
            wanted = self.scale_of(outputs[0]) if op.kind in SAME and outputs else None
            inputs = [t if not is_real(t) else self.as_numbers(t) if wanted is None else self.with_scale(t, wanted) for t in op.inputs]
        outputs = []
        for t in op.outputs:
            if is_real(t):
                self.integer[t] = self.numbered(t)
            outputs.append(self.integer.get(t, t))
        return Op(op.kind, inputs, outputs, options)

    def weighted(self, op: Op) -> list[Tensor | None]:
        """Inputs of an op with weights: data, filter and bias, whose scale is the product of the others'."""
        narrow, (number, axis), bias = self.weights[op], filter_of(op), bias_number(op)
        data = self.as_numbers(data_of(op))
        inputs = [None] * max(bias + 1, len(op.inputs))
        inputs[: len(op.inputs)] = op.inputs
        inputs[inputs.index(data_of(op))] = data
        old, scale = op.inputs[number], narrow.scale[:1] if (narrow.scale == narrow.scale[0]).all() else narrow.scale
        zeros = np.zeros(len(scale), np.int64)
        inputs[number] = Tensor(old.name, old.shape, "int4" if narrow.bits == 4 else "int8", Quantization(scale, zeros, axis), narrow.numbers)
        product = np.float32(data.scale) * scale
        kind, limit = ("int64", 2**40) if self.dtype == "int16" else ("int32", 2**31 - 1)
        values = np.clip(np.round(narrow.bias / product), -limit, limit).astype(kind)
        name = op.inputs[bias].name if bias < len(op.inputs) and op.inputs[bias] is not None else f"{old.name}/bias"
        inputs[bias] = Tensor(name, values.shape, kind, Quantization(product, zeros), values)
        return inputs


def scale_of_group(members: list[Tensor], ranges: dict[Tensor, tuple[float, float]], dtype: str) -> Quantization:
    """One scale for all of them. ranges: of the activations; constants have their own."""
    low = high = 0.0
    for t in members:
        ends = (float(t.data.min(initial=0)), float(t.data.max(initial=0))) if t.is_constant else ranges[t]
        low, high = min(low, ends[0]), max(high, ends[1])
    return quantization(low, high, dtype)
