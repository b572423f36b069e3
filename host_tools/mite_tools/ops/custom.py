"""Ops that only the model's owner knows: called by name on the board, with their tensors and options as they are."""

from flatbuffers import flexbuffers

from ..image import spec
from ..image.roster.custom import FLEXBUFFERS, with_tensors
from ..program import Constant
from ..tflite.read import CUSTOM_OPTIONS
from .base import MOVABLE, Lowering

PREFIX = "CUSTOM:"


class Op(Lowering):
    KIND = "CUSTOM"
    TYPES = MOVABLE
    EXACT = ""

    def unsupported(self, op):
        name = op.kind.removeprefix(PREFIX)
        if name.startswith("Flex"):
            return "an op of TensorFlow itself"
        if not 0 < len(name.encode()) < 256 or len(op.inputs) > 255 or len(op.outputs) > 255:
            return "a name or a list of tensors that is too long"
        for tensor in (*op.inputs, *op.outputs):
            if tensor is not None and (tensor.dtype not in spec.DTYPE_NUMBERS or len(tensor.shape) > 8):
                return f"{tensor.dtype} tensors of {len(tensor.shape)} dimensions"
        return None

    def lower(self, op, program):
        options, name = op.options.get(CUSTOM_OPTIONS, b""), op.kind.removeprefix(PREFIX).encode()
        tensors = [(f"input{n}", t) for n, t in enumerate(op.inputs)] + [(f"output{n}", t) for n, t in enumerate(op.outputs)]
        described = {}
        for field, tensor in tensors:
            described |= _described(field, tensor)
        count = sum(record.op.op == "CUSTOM" for record in program.records)
        program.append(
            with_tensors([(field, len(tensor.shape) if tensor is not None else 0) for field, tensor in tensors]),
            FLEXBUFFERS if is_map(options) else 0,
            name=Constant(name, align=1), name_bytes=len(name), options=Constant(options) if options else None, options_bytes=len(options),
            number=count, inputs=len(op.inputs), outputs=len(op.outputs), **described,
        )  # fmt: skip


def _described(field: str, tensor) -> dict:
    """The values of a tensor's fields."""
    if tensor is None:
        return {field: None, **dict.fromkeys((f"{field}_{key}" for key in ("bytes", "scale", "zero_point", "dtype", "rank")), 0)}
    one = tensor.is_quantized
    values = {
        field: tensor, f"{field}_bytes": tensor.bytes, f"{field}_scale": tensor.scale if one else 0,
        f"{field}_zero_point": tensor.zero_point if one else 0, f"{field}_dtype": spec.DTYPE_NUMBERS[tensor.dtype],
        f"{field}_rank": len(tensor.shape),
    }  # fmt: skip
    if tensor.shape:
        values[f"{field}_shape"] = tensor.shape if len(tensor.shape) > 1 else tensor.shape[0]
    return values


def is_map(options: bytes) -> bool:
    """Are these bytes a FlexBuffers map, as the converter writes options?"""
    return isinstance(read_map(options), dict)


def read_map(options: bytes) -> dict | None:
    """The options in the bytes of a FlexBuffers map, or None if they are something else."""
    if len(options) < 3:
        return None
    try:
        found = flexbuffers.Loads(options)
    except Exception:  # the library raises whatever bytes of another kind lead it to
        return None
    return found if isinstance(found, dict) else None
