"""What CONV_2D and DEPTHWISE_CONV_2D share."""

from ..check import READ, WRITE, product


def check_convolution(check, record, filter_bytes, scratch_least):
    (_, flags, _, input, output, filter, channels, scratch, scratch_bytes, batches, in_h, in_w, in_c, out_h, out_w, out_c, _, _,
     kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w, _, _, act_min, act_max, _, _) = record  # fmt: skip
    check.value(batches and in_h and in_w and in_c, in_h, in_w)
    check.value(out_h and out_w and out_c, out_h, out_w)
    check.value(kernel_h and kernel_w and stride_h and stride_w and dilation_h and dilation_w, kernel_h, kernel_w)
    check.bounds(act_min, act_max)
    check.range(input, product(batches, in_h, in_w, in_c), 1, READ)
    check.range(output, product(batches, out_h, out_w, out_c), 1, WRITE)
    check.range(filter, filter_bytes, 4, READ)
    check.channels(channels, out_c, flags)
    least = scratch_least()
    check.value(scratch_bytes >= least, scratch_bytes, least)
    if scratch_bytes:
        check.range(scratch, scratch_bytes, 4, WRITE)
