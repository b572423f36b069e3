"""Ops with weights."""

from ..fields import Field, Op
from ..groups import PICTURES, PRODUCT, WINDOW

SHARED = 1  # flag: all channels share one multiplier and shift
PACKED = 2  # flag: two words a channel. Proven by the host: no accumulator leaves +-2^30
LAST = 4  # flag of BAND_DENSE
PACKED_SHIFT_BITS = 5
PACKED_SHIFT_MOST = 22  # to the right: the zero point above so many bits still fits a word

# How the accumulators of an op become int8: one block of constants, in one of two layouts. The bias has the zero-point term folded in:
# bias - input_zero_point * sum(weights). An accumulator becomes value * multiplier * 2^(shift - 31), rounded as the reference does.
# Plain: bias i32[out_c], multiplier i32[n], shift i8[n]; n is out_c, or 1 with flag SHARED.
# PACKED: for each channel multiplier i32, then bias * 32 - shift as i32: -22 <= shift <= 0 and the bias has 27 bits.
# PACKED and SHARED: multiplier i32, -shift i32, then bias i32[out_c].
CONVOLUTION = (
    Field("ref", "input", "int8 [batches, in_h, in_w, in_c]"),
    Field("ref", "output", "int8 [batches, out_h, out_w, out_c]"),
    Field("ref", "filter"),
    Field("ref", "channels", "the block of biases, multipliers and shifts"),
    Field("ref", "scratch", "memory that the kernel may use while it runs"),
    Field("u32", "scratch_bytes"),
    *PICTURES,
    Field("u16", "pad_top"),
    Field("u16", "pad_left"),
    *WINDOW,
    Field("i16", "input_zero_point", "what a tap outside of the picture reads"),
    Field("i16", "output_zero_point"),
    Field("i16", "act_min", "fused activation, as quantized bounds"),
    Field("i16", "act_max"),
)

# FULLY_CONNECTED's rows lie in pairs so that a half of a word is b * 256 + (a + 128): a Cortex-M4 multiplies it as it is, two halves at
# once, and again what it masks for a; the one sum less the other is b's, times 256.
OPS = (
    Op(
        0,
        "CONV_2D",
        "CONV_2D TRANSPOSE_CONV",
        "filter: int8 [out_c, kernel_h * kernel_w * (in_c / groups)], each row padded with zeros to a multiple of 4.",
        *CONVOLUTION,
        Field("u16", "groups"),
        Field("u16", "parts", "0, or proven by the host: in how many parts a row of the filter fits the fields of a word (conv_rows.h)"),
    ),
    Op(
        1,
        "DEPTHWISE_CONV_2D",
        "DEPTHWISE_CONV_2D",
        "filter: int8 [kernel_h, kernel_w, out_c]. Output channel c reads input channel c / multiplier.",
        *CONVOLUTION,
        Field("u16", "multiplier", "out_c / in_c"),
        Field("u16", "reserved", "0"),
    ),
    Op(
        2,
        "FULLY_CONNECTED",
        "FULLY_CONNECTED",
        "filter: int8 [outputs, depth], each row padded with zeros to a multiple of 4 weights. Rows 2i and 2i + 1, a and b, go together: for every 4 weights "
        "the 8 bytes a0 b0 a2 b2 a1 b1 a3 b3, those of a with 128 added. A last row without a partner is as it is.",
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
        64,
        "BAND_DENSE",
        "FULLY_CONNECTED",
        "A FULLY_CONNECTED of a picture that comes in bands of rows: sums += filter * band. Flag 4, with the last band: the sums become the output, "
        "as those of FULLY_CONNECTED.",
        Field("ref", "input", "int8 [depth]: a band"),
        Field("ref", "sums", "int32 [outputs]"),
        Field("ref", "output", "the same place as sums; with flag 4 int8 [outputs], elsewhere"),
        Field("ref", "filter", "int8 [outputs, row]"),
        Field("ref", "channels", "as for CONV_2D"),
        Field("u32", "depth"),
        Field("u32", "outputs"),
        Field("u32", "first", "where in a row of the filter the band's weights begin"),
        Field("u32", "row"),
        Field("i16", "output_zero_point"),
        Field("i16", "act_min"),
        Field("i16", "act_max"),
        Field("u16", "reserved", "0"),
    ),
    Op(
        22,
        "BATCH_MATMUL",
        "BATCH_MATMUL",
        "out[n, i, j] = sum over k of (a[n, i, k] - za) * (b[n, k, j] - zb), requantized. Strides also say what is transposed or broadcast.",
        Field("ref", "a", "int8"),
        Field("ref", "b", "int8"),
        Field("ref", "output", "int8 [batches, rows, columns]"),
        *PRODUCT,
        Field("i32", "multiplier"),
        Field("i8", "shift"),
        Field("i8", "a_zero_point"),
        Field("i8", "b_zero_point"),
        Field("i8", "output_zero_point"),
    ),
    Op(
        57,
        "CONV_2D_INT4",
        "CONV_2D FULLY_CONNECTED",
        "As CONV_2D, with the filter's numbers in four bits: two to a byte, the lower half first; rows padded to a multiple of 4 numbers. Some rows "
        "at a time are spread out in scratch memory and meet every pixel.",
        *CONVOLUTION,
        Field("u16", "groups"),
        Field("u16", "reserved", "0"),
    ),
    Op(
        58,
        "DEPTHWISE_CONV_2D_INT4",
        "DEPTHWISE_CONV_2D",
        "As DEPTHWISE_CONV_2D, with the filter's numbers in four bits: two to a byte, the lower half first. It is spread out in scratch memory.",
        *CONVOLUTION,
        Field("u16", "multiplier", "out_c / in_c"),
        Field("u16", "reserved", "0"),
    ),
    Op(
        65,
        "CONV_2D_WINOGRAD",
        "CONV_2D",
        "As CONV_2D of one picture, 3x3 taps and stride 1, for multiples of 4 input and of 2 output channels, PACKED; by Winograd's F(2x2, 3x3). filter: int16 "
        "[out_c / 2, 16, in_c / 4, 2, 2, 2], U = (2G) g (2G)' at 16 positions, G = [[1, 0, 0], [1, 1, 1] / 2, [1, -1, 1] / 2, [0, 0, 1]]. Of four input "
        "channels 0 and 2 come first, then 1 and 3; in front of that the output channel of the pair.",
        *CONVOLUTION,
        Field("u16", "groups", "1"),
        Field("u16", "reserved", "0"),
    ),
)
