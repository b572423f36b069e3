"""From a program and its plan to the bytes of an image."""

import json
import struct
import zlib

from ..errors import ConvertError
from ..graph import Tensor
from ..plan import Plan
from ..plan.state import State
from ..program import LABEL, Constant, Part, Place, Program, Record, root
from . import spec

_SPACE = {name: number << spec.SPACE_SHIFT for number, name in enumerate(spec.SPACES)}


class Constants:
    """The section of constants: each distinct run of bytes once."""

    def __init__(self):
        self.data = bytearray()
        self._known: dict[tuple[bytes, int], int] = {}

    def add(self, constant: Constant) -> int:
        """The offset of these bytes in the section."""
        key = (constant.data, constant.align)
        if key not in self._known:
            self.data += bytes(-len(self.data) % constant.align)
            self._known[key] = len(self.data)
            self.data += constant.data
        return self._known[key]


def pack(program: Program, plan: Plan, metadata: dict) -> bytes:
    """The image. metadata: what goes into its JSON (labels, names, front-end parameters)."""
    graph = program.graph
    tensors = b"".join(tensor_record(t, plan) for t in (*graph.inputs, *graph.outputs))
    constants = Constants()
    packed = [shortest(record) for record in program.records if record.op is not LABEL]
    places = [[_const(v, constants) for v in record.values.values()] for record in packed]
    state = State(program)
    at_tensors = spec.HEADER.size
    at_program = at_tensors + len(tensors)
    program_bytes = sum(record.op.size for record in packed)
    labels = _labels(program, at_program)
    at_constants = -(-(at_program + program_bytes) // spec.SECTION_ALIGN) * spec.SECTION_ALIGN
    records = bytearray()
    for record, known in zip(packed, places):
        values = {}
        for (name, value), offset in zip(record.values.items(), known):
            if isinstance(value, Record):
                value = labels[id(value)]
            elif value is None:
                value = _SPACE["NONE"]
            values[name] = value if offset is None and not _is_place(value) else _ref(value, offset, at_constants, plan, state)
        try:
            records += record.op.pack(**values)
        except ValueError as error:
            raise ConvertError(f"{record.source.kind} {record.source.index}: {error}") from None
    text = json.dumps(metadata, ensure_ascii=False, separators=(",", ":")).encode() if metadata else b""
    at_metadata = at_constants + len(constants.data)
    body = tensors + records
    body += bytes(at_constants - at_tensors - len(body)) + constants.data + text
    body += bytes(-len(body) % 4)
    header = {
        "magic": spec.MAGIC, "format": spec.FORMAT_VERSION, "runtime": spec.RUNTIME_VERSION,
        "flags": spec.HAS_CUSTOM if any(record.op.op == "CUSTOM" for record in packed) else 0,
        "length": at_tensors + len(body), "crc": 0, "arena_bytes": plan.arena_bytes, "state_bytes": state.bytes,
        "tensors": at_tensors, "program": at_program, "constants": at_constants, "metadata": at_metadata,
        "records": len(packed), "inputs": len(graph.inputs), "outputs": len(graph.outputs),
    }  # fmt: skip
    return seal(spec.HEADER.pack(**header) + body)


def shortest(record: Record) -> Record:
    """The record in as few bytes as there are for what it does."""
    v = record.values
    if record.op.op != "COPY" or set(v["dims"][:-1]) != {1}:
        return record
    op = spec.OP_OF_NUMBER[spec.OP_NUMBERS["COPY_ROWS"]]
    places = {name: v[name] for name in ("input", "output", "run")}
    return Record(op, places | {
        "op": op.number, "flags": 0, "bytes": op.size, "count": v["dims"][-1], "input_stride": v["input_strides"][-1],
        "output_stride": v["output_strides"][-1],
    }, record.source)  # fmt: skip


def _labels(program: Program, at: int) -> dict[int, int]:
    """The byte offset in the image of what follows each LABEL, which is known by its id()."""
    found = {}
    for record in program.records:
        if record.op is LABEL:
            found[id(record)] = at
        else:
            at += shortest(record).op.size
    return found


def seal(image: bytes) -> bytes:
    """The image with its checksum made anew: of everything but the checksum's own four bytes."""
    at = 12
    return image[:at] + struct.pack("<I", zlib.crc32(image[at + 4 :], zlib.crc32(image[:at]))) + image[at + 4 :]


def tensor_record(tensor: Tensor, plan: Plan) -> bytes:
    """An input's or output's record with its dimensions."""
    if tensor.dtype not in spec.DTYPE_NUMBERS:
        raise ConvertError(f"tensor {tensor.name} has type {tensor.dtype}")
    if len(tensor.shape) > 8:
        raise ConvertError(f"tensor {tensor.name} has {len(tensor.shape)} dimensions; 8 is the most")
    one = tensor.is_quantized
    fields = spec.TENSOR.pack(
        data=_SPACE["NONE"] if root(tensor).in_rows else _SPACE["ARENA"] | plan.offset(tensor), bytes=tensor.bytes, scale=tensor.scale if one else 0,
        zero_point=tensor.zero_point if one else 0, dtype=spec.DTYPE_NUMBERS[tensor.dtype], rank=len(tensor.shape), reserved=0,
    )  # fmt: skip
    return fields + struct.pack(f"<{len(tensor.shape)}I", *tensor.shape)


def _is_place(value) -> bool:
    return isinstance(value, (Tensor, Part, Constant))


def _const(value, constants: Constants) -> int | None:
    """The offset in the section of constants of a place that lies there, or None."""
    if isinstance(value, Constant):
        return constants.add(value)
    tensor = value.tensor if isinstance(value, Part) else value
    if isinstance(tensor, Tensor) and root(tensor).is_constant:
        return constants.add(Constant(root(tensor).data.tobytes(), align=4))
    return None


def _ref(place: Place, constant: int | None, at_constants: int, plan: Plan, state: State) -> int:
    offset = place.offset if isinstance(place, Part) else 0
    if constant is not None:
        return _SPACE["CONSTANT"] | (at_constants + constant + offset)
    tensor = root(place.tensor if isinstance(place, Part) else place)
    if tensor.is_variable:
        return _SPACE["STATE"] | (state.offsets[tensor] + offset)
    return _SPACE["ARENA"] | (plan.offset(tensor) + offset)
