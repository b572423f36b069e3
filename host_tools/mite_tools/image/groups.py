"""Runs of fields that several ops' records have in common."""

from .fields import Field

# Of a picture and what a window makes of it.
PICTURE = (
    Field("u16", "batches"),
    Field("u16", "in_h"),
    Field("u16", "in_w"),
    Field("u16", "channels"),
    Field("u16", "out_h"),
    Field("u16", "out_w"),
)

# Of the pictures of a convolution.
PICTURES = (
    Field("u16", "batches"),
    Field("u16", "in_h"),
    Field("u16", "in_w"),
    Field("u16", "in_c"),
    Field("u16", "out_h"),
    Field("u16", "out_w"),
    Field("u16", "out_c"),
)

# Of the window of a convolution.
WINDOW = (
    Field("u8", "kernel_h"),
    Field("u8", "kernel_w"),
    Field("u8", "stride_h"),
    Field("u8", "stride_w"),
    Field("u8", "dilation_h"),
    Field("u8", "dilation_w"),
)

# Of the window of a pool.
POOLING = (
    Field("u16", "pad_top"),
    Field("u16", "pad_left"),
    Field("u16", "kernel_h"),
    Field("u16", "kernel_w"),
    Field("u8", "stride_h"),
    Field("u8", "stride_w"),
)

# Of two inputs, broadcast against each other.
BROADCAST = (
    Field("u32", "dims", "outermost first", 4),
    Field("u32", "a_strides", "in bytes", 4),
    Field("u32", "b_strides", "in bytes", 4),
)

# Of two inputs that are brought to one scale.
FACTORS = (
    Field("i32", "a_multiplier"),
    Field("i32", "b_multiplier"),
    Field("i32", "output_multiplier"),
    *BROADCAST,
    Field("i8", "a_shift"),
    Field("i8", "b_shift"),
    Field("i8", "output_shift"),
)

# The zero points of two inputs and an output, and its bounds.
POINTS = (
    Field("i16", "a_zero_point"),
    Field("i16", "b_zero_point"),
    Field("i16", "output_zero_point"),
    Field("i16", "act_min"),
    Field("i16", "act_max"),
)

# Of numbers in groups.
GROUPS = (
    Field("u32", "kept", "dimensions that stay, outermost first", 3),
    Field("u32", "kept_strides", "in bytes, in the input", 3),
    Field("u32", "reduced", "dimensions of a group", 3),
    Field("u32", "reduced_strides", "in bytes, in the input", 3),
)

# Of a product of matrices.
PRODUCT = (
    Field("u32", "dims", "batch dimensions (up to three), rows, columns, depth", 6),
    Field("u32", "a_strides", "in bytes, along each of them", 6),
    Field("u32", "b_strides", "", 6),
)

# Of a sequence.
SEQUENCE = (
    Field("u32", "batches"),
    Field("u32", "steps"),
    Field("u32", "inputs"),
    Field("u32", "units"),
    Field("u32", "input_strides", "in bytes: from batch to batch, from step to step", 2),
    Field("u32", "output_strides", "", 2),
)

# Of an SVDF.
FILTERS = (
    Field("u32", "batches"),
    Field("u32", "inputs"),
    Field("u32", "units"),
    Field("u16", "rank"),
    Field("u16", "memory"),
)


def listed(names: tuple[str, ...]) -> str:
    """The numbers and their meanings, for a sentence."""
    return ", ".join(f"{number} {name}" for number, name in enumerate(names))
