"""COPY: runs of bytes, strides on both sides, at most four loops around a run."""

from ..check import ANY, ONCE, READ, WRITE
from .copy_rows import copy_runs


def check(check, record):
    _, _, _, input, output, run, d0, d1, d2, d3, d4, i0, i1, i2, i3, i4, o0, o1, o2, o3, o4 = record
    dims = (d0, d1, d2, d3, d4)
    check.strides(input, run, dims, (i0, i1, i2, i3, i4), READ, ANY)
    check.strides(output, run, dims, (o0, o1, o2, o3, o4), WRITE, ONCE)


def run(program, record):
    _, _, _, input, output, run, d0, d1, d2, d3, d4, i0, i1, i2, i3, i4, o0, o1, o2, o3, o4 = record
    (source, at), (out, to) = program.place(input), program.place(output)
    for a in range(d0):
        for b in range(d1):
            for c in range(d2):
                for d in range(d3):
                    from_at = at + a * i0 + b * i1 + c * i2 + d * i3
                    to_at = to + a * o0 + b * o1 + c * o2 + d * o3
                    copy_runs(out, to_at, source, from_at, run, d4, o4, i4)
