"""Ops over a window of a picture."""

from ..fields import Field, Op

POOL = (
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

OPS = (
    Op(4, "AVERAGE_POOL_2D", "AVERAGE_POOL_2D", "Mean of the taps inside the picture, rounded half away from zero.", *POOL),
    Op(5, "MAX_POOL_2D", "MAX_POOL_2D", "Largest of the taps inside the picture.", *POOL),
    Op(
        19,
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
)
