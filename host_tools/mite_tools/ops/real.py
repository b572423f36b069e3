"""What the ops of float32 tensors share: the families of roster/real.py."""

import math

import numpy as np

from ..graph import Op, Tensor
from ..image.roster import real
from ..program import Constant, Place, Program
from .base import Lowering, constant_input, fused_clamp_only, paddings
from .movement import itemsize, move
from .reduce import Reduction
from .strided import blocks, broadcast_strides, merge, moved, pad_left, strides_of

SIZE = 4  # bytes
BINARY_RANK = 4  # dimensions of a record
LARGEST = float(np.finfo(np.float32).max)
BOUNDS = {0: (-LARGEST, LARGEST), 1: (0.0, LARGEST), 2: (-1.0, 1.0), 3: (0.0, 6.0)}  # of the fused activations, as the reference has them
NO_BOUNDS = (-math.inf, math.inf)


def not_float(*tensors: Tensor | None) -> str | None:
    """Why these are not all float32 tensors, or None."""
    for tensor in tensors:
        if tensor is None:
            return "an input is missing"
        if tensor.dtype in ("int8", "uint8", "int4") and tensor.is_constant:
            return f"{tensor.dtype} weights and float32 activations (a hybrid model)"
        if tensor.dtype != "float32":
            return f"{tensor.dtype} beside float32"
    return None


def bounds(op: Op) -> tuple[float, float]:
    """The bounds of the op's fused activation; none at all for an op that cannot have one."""
    return BOUNDS[op.options["fused_activation_function"]] if "fused_activation_function" in op.options else NO_BOUNDS


def bias_of(op: Op, number: int, count: int) -> Place:
    """The bias, input `number`, or zeros."""
    bias = op.inputs[number] if len(op.inputs) > number else None
    return Constant(bytes(SIZE * count)) if bias is None else bias


class Float(Lowering):
    """An op of float32 tensors alone."""

    TYPES = ("float32",)

    def unsupported(self, op: Op) -> str | None:
        return not_float(*self.numbers(op)) or (fused_clamp_only(op) if "fused_activation_function" in op.options else None) or self.unusual(op)

    def numbers(self, op: Op) -> list[Tensor | None]:
        """The tensors that must be float32."""
        return [*op.inputs, *op.outputs]

    def unusual(self, op: Op) -> str | None:
        """What else stands in the way, or None."""
        return None


class Weighted(Float):
    """An op with inputs (activations, constant filter, bias or none)."""

    def numbers(self, op: Op) -> list[Tensor | None]:
        return [*op.inputs[:2], *(t for t in op.inputs[2:3] if t), *op.outputs]

    def unusual(self, op: Op) -> str | None:
        return constant_input(op, 1)


class Unary(Float):
    """A function of one number: one of real.UNARIES."""

    BY_ELEMENT = True

    def function(self, op: Op) -> str:
        return self.KIND

    def parameters(self, op: Op) -> dict:
        """The values of the fields low and high."""
        return {"low": 0, "high": 0}

    def lower(self, op: Op, program: Program) -> None:
        input = op.inputs[0]
        program.add("UNARY_F32", real.UNARIES.index(self.function(op)), input=input, output=op.outputs[0], count=input.count, **self.parameters(op))


class Clamp(Unary):
    """BETWEEN two numbers."""

    BETWEEN: tuple[float, float]

    def function(self, op: Op) -> str:
        return "CLAMP"

    def parameters(self, op: Op) -> dict:
        return dict(zip(("low", "high"), self.BETWEEN))


class Binary(Float):
    """A function of two numbers, broadcast against each other: one of real.BINARIES (KIND is its name)."""

    BY_ELEMENT = True

    def lower(self, op: Op, program: Program) -> None:
        binary(program, self.KIND, *op.inputs, op.outputs[0], bounds(op))


class Comparison(Binary):
    def numbers(self, op: Op) -> list[Tensor | None]:
        return op.inputs


def binary(program: Program, function: str, a: Tensor, b: Tensor, output: Tensor, limits: tuple[float, float] = NO_BOUNDS) -> None:
    """Append output = clamp(function(a, b))."""
    shape = output.shape
    views = [broadcast_strides(t.shape, shape, SIZE) for t in (a, b)]
    dims, views = merge(shape, *views, strides_of(shape, itemsize(output)))
    for dims, (a_strides, b_strides, _), (a_at, b_at, out_at) in blocks(dims, views, BINARY_RANK):
        program.add(
            "BINARY_F32", real.BINARIES.index(function), a=moved(a, a_at), b=moved(b, b_at), output=moved(output, out_at),
            dims=pad_left(dims, BINARY_RANK, 1), a_strides=pad_left(a_strides, BINARY_RANK, 0), b_strides=pad_left(b_strides, BINARY_RANK, 0),
            act_min=limits[0], act_max=limits[1],
        )  # fmt: skip


class Rows(Float):
    """Something along the last dimension: one of real.ROWS (KIND is its name)."""

    def lower(self, op: Op, program: Program) -> None:
        input, depth = op.inputs[0], op.inputs[0].shape[-1]
        program.add("ROWS_F32", real.ROWS.index(self.KIND), input=input, output=op.outputs[0], rows=input.count // depth, depth=depth,
                    beta=op.options.get("beta", 1.0))  # fmt: skip


class Reduce(Reduction):
    """One number of each group: one of real.REDUCTIONS."""

    TYPES = ("float32",)
    REDUCTION = ""

    def input_type(self, op: Op) -> str | None:
        return not_float(op.inputs[0])

    def output_type(self, op: Op) -> str | None:
        return not_float(op.outputs[0])

    def lower(self, op: Op, program: Program) -> None:
        program.add("REDUCE_F32", real.REDUCTIONS.index(self.REDUCTION), input=op.inputs[0], output=op.outputs[0], **self.dimensions(op))


class Index(Reduce):
    """The index of that number along one axis, as int32."""

    def output_type(self, op: Op) -> str | None:
        return None if op.outputs[0].dtype == "int32" else f"{op.outputs[0].dtype} indices"


class Pool(Float):
    """POOL: one of real.POOLS."""

    POOL = ""

    def lower(self, op: Op, program: Program) -> None:
        input, output, o = op.inputs[0], op.outputs[0], op.options
        batches, in_h, in_w, channels = input.shape
        _, out_h, out_w, _ = output.shape
        pad_top, left = paddings(op, o["filter_height"], o["filter_width"])
        low, high = bounds(op)
        program.add(
            "POOL_2D_F32", real.POOLS.index(self.POOL), input=input, output=output,
            batches=batches, in_h=in_h, in_w=in_w, channels=channels, out_h=out_h, out_w=out_w, pad_top=pad_top, pad_left=left,
            kernel_h=o["filter_height"], kernel_w=o["filter_width"], stride_h=o["stride_h"], stride_w=o["stride_w"], act_min=low, act_max=high,
        )  # fmt: skip


def convolution(program: Program, input: Tensor, output: Tensor, filter: Place, bias: Place, kernel: tuple[int, int], pads: tuple[int, int],
                limits: tuple[float, float], groups: int = 1, stride=(1, 1), dilation=(1, 1)) -> None:  # fmt: skip
    """Append a CONV_2D_F32. kernel, pads, stride, dilation: vertical, horizontal."""
    batches, in_h, in_w, in_c = input.shape
    _, out_h, out_w, out_c = output.shape
    program.add(
        "CONV_2D_F32", input=input, output=output, filter=filter, bias=bias, batches=batches, in_h=in_h, in_w=in_w, in_c=in_c,
        out_h=out_h, out_w=out_w, out_c=out_c, pad_top=pads[0], pad_left=pads[1], groups=groups, kernel_h=kernel[0], kernel_w=kernel[1],
        stride_h=stride[0], stride_w=stride[1], dilation_h=dilation[0], dilation_w=dilation[1], act_min=limits[0], act_max=limits[1],
    )  # fmt: skip


def matmul(program: Program, bias: Place | None = None, limits: tuple[float, float] = NO_BOUNDS, **matrices) -> None:
    """Append a MATMUL_F32. matrices: its fields that say where the numbers are."""
    program.add("MATMUL_F32", bias is not None, bias=Constant(b"") if bias is None else bias, act_min=limits[0], act_max=limits[1], **matrices)


def added(program: Program, tensors: list[Tensor], output: Tensor) -> None:
    """Append the sum of several tensors of one shape, from the first to the last."""
    total = tensors[0]
    for number, tensor in enumerate(tensors[1:], 1):
        result = output if number == len(tensors) - 1 else Tensor(f"{output.name} {number}", output.shape, "float32")
        binary(program, "ADD", total, tensor, result)
        total = result
    if total is not output:
        move(program, total, output)
