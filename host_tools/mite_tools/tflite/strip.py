"""A .tflite file without what inference does not need: `mite strip`.

What goes: names, descriptions, metadata and signatures; tensors, buffers and op codes that nothing refers to; ranges that quantization was
chosen by; and whatever is there twice. What an interpreter computes with stays, byte for byte, in the same order.
"""

import numpy as np
import tflite

from ..errors import ConvertError
from ..graph import Op
from .read import OPTION_NAMES, Reader, op_name, parse
from .write import SCHEMA_VERSION, Writer


def strip(data: bytes, where: str = "the model") -> bytes:
    """The smaller file. ConvertError if `data` is no model, or has parts that cannot be kept whole (sparse tensors, StableHLO ops)."""
    parse(data, where=where)  # says in good words what is wrong with a file
    stripped = Stripper(tflite.Model.GetRootAsModel(data, 0), where).file()
    return stripped if len(stripped) < len(data) else data


class Stripper(Writer):
    """Writes what it reads, table by table. Vectors and tables that are alike are written once: flatbuffers may share them."""

    def __init__(self, model, where: str):
        super().__init__(graphs=[])
        self.model, self.where = model, where
        self.codes: list[int] = []  # old numbers of the op codes that are used, in the order of their new ones
        self.known: dict[tuple, int] = {}

    def once(self, key: tuple, make) -> int:
        """Where the thing with this key was written, now or before."""
        if key not in self.known:
            self.known[key] = make()
        return self.known[key]

    def numbers(self, values, dtype) -> int:
        values = np.ascontiguousarray(np.asarray(values, dtype).reshape(-1))
        return self.once(("numbers", values.dtype.str, values.tobytes()), lambda: super(Stripper, self).numbers(values, dtype))

    def file(self) -> bytes:
        model, builder = self.model, self.builder
        graphs = self.tables([self.graph(model.Subgraphs(i)) for i in range(model.SubgraphsLength())])
        codes = self.tables([self.old_code(model.OperatorCodes(number)) for number in self.codes])
        buffers = self.tables([self.buffer(data) for data in self.buffers])
        tflite.ModelStart(builder)
        tflite.ModelAddVersion(builder, model.Version() or SCHEMA_VERSION)
        tflite.ModelAddOperatorCodes(builder, codes)
        tflite.ModelAddSubgraphs(builder, graphs)
        tflite.ModelAddBuffers(builder, buffers)
        builder.Finish(tflite.ModelEnd(builder), b"TFL3")
        return bytes(builder.Output())

    def old_code(self, code) -> int:
        builder, custom = self.builder, code.CustomCode()
        name = None if custom is None else builder.CreateString(custom)
        tflite.OperatorCodeStart(builder)
        tflite.OperatorCodeAddDeprecatedBuiltinCode(builder, code.DeprecatedBuiltinCode())
        tflite.OperatorCodeAddBuiltinCode(builder, code.BuiltinCode())
        tflite.OperatorCodeAddVersion(builder, code.Version())
        if name is not None:
            tflite.OperatorCodeAddCustomCode(builder, name)
        return tflite.OperatorCodeEnd(builder)

    def graph(self, graph) -> int:
        builder = self.builder
        operators = [graph.Operators(i) for i in range(graph.OperatorsLength())]
        inputs, outputs = _vector(graph, "Inputs"), _vector(graph, "Outputs")
        parts = ("Inputs", "Outputs", "Intermediates")
        used = {int(i) for i in (*inputs, *outputs)} | {int(i) for op in operators for part in parts for i in _vector(op, part)}
        kept = sorted(used - {-1})
        new = {old: number for number, old in enumerate(kept)} | {-1: -1}
        tensors = self.tables([self.kept_tensor(graph.Tensors(i)) for i in kept])
        ops = self.tables([self.operator(op, new) for op in operators])
        inputs, outputs = (self.numbers([new[int(i)] for i in part], np.int32) for part in (inputs, outputs))
        tflite.SubGraphStart(builder)
        tflite.SubGraphAddTensors(builder, tensors)
        tflite.SubGraphAddInputs(builder, inputs)
        tflite.SubGraphAddOutputs(builder, outputs)
        tflite.SubGraphAddOperators(builder, ops)
        return tflite.SubGraphEnd(builder)

    def kept_tensor(self, t) -> int:
        if t.Sparsity() is not None or t.VariantTensorsLength():
            raise ConvertError(f"{self.where}: tensor {(t.Name() or b'').decode(errors='replace')} is sparse: such models cannot be stripped")
        builder = self.builder
        shape = None if t.ShapeIsNone() else self.numbers(_vector(t, "Shape"), np.int32)
        quantization = self.kept_quantization(t.Quantization())
        data = self.data(t.Buffer())
        number = self.buffers.setdefault(data, len(self.buffers))

        def make() -> int:
            tflite.TensorStart(builder)
            if shape is not None:
                tflite.TensorAddShape(builder, shape)
            tflite.TensorAddType(builder, t.Type())
            tflite.TensorAddBuffer(builder, number)
            if quantization is not None:
                tflite.TensorAddQuantization(builder, quantization)
            tflite.TensorAddIsVariable(builder, t.IsVariable())
            tflite.TensorAddHasRank(builder, t.HasRank())
            return tflite.TensorEnd(builder)

        return self.once(("tensor", shape, t.Type(), number, quantization, t.IsVariable(), t.HasRank()), make)

    def kept_quantization(self, q) -> int | None:
        if q is None or not (q.ScaleLength() or q.ZeroPointLength() or q.DetailsType()):
            return None
        if q.DetailsType():
            raise ConvertError(f"{self.where} has a quantization of its own kind: such models cannot be stripped")
        builder, axis = self.builder, q.QuantizedDimension()
        scale, zero_point = self.numbers(_vector(q, "Scale"), np.float32), self.numbers(_vector(q, "ZeroPoint"), np.int64)

        def make() -> int:
            tflite.QuantizationParametersStart(builder)
            tflite.QuantizationParametersAddScale(builder, scale)
            tflite.QuantizationParametersAddZeroPoint(builder, zero_point)
            tflite.QuantizationParametersAddQuantizedDimension(builder, axis)
            return tflite.QuantizationParametersEnd(builder)

        return self.once(("quantization", scale, zero_point, axis), make)

    def data(self, number: int) -> bytes:
        buffer = self.model.Buffers(number)
        if buffer.Offset() > 1:
            raise ConvertError(f"{self.where} keeps its weights behind the flatbuffer: such models cannot be stripped")
        return buffer.DataAsNumpy().tobytes() if buffer.DataLength() else b""

    def operator(self, op, new: dict[int, int]) -> int:
        builder = self.builder
        if op.BuiltinOptions2Type():
            raise ConvertError(f"{self.where} has StableHLO ops: such models cannot be stripped")
        if op.OpcodeIndex() not in self.codes:
            self.codes.append(op.OpcodeIndex())
        kind = op_name(self.model.OperatorCodes(op.OpcodeIndex()))
        table = OPTION_NAMES[op.BuiltinOptionsType()]
        options = None if op.BuiltinOptions() is None else self.options(Op(kind, [], [], Reader.options(op)), table)
        custom = _vector(op, "CustomOptions", np.uint8)
        vectors = {"Inputs": None, "Outputs": None, "Intermediates": None}
        for part in vectors:
            numbers = _vector(op, part)
            if len(numbers) or part != "Intermediates":
                vectors[part] = self.numbers([new[int(i)] for i in numbers], np.int32)
        changed = _vector(op, "MutatingVariableInputs", np.bool_)
        vectors["MutatingVariableInputs"] = self.numbers(changed, np.bool_) if len(changed) else None
        vectors["CustomOptions"] = self.numbers(custom, np.uint8) if len(custom) else None
        tflite.OperatorStart(builder)
        tflite.OperatorAddOpcodeIndex(builder, self.codes.index(op.OpcodeIndex()))
        for part, vector in vectors.items():
            if vector is not None:
                getattr(tflite, f"OperatorAdd{part}")(builder, vector)
        if options is not None:
            tflite.OperatorAddBuiltinOptionsType(builder, op.BuiltinOptionsType())
            tflite.OperatorAddBuiltinOptions(builder, options)
        return tflite.OperatorEnd(builder)


def _vector(table, name: str, dtype=None) -> np.ndarray:
    """A vector of numbers, empty where it is absent."""
    if getattr(table, f"{name}Length")() == 0:
        return np.zeros(0, dtype or np.int32)
    return getattr(table, f"{name}AsNumpy")()
