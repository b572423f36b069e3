"""What ADD and BINARY share: two int8 inputs, brought to one scale, broadcast against each other."""

from ..check import ANY, READ, WRITE, product


def check(check, record):
    (_, _, _, a, b, output, _, _, _, d0, d1, d2, d3, a0, a1, a2, a3, b0, b1, b2, b3, a_shift, b_shift, output_shift, _, _, _, _,
     act_min, act_max, _) = record  # fmt: skip
    dims, a_strides, b_strides = (d0, d1, d2, d3), (a0, a1, a2, a3), (b0, b1, b2, b3)
    for shift in (a_shift, b_shift, output_shift):
        check.shift(shift)
    check.bounds(act_min, act_max)
    check.forward(a_strides)
    check.forward(b_strides)
    check.strides(a, 1, dims, a_strides, READ, ANY)
    check.strides(b, 1, dims, b_strides, READ, ANY)
    check.range(output, product(*dims), 1, WRITE)
