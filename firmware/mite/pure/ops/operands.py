"""Two int8 inputs that are broadcast against each other."""

from ..check import ANY, READ, WRITE, product


def check(check, record):
    """The references, dimensions and strides of a record of two inputs and one output: its numbers 3 to 5 and 9 to 20."""
    dims, a_strides, b_strides = record[9:13], record[13:17], record[17:21]
    check.forward(a_strides)
    check.strides(record[3], 1, dims, a_strides, READ, ANY)
    check.forward(b_strides)
    check.strides(record[4], 1, dims, b_strides, READ, ANY)
    check.range(record[5], product(*dims), 1, WRITE)


def rows(record):
    """Yields where each innermost row begins: (in a, in b, in the output)."""
    d0, d1, d2, d3, a0, a1, a2, _, b0, b1, b2, _ = record[9:21]
    to = 0
    for i in range(d0):
        for j in range(d1):
            for k in range(d2):
                yield i * a0 + j * a1 + k * a2, i * b0 + j * b1 + k * b2, to
                to += d3
