"""From a .tflite file to a graph."""

import json
import re
from pathlib import Path

import numpy as np
import tflite

from mite import expand

from ..errors import ConvertError
from ..graph import Graph, Op, Quantization, Tensor
from ..image import spec
from .int4 import unpack_int4

DTYPES = {
    "FLOAT32": "float32", "FLOAT16": "float16", "FLOAT64": "float64", "INT8": "int8", "UINT8": "uint8", "INT16": "int16",
    "UINT16": "uint16", "INT32": "int32", "UINT32": "uint32", "INT64": "int64", "BOOL": "bool", "INT4": "int4",
}  # fmt: skip


def _names(enum) -> dict[int, str]:
    """Number to name of one of the schema's enumerations."""
    return {value: name for name, value in vars(enum).items() if isinstance(value, int)}


_OP_NAMES = _names(tflite.BuiltinOperator)
_TYPE_NAMES = _names(tflite.TensorType)
OPTION_NAMES = _names(tflite.BuiltinOptions)


def read(path: str | Path) -> Graph:
    """The graph of a .tflite file. ConvertError if it is not one, or is damaged, or has no tensors of fixed shape."""
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConvertError(f"{path}: {error.strerror or error}") from None
    return parse(data, path.name.removesuffix(".tflite"), str(path))


def parse(data: bytes, name: str = "model", where: str = "the model") -> Graph:
    """The graph in the bytes of a .tflite file."""
    if len(data) < 8 or data[4:8] != b"TFL3":
        if data[:4] in (spec.MAGIC, expand.MAGIC):
            raise ConvertError(f"{where} is a .mite image; a .tflite model is wanted, such as the one that it was made of")
        raise ConvertError(f"{where} is not a TensorFlow Lite model (no TFL3 mark at byte 4)")
    try:
        model = tflite.Model.GetRootAsModel(data, 0)
        if model.SubgraphsLength() == 0:
            raise ConvertError(f"{where} holds no graph")
        graph = Reader(model, where).graph(0)
        own = _own_metadata(model)
    except ConvertError:
        raise
    except Exception as error:  # the flatbuffer library raises whatever the damage leads it to
        raise ConvertError(f"{where} is damaged or cut off; fetch it again ({type(error).__name__}: {error})") from None
    graph.name = name
    graph.metadata, graph.quantized = own.get("metadata", {}), own.get("quantized", {})
    return graph


def _own_metadata(model) -> dict:
    """What mite wrote there itself."""
    for number in range(model.MetadataLength()):
        entry = model.Metadata(number)
        if entry.Name() == OWN_METADATA.encode() and model.Buffers(entry.Buffer()).DataLength():
            return json.loads(model.Buffers(entry.Buffer()).DataAsNumpy().tobytes())
    return {}


def op_name(code) -> str:
    """TFLite's name of an operator code; CUSTOM:name for custom ones."""
    number = max(code.BuiltinCode(), code.DeprecatedBuiltinCode())
    if number == tflite.BuiltinOperator.CUSTOM:
        return f"CUSTOM:{(code.CustomCode() or b'').decode(errors='replace')}"
    return _OP_NAMES.get(number, f"OP_{number}")


def option_accessors(cls) -> dict[str, str]:
    """The fields of an options table: our name -> the class's method, like stride_w -> StrideW, new_shape -> NewShapeAsNumpy."""
    found = {}
    for name in vars(cls):
        if name.startswith(("_", "GetRootAs")) or name == "Init" or name.endswith(("BufferHasIdentifier", "Length", "IsNone")):
            continue
        base = name.removesuffix("AsNumpy")
        if base == name and hasattr(cls, name + "AsNumpy"):
            continue  # a vector's single elements
        found[re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", base).lower()] = name
    return found


OWN_METADATA = "mite"  # the name of the metadata that mite itself writes, as JSON
CUSTOM_OPTIONS = "custom_options"  # a custom op's, as bytes

# Op -> the options that name subgraphs.
SUBGRAPHS = {
    "CALL_ONCE": ("init_subgraph_index",),
    "IF": ("then_subgraph_index", "else_subgraph_index"),
    "WHILE": ("cond_subgraph_index", "body_subgraph_index"),
}


class Reader:
    def __init__(self, model, where: str):
        self.model, self.where, self.tensors = model, where, []

    def graph(self, number: int, callers: tuple[int, ...] = ()) -> Graph:
        """The graph of a subgraph, with those that its ops call. callers: the subgraphs that led here."""
        if number in callers:
            raise ConvertError(f"{self.where}: subgraph {number} calls itself")
        subgraph, outer = self.model.Subgraphs(number), self.tensors
        self.tensors = [self.tensor(subgraph.Tensors(i), i) for i in range(subgraph.TensorsLength())]
        ops = [self.op(subgraph.Operators(i), i) for i in range(subgraph.OperatorsLength())]
        graph = Graph(ops, self.pick(subgraph.InputsAsNumpy()), self.pick(subgraph.OutputsAsNumpy()))
        for op in ops:
            called = [op.options[key] for key in SUBGRAPHS.get(op.kind, ())]
            op.subgraphs = [self.graph(i, (*callers, number)) for i in called]
        self.tensors = outer
        used = {t for op in ops for t in op.inputs if t is not None and t.is_constant}
        graph.constant_bytes = sum(t.bytes for t in used)
        return graph

    def pick(self, numbers) -> list:
        # An empty vector comes as the number 0.
        numbers = [] if isinstance(numbers, int) else numbers
        return [self.tensors[i] if i >= 0 else None for i in numbers]

    def tensor(self, t, index: int) -> Tensor:
        name = (t.Name() or b"").decode(errors="replace")
        kind = _TYPE_NAMES.get(t.Type(), f"TYPE_{t.Type()}")
        shape = tuple(int(d) for d in t.ShapeAsNumpy()) if t.ShapeLength() else ()
        signature = tuple(int(d) for d in t.ShapeSignatureAsNumpy()) if t.ShapeSignatureLength() else shape
        dynamic = tuple(d < 0 for d in signature) if any(d < 0 for d in signature) and len(signature) == len(shape) else ()
        shape = tuple(1 if d < 0 else d for d in shape)  # a batch of any size is one of 1
        dtype = DTYPES.get(kind, kind.lower())
        tensor = Tensor(name, shape, dtype, self.quantization(t.Quantization()), None, t.IsVariable(), index, dynamic)
        buffer = self.model.Buffers(t.Buffer())
        if buffer is not None and buffer.DataLength() and dtype in DTYPES.values():
            raw = buffer.DataAsNumpy()
            if raw.nbytes != tensor.bytes:
                raise ConvertError(f"{self.where}: tensor {name} has {raw.nbytes} bytes, {tensor.bytes} expected")
            numbers = unpack_int4(raw.tobytes(), tensor.count) if dtype == "int4" else np.frombuffer(raw.tobytes(), dtype)
            tensor.data = numbers.reshape(shape)
        return tensor

    @staticmethod
    def quantization(q) -> Quantization | None:
        if q is None or q.ScaleLength() == 0:
            return None
        scale = q.ScaleAsNumpy().astype(np.float32)
        zero = q.ZeroPointAsNumpy().astype(np.int64) if q.ZeroPointLength() else np.zeros(len(scale), np.int64)
        if len(zero) != len(scale):
            zero = np.broadcast_to(zero, scale.shape)
        return Quantization(scale, zero, q.QuantizedDimension())

    def op(self, operator, index: int) -> Op:
        kind = op_name(self.model.OperatorCodes(operator.OpcodeIndex()))
        return Op(kind, self.pick(operator.InputsAsNumpy()), self.pick(operator.OutputsAsNumpy()),
                  self.options(operator), index)  # fmt: skip

    @staticmethod
    def options(operator) -> dict:
        """The options table as a dictionary: StrideW becomes stride_w, a vector a tuple."""
        table = operator.BuiltinOptions()
        if table is None:
            return {CUSTOM_OPTIONS: operator.CustomOptionsAsNumpy().tobytes()} if operator.CustomOptionsLength() else {}
        view = getattr(tflite, OPTION_NAMES[operator.BuiltinOptionsType()])()
        view.Init(table.Bytes, table.Pos)
        values = {}
        for key, accessor in option_accessors(type(view)).items():
            value = getattr(view, accessor)()
            if accessor.endswith("AsNumpy"):
                value = () if isinstance(value, int) else tuple(value.tolist())
            values[key] = value
        return values
