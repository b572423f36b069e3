"""How an op of a graph becomes records. One subclass for each TFLite op, in a file of its own."""

from ..arithmetic import activation_bounds
from ..graph import Op, Tensor
from ..program import Program


MOVABLE = ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "float32", "bool")  # types whose elements are whole bytes
CONVOLUTIONS = ("CONV_2D", "DEPTHWISE_CONV_2D")
POOLS = ("AVERAGE_POOL_2D", "MAX_POOL_2D", "L2_POOL_2D")
FIRST_SCHEME = "first_scheme"  # option of an op whose int8 tensors were uint8 in the file; among TYPES what that option asks for


def multiply_adds(op: Op) -> int:
    """Of a convolution or a dense layer; of other ops none."""
    if op.kind not in (*CONVOLUTIONS, "FULLY_CONNECTED"):
        return 0
    filter = op.inputs[1]
    return op.outputs[0].count * (filter.count // filter.shape[3 if op.kind == "DEPTHWISE_CONV_2D" else 0])


class Lowering:
    """What the compiler asks about a TFLite op. Subclasses with a KIND are found by the package."""

    KIND = ""  # the TFLite op
    TYPES: tuple[str, ...] = ("int8",)  # of its first input, or whatever main_type() says, that this lowering is for
    EXACT = "="  # how near the reference it comes: every byte, or, where arithmetic is of floats, a relative difference such as
    # "1e-6"; nothing where there is no reference
    BY_ELEMENT = False  # is each number of its output made of those at the same place in its inputs, as far as they are not broadcast?

    def main_type(self, op: Op) -> str:
        """The type by which one of the lowerings of the same KIND is chosen."""
        if FIRST_SCHEME in op.options:
            return FIRST_SCHEME
        return next((t.dtype for t in (*op.inputs, *op.outputs) if t is not None), "")

    def unsupported(self, op: Op) -> str | None:
        """Why this op cannot be lowered, in a few words, or None if it can."""
        raise NotImplementedError

    def lower(self, op: Op, program: Program) -> None:
        """Append the records that do it."""
        raise NotImplementedError


def types(op: Op) -> str:
    """The types of an op's tensors for a message, like 'float32, int8 -> int8'; int8 with float32 next to it is hybrid."""
    inputs = ", ".join(dict.fromkeys(t.dtype for t in op.inputs if t is not None))
    return f"{inputs} -> {', '.join(dict.fromkeys(t.dtype for t in op.outputs))}"


def not_int8(*tensors: Tensor | None) -> str | None:
    """Why these are not all int8 tensors with one scale, or None."""
    return not_scaled("int8", *tensors)


def not_scaled(dtype: str, *tensors: Tensor | None) -> str | None:
    """Why these are not all tensors of this type with one scale, or None."""
    for tensor in tensors:
        if tensor is None:
            return "an input is missing"
        if tensor.dtype != dtype:
            return f"{tensor.dtype} tensors"
        if not tensor.is_quantized or len(tensor.quantization.scale) != 1:
            return f"tensor {tensor.name} has no single scale"
        if not tensor.scale > 0:
            return f"tensor {tensor.name} has scale {tensor.scale}"
    return None


def output_bounds(op: Op) -> tuple[int, int]:
    """The quantized bounds of the op's fused activation."""
    output = op.outputs[0]
    return activation_bounds(op.options["fused_activation_function"], output.scale, output.zero_point, output.dtype)


def fused_clamp_only(op: Op) -> str | None:
    """Why the op's fused activation is not supported, or None."""
    number = op.options["fused_activation_function"]
    return None if number in (0, 1, 2, 3) else f"fused activation {number}"


def constant_input(op: Op, number: int, role: str = "") -> str | None:
    """Why input `number`, which says the op's `role`, is not a constant that can be read now, or None."""
    if len(op.inputs) > number and op.inputs[number] is not None and op.inputs[number].is_constant:
        return None
    return f"its {role} (input {number}) is not constant" if role else f"input {number} is not constant"


def padding_before(size: int, out: int, kernel: int, stride: int, dilation: int, padding: int) -> int:
    """Rows (or columns) of padding before the picture. padding: 0 is SAME, 1 is VALID."""
    if padding == 1:
        return 0
    return max(0, (out - 1) * stride + (kernel - 1) * dilation + 1 - size) // 2


def kernel_size(op: Op) -> tuple[int, int]:
    """Rows and columns of the window of a convolution or pool."""
    if "filter_height" in op.options:
        return op.options["filter_height"], op.options["filter_width"]
    return tuple(op.inputs[1].shape[1:3])


def paddings(op: Op, kernel_h: int, kernel_w: int) -> tuple[int, int]:
    """Rows of padding above and columns to the left of the picture that a convolution or pool slides over.

    The option `pads` says so where a pass has given the op a PAD's padding: it counts from there, not from `padding`.
    """
    o = op.options
    if "pads" in o:
        return o["pads"]
    (in_h, in_w), (out_h, out_w) = op.inputs[0].shape[1:3], op.outputs[0].shape[1:3]
    return (
        padding_before(in_h, out_h, kernel_h, o["stride_h"], o.get("dilation_hfactor", 1), o["padding"]),
        padding_before(in_w, out_w, kernel_w, o["stride_w"], o.get("dilation_wfactor", 1), o["padding"]),
    )
