"""COPY_ROWS: COPY in a short record, one loop around a run."""

from ..check import ANY, ONCE, READ, WRITE
from ..loops import copy


def check(check, record):
    _, _, _, input, output, run, count, input_stride, output_stride = record
    check.strides(input, run, (count,), (input_stride,), READ, ANY)
    check.strides(output, run, (count,), (output_stride,), WRITE, ONCE)


def run(program, record):
    _, _, _, input, output, run, count, input_stride, output_stride = record
    (source, at), (out, to) = program.place(input), program.place(output)
    copy_runs(out, to, source, at, run, count, output_stride, input_stride)


def copy_runs(out, to, source, at, run, count, output_stride, input_stride):
    if run == 1:
        copy(out, source, count, to, output_stride, at, input_stride)
        return
    for _ in range(count):
        out[to : to + run] = source[at : at + run]
        at += input_stride
        to += output_stride
