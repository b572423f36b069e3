"""What the first quantization scheme (uint8) counts otherwise than int8 does. Its tensors are int8 here: 128 less, the zero points too."""

from ..fields import Field, Op
from .pools import POOL
from .real import RESIZING
from .weights import CONVOLUTION

OPS = (
    Op(
        54,
        "CONV_2D_ASYMMETRIC",
        "CONV_2D DEPTHWISE_CONV_2D TRANSPOSE_CONV",
        "As CONV_2D, with x * (w - filter_zero_point) in the sums and in the biases; output channel c reads `channels_in` input channels from first[c] on. "
        "Meant for the few output channels whose weights do not fit int8. filter: int8 [out_c, kernel_h, kernel_w, channels_in]. No scratch memory is used.",
        *CONVOLUTION,
        Field("u16", "channels_in", "that an output channel reads"),
        Field("i16", "filter_zero_point"),
        Field("ref", "first", "u16[out_c], a constant"),
    ),
    Op(55, "AVERAGE_POOL_2D_UP", "AVERAGE_POOL_2D", "As AVERAGE_POOL_2D, but halves are rounded up.", *POOL),
    Op(
        56,
        "FULLY_CONNECTED_STEPS",
        "FULLY_CONNECTED",
        "out = lowest + how many of the steps are not above bias + sum(x * (w - filter_zero_point)). The steps rise: any function of a sum that "
        "never falls can be said so, however it is rounded.",
        Field("ref", "input", "int8 [batches, depth]"),
        Field("ref", "output", "int8 [batches, outputs]"),
        Field("ref", "filter", "int8 [outputs, depth]"),
        Field("ref", "bias", "i32[outputs], the input's zero point folded in"),
        Field("ref", "steps", "i32[count]"),
        Field("u32", "batches"),
        Field("u32", "depth"),
        Field("u32", "outputs"),
        Field("i16", "filter_zero_point"),
        Field("u8", "count"),
        Field("i8", "lowest"),
    ),
    Op(
        59,
        "RESIZE_BILINEAR_UP",
        "RESIZE_BILINEAR",
        "As RESIZE_BILINEAR_F32, of x + 128: the sum and a half, without its fraction, less 128.",
        Field("ref", "input", "int8 [batches, in_h, in_w, channels]"),
        Field("ref", "output", "int8 [batches, out_h, out_w, channels]"),
        *RESIZING,
    ),
)
