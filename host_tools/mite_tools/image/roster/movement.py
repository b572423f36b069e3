"""Ops that only move bytes."""

from ..fields import Field, Op

COPY_RANK = 6

OPS = (
    Op(
        9,
        "COPY",
        "RESHAPE CONCATENATION PAD TRANSPOSE SQUEEZE EXPAND_DIMS PADV2 MIRROR_PAD PACK UNPACK SLICE STRIDED_SLICE SPLIT SPLIT_V REVERSE_V2 "
        "SPACE_TO_DEPTH DEPTH_TO_SPACE SPACE_TO_BATCH_ND BATCH_TO_SPACE_ND BROADCAST_TO TILE FILL DYNAMIC_UPDATE_SLICE SHAPE RANK RANGE WHERE "
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
        63,
        "COPY_ROWS",
        "",  # what COPY stands for, where one loop is enough
        "COPY in a short record: `count` times `run` bytes from input to output.",
        Field("ref", "input"),
        Field("ref", "output"),
        Field("u32", "run", "bytes copied at once"),
        Field("u32", "count"),
        Field("i32", "input_stride", "in bytes; 0 where count is 1"),
        Field("i32", "output_stride", "in bytes; 0 where count is 1"),
    ),
    Op(
        10,
        "FILL",
        "PAD PADV2 SPACE_TO_BATCH_ND FILL ZEROS_LIKE",
        "Writes `count` times the same `size` bytes of `value`.",
        Field("ref", "output"),
        Field("u32", "count"),
        Field("u32", "value"),
        Field("u32", "size", "1, 2 or 4"),
    ),
    Op(
        16,
        "GATHER",
        "GATHER GATHER_ND EMBEDDING_LOOKUP RESIZE_NEAREST_NEIGHBOR TOPK_V2",
        "out[b, o, i] = in[b, o, indices[b, i]], slices of `inner` bytes. An index that is out of range counts as the nearest that is not.",
        Field("ref", "input", "[batches, outer, size, inner] bytes"),
        Field("ref", "indices", "int32 [batches, count]"),
        Field("ref", "output", "[batches, outer, count, inner] bytes"),
        Field("u32", "batches"),
        Field("u32", "outer"),
        Field("u32", "size"),
        Field("u32", "count"),
        Field("u32", "inner"),
    ),
    Op(
        13,
        "INITIAL_STATE",
        "CALL_ONCE",
        "What a variable holds at the start and after a reset: `count` times the same `size` bytes. Does nothing in an inference. "
        "State that no such record fills starts as zeros.",
        Field("ref", "output", "in the state"),
        Field("ref", "value", "a constant"),
        Field("u32", "count"),
        Field("u32", "size"),
    ),
)
