"""Ops over plain whole numbers and masks: no scales, and several types in one image op."""

import math

import numpy as np

from ..arithmetic import INT32_MAX, INT32_MIN
from ..graph import Op, Tensor
from ..image import spec
from ..image.roster import integers
from ..program import Program
from .base import Lowering, constant_input
from .reduce import Reduction
from .strided import blocks, broadcast_strides, merge, moved, pad_left, strides_of

RANK = 4  # dimensions of a record
WHOLE = ("int32", "int64")  # what the reference computes with where graphs carry indices
LIMITS = {0: (INT32_MIN, INT32_MAX), 1: (0, INT32_MAX), 2: (-1, 1), 3: (0, 6)}  # by fused activation


def dtype_of(tensor: Tensor) -> int:
    """The type's number in an image."""
    return spec.DTYPE_NUMBERS[tensor.dtype]


def not_of(types: tuple[str, ...], *tensors: Tensor | None) -> str | None:
    """Why these are not all tensors of one of these types, or None."""
    for tensor in tensors:
        if tensor is None:
            return "an input is missing"
        if tensor.dtype not in types or tensor.dtype != tensors[0].dtype:
            return f"{tensor.dtype} tensors" if tensor.dtype not in types else f"{tensors[0].dtype} and {tensor.dtype} together"
    return None


def elementwise(program: Program, name: str, flags: int, inputs: dict[str, Tensor], output: Tensor, shape=None, **fields) -> None:
    """Append records of `name` over all of the output, with each input broadcast to its shape (or to `shape`, if the output is seen under
    another); inputs: by the names of their fields."""
    shape = output.shape if shape is None else shape
    if not output.count:
        return
    strides = []
    for tensor in inputs.values():
        size = np.dtype(tensor.dtype).itemsize
        strides.append([size * s for s in broadcast_strides(tensor.shape, shape)])
    dims, views = merge(shape, *strides, strides_of(shape, np.dtype(output.dtype).itemsize))
    for dims, views, offsets in blocks(dims, views, RANK):
        places = {key: moved(place, at) for (key, place), at in zip(inputs.items(), offsets)}
        steps = {f"{key}_strides": pad_left(view, RANK, 0) for key, view in zip(inputs, views)}
        program.add(name, flags, **places, output=moved(output, offsets[-1]), dims=pad_left(dims, RANK, 1), **steps, **fields)


def integer(program: Program, function: str, a: Tensor, b: Tensor, output: Tensor, shape=None, limits=LIMITS[0]) -> None:
    """Append output = function(a, b), one of integers.INTEGERS; the inputs are of one type."""
    elementwise(program, "INTEGER", integers.INTEGERS.index(function), {"a": a, "b": b}, output, shape,
                act_min=limits[0], act_max=limits[1], dtype=dtype_of(a))  # fmt: skip


def select(program: Program, condition: Tensor, a: Tensor, b: Tensor, output: Tensor, shape=None) -> None:
    """Append output = condition ? a : b."""
    elementwise(program, "SELECT", 0, {"condition": condition, "a": a, "b": b}, output, shape, size=np.dtype(output.dtype).itemsize)


def cast(program: Program, input: Tensor, dtype: str) -> Tensor:
    """The input as a tensor of this type: itself, a constant, or what a CAST makes of it."""
    if input.dtype == dtype:
        return input
    if input.is_constant:
        return constant(input.data.astype(dtype), dtype)
    made = Tensor(f"{input.name} as {dtype}", input.shape, dtype)
    program.add("CAST", input=input, output=made, count=input.count, dtype=dtype_of(input), output_dtype=dtype_of(made))
    return made


def constant(values, dtype: str) -> Tensor:
    """A constant that is not in the file."""
    data = np.asarray(values, dtype)
    return Tensor("constant", data.shape, dtype, None, data)


def reduce_last(program: Program, function: str, input: Tensor) -> Tensor:
    """A tensor with one number of each row of the input, by one of integers.INTEGER_REDUCTIONS."""
    *rows, depth = input.shape
    size = np.dtype(input.dtype).itemsize
    made = Tensor(f"{function} of {input.name}", tuple(rows), input.dtype)
    program.add(
        "INTEGER_REDUCE", integers.INTEGER_REDUCTIONS.index(function), input=input, output=made,
        kept=(1, 1, math.prod(rows)), kept_strides=(0, 0, size * depth if math.prod(rows) > 1 else 0),
        reduced=(1, 1, depth), reduced_strides=(0, 0, size if depth > 1 else 0), dtype=dtype_of(input), output_dtype=dtype_of(made),
    )  # fmt: skip
    return made


class Integer(Lowering):
    """A function of two tensors of whole numbers (KIND is its name, or FUNCTION)."""

    TYPES = WHOLE
    BY_ELEMENT = True
    FUNCTION = ""

    def function(self, op: Op) -> str:
        """Which of integers.INTEGERS."""
        return self.FUNCTION or self.KIND

    def unsupported(self, op: Op) -> str | None:
        activation = op.options.get("fused_activation_function", 0)
        if activation not in LIMITS:
            return f"fused activation {activation}"
        return not_of(self.TYPES, *op.inputs) or self.unlike(op)

    def unlike(self, op: Op) -> str | None:
        """Why the output is not of the type that the function gives, or None."""
        return not_of((op.inputs[0].dtype,), op.outputs[0])

    def other(self, op: Op) -> Tensor:
        """What is b."""
        return op.inputs[1]

    def lower(self, op: Op, program: Program) -> None:
        limits = LIMITS[op.options.get("fused_activation_function", 0)]
        integer(program, self.function(op), op.inputs[0], self.other(op), op.outputs[0], limits=limits)


class IntegerComparison(Integer):
    """A comparison: whole numbers to bool."""

    def unlike(self, op: Op) -> str | None:
        return not_of(("bool",), op.outputs[0])


class IntegerReduction(Reduction):
    """A reduction of whole numbers. FUNCTION: which of integers.INTEGER_REDUCTIONS."""

    TYPES = WHOLE
    FUNCTION = ""

    def unsupported(self, op: Op) -> str | None:
        if reason := not_of(self.TYPES, op.inputs[0]) or self.output_type(op) or constant_input(op, 1, "axes"):
            return reason
        return self.too_many(op)

    def output_type(self, op: Op) -> str | None:
        return not_of((op.inputs[0].dtype,), op.outputs[0])

    def lower(self, op: Op, program: Program) -> None:
        if op.outputs[0].count:
            program.add("INTEGER_REDUCE", integers.INTEGER_REDUCTIONS.index(self.FUNCTION), input=op.inputs[0], output=op.outputs[0],
                        dtype=dtype_of(op.inputs[0]), output_dtype=dtype_of(op.outputs[0]), **self.dimensions(op))  # fmt: skip


class IntegerIndex(IntegerReduction):
    """The index of a number along one axis."""

    TYPES = ("int32", "uint8", "bool")

    def output_type(self, op: Op) -> str | None:
        return not_of(WHOLE, op.outputs[0])
