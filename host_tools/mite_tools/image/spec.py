"""The .mite image format, as data. This module is its only source.

`generate.py` writes the C structures (port/core/format.h), the board's constants (firmware/mite/format.py) and the
tables of SPEC.md from what stands here; a test holds the checked-in files against it.

Layout rules: little-endian; every field lies at a multiple of its own size and no structure has gaps, so a C compiler,
`struct.unpack_from('<...')` and this page see the same bytes.
"""

import struct
from dataclasses import dataclass

MAGIC = b"MITE"
FORMAT_VERSION = 1  # how an image is laid out; an image of another version is refused
RUNTIME_VERSION = 1  # what the runtime can do; grows with every op or field; an image names the one it needs
SECTION_ALIGN = 16

# A reference is a place in memory: the space in its two top bits, the byte offset in the others.
SPACES = ("ARENA", "CONSTANT", "STATE", "NONE")
SPACE_SHIFT = 30
OFFSET_MASK = (1 << SPACE_SHIFT) - 1

# name, bytes of one element, struct character. The position in this list is the code in an image.
DTYPES = (
    ("int8", 1, "b"),
    ("uint8", 1, "B"),
    ("int16", 2, "h"),
    ("uint16", 2, "H"),
    ("int32", 4, "i"),
    ("uint32", 4, "I"),
    ("int64", 8, "q"),
    ("float32", 4, "f"),
    ("bool", 1, "?"),
)

# What can be wrong with an image or its memory: name, text. {0}, {1} are the two numbers that come with it.
# The code on the wire is minus the position, from 1.
ERRORS = (
    ("SHORT", "the image is cut off: {0} bytes of {1}"),
    ("MAGIC", "this is not a .mite image"),
    ("FORMAT", "the image has format version {0}, this build of mite reads version {1}: convert the model again"),
    ("RUNTIME", "the image needs mite runtime {0}, this is {1}: update mite on the board"),
    ("CRC", "the image is damaged (CRC-32 {0:08x}, should be {1:08x}): upload it again"),
    ("LAYOUT", "the image is damaged: section at byte {0} with {1} bytes lies outside it"),
    ("ALIGN", "the buffer lies at an odd address (multiple of {0} needed, off by {1}): use a buffer of its own, not a slice"),
    ("OP", "this build of mite lacks op number {0}: use a build with it"),
    ("RECORD", "record is {0} bytes long, {1} expected"),
    ("RANGE", "reads or writes {1} bytes at reference {0:08x}, outside of its memory"),
    ("VALUE", "a parameter is out of range ({0}, {1})"),
    ("ARENA", "the arena has {1} bytes, {0} are needed"),
    ("STATE", "the state has {1} bytes, {0} are needed"),
)

_SIZES = {"u8": 1, "i8": 1, "u16": 2, "i16": 2, "u32": 4, "i32": 4, "f32": 4, "ref": 4}
_CHARS = {"u8": "B", "i8": "b", "u16": "H", "i16": "h", "u32": "I", "i32": "i", "f32": "f", "ref": "I"}


@dataclass(frozen=True)
class Field:
    kind: str  # u8 i8 u16 i16 u32 i32 f32 or ref (a place in memory)
    name: str
    doc: str = ""
    count: int = 1

    @property
    def size(self) -> int:
        return _SIZES[self.kind] * self.count


class Struct:
    """A fixed run of fields without gaps, a multiple of four bytes long."""

    def __init__(self, name: str, doc: str, *fields: Field):
        self.name, self.doc, self.fields = name, doc, fields
        offset = 0
        for field in fields:
            if offset % _SIZES[field.kind]:
                raise ValueError(f"{name}.{field.name} would need padding at offset {offset}")
            offset += field.size
        if offset % 4:
            raise ValueError(f"{name} is {offset} bytes, not a multiple of 4")
        self.size = offset
        self.format = "<" + "".join(_CHARS[f.kind] * f.count for f in fields)
        assert struct.calcsize(self.format) == self.size

    def pack(self, **values) -> bytes:
        """The structure's bytes. A number that does not fit its field raises ValueError with the field's name."""
        flat = []
        for field in self.fields:
            value = values.pop(field.name)
            items = [value] if field.count == 1 else list(value)
            if len(items) != field.count:
                raise ValueError(f"{self.name}.{field.name} has {len(items)} values, {field.count} expected")
            for item in items:
                item = float(item) if field.kind == "f32" else int(item)
                try:
                    struct.pack("<" + _CHARS[field.kind], item)
                except struct.error:
                    raise ValueError(f"{self.name}.{field.name} = {item} does not fit {field.kind}") from None
                flat.append(item)
        if values:
            raise ValueError(f"{self.name} has no field {', '.join(values)}")
        return struct.pack(self.format, *flat)

    def unpack(self, data, offset: int = 0) -> dict:
        flat = iter(struct.unpack_from(self.format, data, offset))
        return {
            f.name: next(flat) if f.count == 1 else tuple(next(flat) for _ in range(f.count)) for f in self.fields
        }


HEADER = Struct(
    "header",
    "The first bytes of an image.",
    Field("u8", "magic", '"MITE"', 4),
    Field("u8", "format", "format version"),
    Field("u8", "runtime", "runtime version needed"),
    Field("u16", "flags", "0"),
    Field("u32", "length", "bytes of the whole image"),
    Field("u32", "crc", "CRC-32 (zlib) of the image without this field"),
    Field("u32", "arena_bytes", "RAM for activations and scratch"),
    Field("u32", "state_bytes", "RAM that must survive from one inference to the next"),
    Field("u32", "tensors", "byte offset of the tensor records: inputs, then outputs"),
    Field("u32", "program", "byte offset of the op records"),
    Field("u32", "constants", "byte offset of the constants"),
    Field("u32", "metadata", "byte offset of the metadata: UTF-8 JSON, to the end of the image"),
    Field("u16", "records", "number of op records"),
    Field("u8", "inputs", "number of inputs"),
    Field("u8", "outputs", "number of outputs"),
)

TENSOR = Struct(
    "tensor",
    "An input or output. Its dimensions follow, a u32 each.",
    Field("ref", "data", "where its bytes are, in the arena"),
    Field("u32", "bytes", "how many"),
    Field("f32", "scale", "0 where it is not quantized"),
    Field("i32", "zero_point"),
    Field("u8", "dtype", "position in the list of types"),
    Field("u8", "rank", "number of dimensions, at most 8"),
    Field("u16", "reserved", "0"),
)

RECORD = Struct(
    "record",
    "Every op record begins so.",
    Field("u8", "op", "op number"),
    Field("u8", "flags", "per op"),
    Field("u16", "bytes", "length of the whole record"),
)

# How the accumulators of an op become int8: one block of constants, in one of two layouts. The bias has the zero-point term folded in:
# bias - input_zero_point * sum(weights). An accumulator becomes value * multiplier * 2^(shift - 31), rounded as the reference does.
# Plain: bias i32[out_c], multiplier i32[n], shift i8[n]; n is out_c, or 1 with flag SHARED.
# PACKED: for each channel multiplier i32, then bias * 32 - shift as i32: -22 <= shift <= 0 and the bias has 27 bits.
# PACKED and SHARED: multiplier i32, -shift i32, then bias i32[out_c].
_CONV = (
    Field("ref", "input", "int8 [batches, in_h, in_w, in_c]"),
    Field("ref", "output", "int8 [batches, out_h, out_w, out_c]"),
    Field("ref", "filter"),
    Field("ref", "channels", "the block of biases, multipliers and shifts"),
    Field("ref", "scratch", "memory that the kernel may use while it runs"),
    Field("u32", "scratch_bytes"),
    Field("u16", "batches"),
    Field("u16", "in_h"),
    Field("u16", "in_w"),
    Field("u16", "in_c"),
    Field("u16", "out_h"),
    Field("u16", "out_w"),
    Field("u16", "out_c"),
    Field("u16", "pad_top"),
    Field("u16", "pad_left"),
    Field("u8", "kernel_h"),
    Field("u8", "kernel_w"),
    Field("u8", "stride_h"),
    Field("u8", "stride_w"),
    Field("u8", "dilation_h"),
    Field("u8", "dilation_w"),
    Field("i16", "input_zero_point", "what a tap outside of the picture reads"),
    Field("i16", "output_zero_point"),
    Field("i16", "act_min", "fused activation, as quantized bounds"),
    Field("i16", "act_max"),
)
_POOL = (
    Field("ref", "input", "int8 [batches, in_h, in_w, channels]"),
    Field("ref", "output", "int8 [batches, out_h, out_w, channels]"),
    Field("u16", "batches"),
    Field("u16", "in_h"),
    Field("u16", "in_w"),
    Field("u16", "channels"),
    Field("u16", "out_h"),
    Field("u16", "out_w"),
    Field("u16", "pad_top"),
    Field("u16", "pad_left"),
    Field("u16", "kernel_h"),
    Field("u16", "kernel_w"),
    Field("u8", "stride_h"),
    Field("u8", "stride_w"),
    Field("i8", "act_min"),
    Field("i8", "act_max"),
)

SHARED = 1  # flag: all channels share one multiplier and shift
PACKED = 2  # flag: two words a channel. Proven by the host: no accumulator leaves +-2^30
PACKED_SHIFT_BITS = 5
PACKED_SHIFT_MOST = 22  # to the right: the zero point above so many bits still fits a word
COPY_RANK = 6
# The functions of BINARY and REDUCE: the position is the record's flags.
BINARIES = ("SUB", "MUL", "MAXIMUM", "MINIMUM", "SQUARED_DIFFERENCE", "EQUAL", "NOT_EQUAL", "LESS", "LESS_EQUAL", "GREATER",
            "GREATER_EQUAL", "DIV", "PRELU")  # fmt: skip
REDUCTIONS = ("MAX", "MIN", "ARG_MAX", "ARG_MIN", "ADD_N")


class Op(Struct):
    """An op that images hold: its record's fields, and the TFLite ops that become it."""

    def __init__(self, name: str, tflite: str, doc: str, *fields: Field):
        super().__init__(name.lower(), doc, *RECORD.fields, *fields)
        self.op, self.tflite = name, tuple(tflite.split())
        self.has_scratch = any(f.name == "scratch" for f in fields)


# The roster. The position is the op number: append, never reorder within a format version.
OPS = (
    Op(
        "CONV_2D",
        "CONV_2D TRANSPOSE_CONV",
        "filter: int8 [out_c, kernel_h * kernel_w * (in_c / groups)], each row padded with zeros to a multiple of 4.",
        *_CONV,
        Field("u16", "groups"),
        Field("u16", "reserved", "0"),
    ),
    Op(
        "DEPTHWISE_CONV_2D",
        "DEPTHWISE_CONV_2D",
        "filter: int8 [kernel_h, kernel_w, out_c]. Output channel c reads input channel c / multiplier.",
        *_CONV,
        Field("u16", "multiplier", "out_c / in_c"),
        Field("u16", "reserved", "0"),
    ),
    Op(
        "FULLY_CONNECTED",
        "FULLY_CONNECTED",
        "filter: int8 [outputs, depth], each row padded with zeros to a multiple of 4.",
        Field("ref", "input", "int8 [batches, depth]"),
        Field("ref", "output", "int8 [batches, outputs]"),
        Field("ref", "filter"),
        Field("ref", "channels", "as for CONV_2D"),
        Field("u32", "batches"),
        Field("u32", "depth"),
        Field("u32", "outputs", "at most 65535"),
        Field("i16", "output_zero_point"),
        Field("i16", "act_min"),
        Field("i16", "act_max"),
        Field("u16", "reserved", "0"),
    ),
    Op(
        "ADD",
        "ADD",
        "out = clamp(requantize(requantize(a - za) + requantize(b - zb)) + zo), with the inputs shifted left by 20 bits first. "
        "Up to four dimensions, collapsed on the host; a stride of 0 broadcasts.",
        Field("ref", "a"),
        Field("ref", "b"),
        Field("ref", "output", "int8, dense"),
        Field("i32", "a_multiplier"),
        Field("i32", "b_multiplier"),
        Field("i32", "output_multiplier"),
        Field("u32", "dims", "outermost first", 4),
        Field("u32", "a_strides", "in bytes", 4),
        Field("u32", "b_strides", "in bytes", 4),
        Field("i8", "a_shift"),
        Field("i8", "b_shift"),
        Field("i8", "output_shift"),
        Field("i8", "reserved", "0"),
        Field("i16", "a_zero_point"),
        Field("i16", "b_zero_point"),
        Field("i16", "output_zero_point"),
        Field("i16", "act_min"),
        Field("i16", "act_max"),
        Field("u16", "reserved2", "0"),
    ),
    Op("AVERAGE_POOL_2D", "AVERAGE_POOL_2D", "Mean of the taps inside the picture, rounded half away from zero.", *_POOL),
    Op("MAX_POOL_2D", "MAX_POOL_2D", "Largest of the taps inside the picture.", *_POOL),
    Op(
        "MEAN",
        "MEAN SUM",
        "out = clamp(requantize(sum - count * input_zero_point) + output_zero_point); 1 / count is in the multiplier.",
        Field("ref", "input", "int8"),
        Field("ref", "output", "int8, dense over the kept dimensions"),
        Field("i32", "multiplier"),
        Field("i32", "offset", "-count * input_zero_point"),
        Field("u32", "kept", "dimensions that stay, outermost first", 3),
        Field("u32", "kept_strides", "in bytes, in the input", 3),
        Field("u32", "reduced", "dimensions summed over", 3),
        Field("u32", "reduced_strides", "in bytes, in the input", 3),
        Field("i8", "shift"),
        Field("i8", "output_zero_point"),
        Field("u16", "reserved", "0"),
    ),
    Op(
        "SOFTMAX",
        "SOFTMAX",
        "Along the last dimension, in fixed point; output scale 1/256, zero point -128.",
        Field("ref", "input", "int8 [rows, depth]"),
        Field("ref", "output", "int8 [rows, depth]"),
        Field("u32", "rows"),
        Field("u32", "depth"),
        Field("i32", "multiplier", "input scale * beta in Q5.26, as a Q0.31 significand"),
        Field("i32", "diff_min", "values further below the row's maximum count as zero"),
        Field("u8", "left_shift"),
        Field("u8", "reserved", "0"),
        Field("u16", "reserved2", "0"),
    ),
    Op(
        "TABLE",
        "LOGISTIC QUANTIZE TANH RELU RELU6 RELU_N1_TO_1 LEAKY_RELU ABS ELU GELU HARD_SWISH RSQRT",
        "out[i] = table[in[i]], the table indexed by the byte as unsigned.",
        Field("ref", "input"),
        Field("ref", "output"),
        Field("ref", "table", "256 bytes"),
        Field("u32", "count"),
    ),
    Op(
        "COPY",
        "RESHAPE CONCATENATION PAD TRANSPOSE SQUEEZE EXPAND_DIMS PADV2 MIRROR_PAD PACK UNPACK SLICE STRIDED_SLICE SPLIT SPLIT_V REVERSE_V2 "
        "SPACE_TO_DEPTH DEPTH_TO_SPACE SPACE_TO_BATCH_ND BATCH_TO_SPACE_ND BROADCAST_TO TILE FILL "
        "VAR_HANDLE READ_VARIABLE ASSIGN_VARIABLE",
        "A strided copy of runs of bytes: for every index of dims, `run` bytes from input to output.",
        Field("ref", "input"),
        Field("ref", "output"),
        Field("u32", "run", "bytes copied at once"),
        Field("u32", "dims", "outermost first", COPY_RANK - 1),
        Field("i32", "input_strides", "in bytes", COPY_RANK - 1),
        Field("i32", "output_strides", "in bytes", COPY_RANK - 1),
    ),
    Op(
        "FILL",
        "PAD PADV2 SPACE_TO_BATCH_ND FILL ZEROS_LIKE",
        "Writes `count` times the same `size` bytes of `value`.",
        Field("ref", "output"),
        Field("u32", "count"),
        Field("u32", "value"),
        Field("u32", "size", "1, 2 or 4"),
    ),
    Op(
        "QUANTIZE",
        "QUANTIZE",
        "int8 or uint8 (flag 1) from float32: round(x / scale), half away from zero, plus zero point, clamped.",
        Field("ref", "input", "float32"),
        Field("ref", "output"),
        Field("u32", "count"),
        Field("f32", "scale"),
        Field("i32", "zero_point"),
    ),
    Op(
        "DEQUANTIZE",
        "DEQUANTIZE",
        "float32 from int8 or uint8 (flag 1): scale * (x - zero_point).",
        Field("ref", "input"),
        Field("ref", "output", "float32"),
        Field("u32", "count"),
        Field("f32", "scale"),
        Field("i32", "zero_point"),
    ),
    Op(
        "INITIAL_STATE",
        "CALL_ONCE",
        "What a variable holds at the start and after a reset: `count` times the same `size` bytes. Does nothing in an inference. "
        "State that no such record fills starts as zeros.",
        Field("ref", "output", "in the state"),
        Field("ref", "value", "a constant"),
        Field("u32", "count"),
        Field("u32", "size"),
    ),
    Op(
        "BINARY",
        "SUB MUL MAXIMUM MINIMUM SQUARED_DIFFERENCE DIV PRELU EQUAL NOT_EQUAL LESS LESS_EQUAL GREATER GREATER_EQUAL",
        "out = f(a, b) of int8 numbers. The flags say which function: " + ", ".join(f"{n} {name}" for n, name in enumerate(BINARIES)) + ". "
        "Comparisons write a byte 0 or 1. Dimensions and strides as for ADD.",
        Field("ref", "a"),
        Field("ref", "b"),
        Field("ref", "output", "int8 or bool, dense"),
        Field("i32", "a_multiplier"),
        Field("i32", "b_multiplier"),
        Field("i32", "output_multiplier"),
        Field("u32", "dims", "outermost first", 4),
        Field("u32", "a_strides", "in bytes", 4),
        Field("u32", "b_strides", "in bytes", 4),
        Field("i8", "a_shift"),
        Field("i8", "b_shift"),
        Field("i8", "output_shift"),
        Field("u8", "left_shift", "of both inputs, before they are requantized"),
        Field("i16", "a_zero_point"),
        Field("i16", "b_zero_point"),
        Field("i16", "output_zero_point"),
        Field("i16", "act_min"),
        Field("i16", "act_max"),
        Field("u16", "reserved", "0"),
    ),
    Op(
        "REDUCE",
        "REDUCE_MAX REDUCE_MIN ARG_MAX ARG_MIN ADD_N",
        "One number of each group of int8 numbers. The flags say which: " + ", ".join(f"{n} {name}" for n, name in enumerate(REDUCTIONS)) + ". "
        "ARG_MAX and ARG_MIN write the index of the first such number as an int32. ADD_N: out = clamp(requantize(requantize(-zero point) + sum of requantize((x - zero point) "
        "shifted left by 20 bits)) + output zero point).",
        Field("ref", "input", "int8"),
        Field("ref", "output", "dense over the kept dimensions"),
        Field("u32", "kept", "dimensions that stay, outermost first", 3),
        Field("u32", "kept_strides", "in bytes, in the input", 3),
        Field("u32", "reduced", "dimensions of a group", 3),
        Field("u32", "reduced_strides", "in bytes, in the input", 3),
        Field("i32", "multiplier", "ADD_N only, like all that follows"),
        Field("i32", "output_multiplier"),
        Field("i8", "shift"),
        Field("i8", "output_shift"),
        Field("i8", "zero_point"),
        Field("i8", "output_zero_point"),
    ),
    Op(
        "GATHER",
        "GATHER GATHER_ND EMBEDDING_LOOKUP RESIZE_NEAREST_NEIGHBOR",
        "out[o, i] = in[o, indices[i]], slices of `inner` bytes. An index that is out of range counts as the nearest that is not.",
        Field("ref", "input", "[outer, size, inner] bytes"),
        Field("ref", "indices", "int32 [count]"),
        Field("ref", "output", "[outer, count, inner] bytes"),
        Field("u32", "outer"),
        Field("u32", "size"),
        Field("u32", "count"),
        Field("u32", "inner"),
    ),
    Op(
        "L2_NORMALIZATION",
        "L2_NORMALIZATION",
        "Each row divided by its length, the root of the sum of squares; output scale 1/128, zero point 0.",
        Field("ref", "input", "int8 [rows, depth]"),
        Field("ref", "output", "int8 [rows, depth]"),
        Field("u32", "rows"),
        Field("u32", "depth", "at most 33025"),
        Field("i32", "zero_point", "of the input"),
    ),
    Op(
        "LOG_SOFTMAX",
        "LOG_SOFTMAX",
        "Along the last dimension, in fixed point; output scale 1/16, zero point 127.",
        Field("ref", "input", "int8 [rows, depth]"),
        Field("ref", "output", "int8 [rows, depth]"),
        Field("u32", "rows"),
        Field("u32", "depth"),
        Field("i32", "multiplier", "input scale in Q5.26, as a Q0.31 significand"),
        Field("i32", "diff_min", "values further below the row's maximum count as zero"),
        Field("i32", "reverse_multiplier", "the reciprocal"),
        Field("i8", "left_shift"),
        Field("i8", "reverse_shift"),
        Field("u16", "reserved", "0"),
    ),
    Op(
        "RESIZE_BILINEAR",
        "RESIZE_BILINEAR",
        "Of the four pixels around, weighted with 10 fractional bits. Flag 1: half-pixel centres.",
        Field("ref", "input", "int8 [batches, in_h, in_w, channels]"),
        Field("ref", "output", "int8 [batches, out_h, out_w, channels]"),
        Field("u16", "batches"),
        Field("u16", "in_h"),
        Field("u16", "in_w"),
        Field("u16", "channels"),
        Field("u16", "out_h"),
        Field("u16", "out_w"),
        Field("i32", "scale_h", "input rows for one output row, times 1024"),
        Field("i32", "scale_w"),
    ),
    Op(
        "LSTM",
        "UNIDIRECTIONAL_SEQUENCE_LSTM",
        "int8 with 16-bit gates and cell. Gates in the order input, forget, cell, output: each requantizes the product with the input and that with "
        "the hidden state to 1/4096, adds them, and looks up its function in `table`.",
        Field("ref", "input", "int8"),
        Field("ref", "output", "int8"),
        Field("ref", "hidden", "int8 [batches, units], in the state"),
        Field("ref", "cell", "int16 [batches, units], in the state"),
        Field("ref", "weights", "i32 input_bias[4][units], i32 hidden_bias[4][units], i8 input_weights[4][units][inputs], "
                                "i8 hidden_weights[4][units][units]; the zero points are folded into the biases"),  # fmt: skip
        Field("ref", "table", "u16[256]: the logistic function of i / 24, times 65536"),
        Field("ref", "scratch", "for the four gates"),
        Field("u32", "scratch_bytes"),
        Field("u32", "batches"),
        Field("u32", "steps"),
        Field("u32", "inputs"),
        Field("u32", "units"),
        Field("u32", "input_strides", "in bytes: from batch to batch, from step to step", 2),
        Field("u32", "output_strides", "", 2),
        Field("i32", "input_multiplier", "of each gate", 4),
        Field("i32", "hidden_multiplier", "of each gate", 4),
        Field("i32", "forget_multiplier", "cell * forget gate"),
        Field("i32", "update_multiplier", "input gate * cell gate"),
        Field("i32", "output_multiplier", "tanh(cell) * output gate"),
        Field("i32", "tanh_multiplier", "cell to the table's steps"),
        Field("i8", "input_shift", "", 4),
        Field("i8", "hidden_shift", "", 4),
        Field("i8", "forget_shift"),
        Field("i8", "update_shift"),
        Field("i8", "output_shift"),
        Field("u8", "tanh_shift", "to the right"),
        Field("i16", "cell_clip", "0: none"),
        Field("i8", "output_zero_point"),
        Field("u8", "reserved", "0"),
    ),
    Op(
        "SVDF",
        "SVDF",
        "A row of `memory` numbers for each filter, shifted by one, its newest the requantized product of input and feature weights; the sums of "
        "`rank` filters' products with their time weights, and a bias, requantized. Flag 1: int16 state and time weights.",
        Field("ref", "input", "int8 [batches, inputs]"),
        Field("ref", "output", "int8 [batches, units]"),
        Field("ref", "state", "int8 or int16 [batches, units * rank, memory]"),
        Field("ref", "feature_weights", "int8 [units * rank, inputs]"),
        Field("ref", "time_weights", "int8 or int16 [units * rank, memory]"),
        Field("ref", "bias", "int32 [units]"),
        Field("u32", "batches"),
        Field("u32", "inputs"),
        Field("u32", "units"),
        Field("u16", "rank"),
        Field("u16", "memory"),
        Field("i32", "feature_multiplier"),
        Field("i32", "output_multiplier"),
        Field("i8", "feature_shift"),
        Field("i8", "output_shift"),
        Field("i8", "input_zero_point"),
        Field("i8", "state_zero_point"),
        Field("i8", "output_zero_point"),
        Field("u8", "reserved", "0"),
        Field("u16", "reserved2", "0"),
    ),
    Op(
        "BATCH_MATMUL",
        "BATCH_MATMUL",
        "out[n, i, j] = sum over k of (a[n, i, k] - za) * (b[n, k, j] - zb), requantized. Strides also say what is transposed or broadcast.",
        Field("ref", "a", "int8"),
        Field("ref", "b", "int8"),
        Field("ref", "output", "int8 [batches, rows, columns]"),
        Field("u32", "dims", "batch dimensions (up to three), rows, columns, depth", 6),
        Field("u32", "a_strides", "in bytes, along each of them", 6),
        Field("u32", "b_strides", "", 6),
        Field("i32", "multiplier"),
        Field("i8", "shift"),
        Field("i8", "a_zero_point"),
        Field("i8", "b_zero_point"),
        Field("i8", "output_zero_point"),
    ),
)

OP_NUMBERS = {op.op: number for number, op in enumerate(OPS)}
DTYPE_NUMBERS = {name: number for number, (name, _, _) in enumerate(DTYPES)}
