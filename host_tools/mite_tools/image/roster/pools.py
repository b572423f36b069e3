"""Ops over a window of a picture."""

from ..fields import Field, Op
from ..groups import PICTURE, POOLING

POOL = (
    Field("ref", "input", "int8 [batches, in_h, in_w, channels]"),
    Field("ref", "output", "int8 [batches, out_h, out_w, channels]"),
    *PICTURE,
    *POOLING,
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
        "Of the four pixels around, weighted with 10 fractional bits. Flag 1: half-pixel centres. Flag 2: of int16.",
        Field("ref", "input", "[batches, in_h, in_w, channels]"),
        Field("ref", "output", "[batches, out_h, out_w, channels]"),
        *PICTURE,
        Field("i32", "scale_h", "input rows for one output row, times 1024"),
        Field("i32", "scale_w"),
    ),
    Op(
        23,
        "BAND_SUM",
        "AVERAGE_POOL_2D MEAN",
        "Adds a band of rows to the sums of a mean over a whole picture: for each channel, sums += all its pixels.",
        Field("ref", "input", "int8 [pixels, channels]"),
        Field("ref", "sums", "int32 [channels]"),
        Field("ref", "output", "the same place as sums"),
        Field("u32", "pixels"),
        Field("u32", "channels"),
    ),
    Op(
        24,
        "BAND_MEAN",
        "AVERAGE_POOL_2D MEAN",
        "The mean, from the sums of all bands. Flag 0: as AVERAGE_POOL_2D, sum / count rounded half away from zero. Flag 1: as MEAN, from multiplier, "
        "offset and shift.",
        Field("ref", "input", "int32 [channels]"),
        Field("ref", "output", "int8 [channels]"),
        Field("u32", "channels"),
        Field("i32", "count", "pixels of the picture"),
        Field("i32", "multiplier"),
        Field("i32", "offset"),
        Field("i8", "shift"),
        Field("i8", "output_zero_point"),
        Field("i8", "act_min"),
        Field("i8", "act_max"),
    ),
)
