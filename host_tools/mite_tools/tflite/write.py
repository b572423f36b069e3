"""From a graph to a .tflite file: the inverse of read.py."""

import json

import flatbuffers
import numpy as np
import tflite

from ..errors import ConvertError
from ..graph import Graph, Op, Quantization, Tensor
from .int4 import pack_int4
from .read import CUSTOM_OPTIONS, DTYPES, OWN_METADATA, SUBGRAPHS, option_accessors

SCHEMA_VERSION = 3
BUFFER_ALIGN = 16  # as the schema asks for; kernels read constants in place
_CODES = {DTYPES.get(name, name.lower()): number for name, number in vars(tflite.TensorType).items() if isinstance(number, int)}
_LAST_OLD_CODE = tflite.BuiltinOperator.PLACEHOLDER_FOR_GREATER_OP_CODES
# Ops whose options table is not called after them.
_TABLES = {
    "Pool2DOptions": ("AVERAGE_POOL_2D", "MAX_POOL_2D", "L2_POOL_2D"),
    "ReducerOptions": ("MEAN", "SUM", "REDUCE_PROD", "REDUCE_MAX", "REDUCE_MIN", "REDUCE_ANY", "REDUCE_ALL"),
    "MaximumMinimumOptions": ("MAXIMUM", "MINIMUM"),
    "L2NormOptions": ("L2_NORMALIZATION",),
    "SequenceRNNOptions": ("UNIDIRECTIONAL_SEQUENCE_RNN",),
    "Conv3DOptions": ("CONV_3D_TRANSPOSE",),
}
_TABLE_OF = {kind: table for table, kinds in _TABLES.items() for kind in kinds}
_TABLE_OF |= {name.removesuffix("Options").lower(): name for name in vars(tflite.BuiltinOptions) if name.endswith("Options")}


def write(graph: Graph) -> bytes:
    """The bytes of a .tflite file that `read` makes the same graph of.

    Options that an op's dictionary lacks have the schema's default. ConvertError for an op, option or type that the schema lacks.
    """
    return Writer([graph]).file()


def options_table(kind: str) -> str | None:
    """The name of the schema's options table of an op, or None if it has none."""
    return _TABLE_OF.get(kind) or _TABLE_OF.get(kind.replace("_", "").lower())


class Writer:
    def __init__(self, graphs: list[Graph]):
        self.graphs = graphs  # in the order of their numbers
        for each in self.graphs:
            self.graphs += [inner for op in each.ops for inner in op.subgraphs]
        self.tensors: dict[Tensor, int] = {}  # of the graph that is being written
        self.kinds = {kind: number for number, kind in enumerate(dict.fromkeys(op.kind for g in self.graphs for op in g.ops))}
        self.buffers: dict[bytes, int] = {b"": 0}  # buffer 0 is the empty one, by convention
        self.builder = flatbuffers.Builder(1 << 16)

    def file(self) -> bytes:
        builder = self.builder
        codes = self.tables([self.code(kind) for kind in self.kinds])
        # Tensors number the buffers, so they come first.
        subgraphs = self.tables([self.subgraph(graph) for graph in self.graphs])
        own = self.own_metadata(self.graphs[0])
        buffers = self.tables([self.buffer(data) for data in self.buffers])
        description = builder.CreateString("mite")
        tflite.ModelStart(builder)
        tflite.ModelAddVersion(builder, SCHEMA_VERSION)
        tflite.ModelAddOperatorCodes(builder, codes)
        tflite.ModelAddSubgraphs(builder, subgraphs)
        tflite.ModelAddBuffers(builder, buffers)
        tflite.ModelAddDescription(builder, description)
        if own is not None:
            tflite.ModelAddMetadata(builder, own)
        builder.Finish(tflite.ModelEnd(builder), b"TFL3")
        return bytes(builder.Output())

    def own_metadata(self, graph: Graph) -> int | None:
        """What only mite reads, as an entry of the file's metadata."""
        if not (graph.metadata or graph.quantized):
            return None
        text = json.dumps({"metadata": graph.metadata, "quantized": graph.quantized}).encode()
        name = self.builder.CreateString(OWN_METADATA)
        tflite.MetadataStart(self.builder)
        tflite.MetadataAddName(self.builder, name)
        tflite.MetadataAddBuffer(self.builder, self.buffers.setdefault(text, len(self.buffers)))
        return self.tables([tflite.MetadataEnd(self.builder)])

    def tables(self, offsets: list[int]) -> int:
        """A vector of tables that are already written."""
        self.builder.StartVector(4, len(offsets), 4)
        for offset in reversed(offsets):
            self.builder.PrependUOffsetTRelative(offset)
        return self.builder.EndVector()

    def numbers(self, values, dtype) -> int:
        return self.builder.CreateNumpyVector(np.asarray(values, dtype).reshape(-1))

    def buffer(self, data: bytes) -> int:
        builder = self.builder
        if data:
            builder.StartVector(1, len(data), BUFFER_ALIGN)
            builder.head -= len(data)
            builder.Bytes[builder.head : builder.head + len(data)] = data
            vector = builder.EndVector()
        tflite.BufferStart(builder)
        if data:
            tflite.BufferAddData(builder, vector)
        return tflite.BufferEnd(builder)

    def code(self, kind: str) -> int:
        builder = self.builder
        custom = kind.removeprefix("CUSTOM:") if kind.startswith("CUSTOM:") else None
        number = getattr(tflite.BuiltinOperator, "CUSTOM" if custom is not None else kind, None)
        if not isinstance(number, int):
            raise ConvertError(f"the .tflite schema has no op {kind}")
        name = builder.CreateString(custom) if custom is not None else None
        tflite.OperatorCodeStart(builder)
        tflite.OperatorCodeAddDeprecatedBuiltinCode(builder, min(number, _LAST_OLD_CODE))
        tflite.OperatorCodeAddBuiltinCode(builder, number)
        tflite.OperatorCodeAddVersion(builder, 1)
        if name is not None:
            tflite.OperatorCodeAddCustomCode(builder, name)
        return tflite.OperatorCodeEnd(builder)

    def subgraph(self, graph: Graph) -> int:
        builder = self.builder
        self.tensors = {tensor: number for number, tensor in enumerate(graph.tensors())}
        tensors = self.tables([self.tensor(t) for t in self.tensors])
        ops = self.tables([self.op(op) for op in graph.ops])
        inputs, outputs = self.references(graph.inputs), self.references(graph.outputs)
        name = builder.CreateString("main")
        tflite.SubGraphStart(builder)
        tflite.SubGraphAddTensors(builder, tensors)
        tflite.SubGraphAddInputs(builder, inputs)
        tflite.SubGraphAddOutputs(builder, outputs)
        tflite.SubGraphAddOperators(builder, ops)
        tflite.SubGraphAddName(builder, name)
        return tflite.SubGraphEnd(builder)

    def references(self, tensors: list[Tensor | None]) -> int:
        return self.numbers([-1 if t is None else self.tensors[t] for t in tensors], np.int32)

    def tensor(self, tensor: Tensor) -> int:
        if tensor.dtype not in _CODES:
            raise ConvertError(f"tensor {tensor.name}: the .tflite schema has no type {tensor.dtype}")
        builder = self.builder
        shape = self.numbers(tensor.shape, np.int32)
        signature = self.numbers([-1 if open_ else n for n, open_ in zip(tensor.shape, tensor.dynamic)], np.int32) if tensor.dynamic else None
        name = builder.CreateString(tensor.name)
        quantization = None if tensor.quantization is None else self.quantization(tensor.quantization)
        data = b"" if tensor.data is None else _bytes(tensor)
        tflite.TensorStart(builder)
        tflite.TensorAddShape(builder, shape)
        tflite.TensorAddType(builder, _CODES[tensor.dtype])
        tflite.TensorAddBuffer(builder, self.buffers.setdefault(data, len(self.buffers)))
        tflite.TensorAddName(builder, name)
        if quantization is not None:
            tflite.TensorAddQuantization(builder, quantization)
        if signature is not None:
            tflite.TensorAddShapeSignature(builder, signature)
        tflite.TensorAddIsVariable(builder, tensor.is_variable)
        return tflite.TensorEnd(builder)

    def quantization(self, q: Quantization) -> int:
        builder = self.builder
        scale, zero_point = self.numbers(q.scale, np.float32), self.numbers(q.zero_point, np.int64)
        tflite.QuantizationParametersStart(builder)
        tflite.QuantizationParametersAddScale(builder, scale)
        tflite.QuantizationParametersAddZeroPoint(builder, zero_point)
        tflite.QuantizationParametersAddQuantizedDimension(builder, q.axis)
        return tflite.QuantizationParametersEnd(builder)

    def op(self, op: Op) -> int:
        builder = self.builder
        inputs, outputs = self.references(op.inputs), self.references(op.outputs)
        table = options_table(op.kind)
        options = self.options(op, table) if table else None
        custom = builder.CreateByteVector(op.options[CUSTOM_OPTIONS]) if op.options.get(CUSTOM_OPTIONS) else None
        tflite.OperatorStart(builder)
        tflite.OperatorAddOpcodeIndex(builder, self.kinds[op.kind])
        tflite.OperatorAddInputs(builder, inputs)
        tflite.OperatorAddOutputs(builder, outputs)
        if options is not None:
            tflite.OperatorAddBuiltinOptionsType(builder, getattr(tflite.BuiltinOptions, table))
            tflite.OperatorAddBuiltinOptions(builder, options)
        if custom is not None:
            tflite.OperatorAddCustomOptions(builder, custom)
        return tflite.OperatorEnd(builder)

    def options(self, op: Op, table: str) -> int | None:
        """The options table; None where the op has none although it could."""
        accessors = option_accessors(getattr(tflite, table))
        if unknown := op.options.keys() - accessors:
            raise ConvertError(f"{op.kind} has no option {', '.join(sorted(unknown))}; it has {', '.join(accessors)}")
        if accessors and not op.options:
            return None
        options = op.options | {key: self.number(graph) for key, graph in zip(SUBGRAPHS.get(op.kind, ()), op.subgraphs)}
        # What lies elsewhere in the file must be written before the table is begun.
        values = {
            accessor.removesuffix("AsNumpy"): self.option(options[key])
            for key, accessor in accessors.items()
            if key in options
        }
        getattr(tflite, f"{table}Start")(self.builder)
        for name, value in values.items():
            if value is not None:
                getattr(tflite, f"{table}Add{name}")(self.builder, value)
        return getattr(tflite, f"{table}End")(self.builder)

    def number(self, graph: Graph) -> int:
        return next(number for number, each in enumerate(self.graphs) if each is graph)

    def option(self, value):
        """A number, or where a string or vector was written; None for an empty one."""
        if value is None or isinstance(value, (bytes, str)):
            return self.builder.CreateString(value) if value is not None else None
        if isinstance(value, tuple):
            dtype = np.float32 if any(isinstance(v, float) for v in value) else np.int32
            return self.numbers(value, dtype) if value else None
        return value


def _bytes(tensor: Tensor) -> bytes:
    """A constant's, as files hold them."""
    return pack_int4(tensor.data) if tensor.dtype == "int4" else np.ascontiguousarray(tensor.data, tensor.dtype).tobytes()
