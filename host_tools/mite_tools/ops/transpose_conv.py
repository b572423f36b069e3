"""TRANSPOSE_CONV: int8, int16, float32 and the first scheme, as ordinary convolutions of stride 1: one for each place of a pixel in a block of stride_h x stride_w.

Output pixel y gets input pixel i through tap k where y = i * stride - pad + k. The pixels with the same y mod stride see the same taps, at
steps of the stride: a small filter, turned around. Their convolutions go side by side, and a COPY puts their pixels between each other.
"""

from dataclasses import dataclass

import numpy as np

from ..graph import Op as GraphOp
from ..graph import Tensor
from ..program import Constant
from . import real
from .base import FIRST_SCHEME, Lowering, constant_input, output_bounds, padding_before
from .convolution import add_convolution
from .convolution_int16 import convolve, unsupported_int16
from .movement import move
from .weights import unsupported_weights


@dataclass(frozen=True)
class Phase:
    """One dimension of a convolution: the output pixels start, start + stride, ...; `taps` are the filter's, None for one of zeros."""

    start: int
    count: int
    pad: int
    taps: tuple[int | None, ...]


def phases(out: int, kernel: int, stride: int, pad: int) -> list[Phase]:
    found = []
    for start in range(min(stride, out)):
        first = (start + pad) % stride
        taps = list(range(first, kernel, stride))[::-1] or [None]
        # Output pixel t reads the input from t + ahead - (taps - 1) on.
        ahead = (start + pad - first) // stride
        before = len(taps) - 1 - ahead
        found.append(Phase(start, len(range(start, out, stride)), max(0, before), (*[None] * max(0, -before), *taps)))
    return found


class Op(Lowering):
    KIND = "TRANSPOSE_CONV"
    TYPES = ("int8", FIRST_SCHEME)

    def main_type(self, op):
        return op.inputs[2].dtype

    def plain(self, op: GraphOp) -> GraphOp:
        """The op with its inputs in the order of a convolution's: activations, filter, bias."""
        options = {"fused_activation_function": 0} | op.options
        return GraphOp(op.kind, [op.inputs[2], op.inputs[1], *op.inputs[3:4]], op.outputs, options, op.index)

    def unsupported(self, op):
        return constant_input(op, 0) or self.wrong_weights(self.plain(op))

    def wrong_weights(self, plain: GraphOp) -> str | None:
        return unsupported_weights(plain, 0)

    def convolve(self, program, plain: GraphOp, filter: np.ndarray, part: Tensor, **fields) -> None:
        """Append the convolution that makes one part of the output."""
        low, high = output_bounds(plain)
        add_convolution(
            program, plain, filter.reshape(filter.shape[0], -1), input=plain.inputs[0], output=part, out_c=filter.shape[0],
            kernel_h=filter.shape[1], kernel_w=filter.shape[2], stride_h=1, stride_w=1, dilation_h=1, dilation_w=1,
            input_zero_point=plain.inputs[0].zero_point, output_zero_point=part.zero_point, act_min=low, act_max=high, groups=1, **fields,
        )  # fmt: skip

    def lower(self, op, program):
        plain, o = self.plain(op), op.options
        input, output = plain.inputs[0], op.outputs[0]
        batches, in_h, in_w, in_c = input.shape
        _, out_h, out_w, out_c = output.shape
        filter = plain.inputs[1].data  # [out_c, kernel_h, kernel_w, in_c]
        stride_h, stride_w = o["stride_h"], o["stride_w"]
        pads = [padding_before(out, size, kernel, stride, 1, o["padding"])
                for out, size, kernel, stride in ((out_h, in_h, filter.shape[1], stride_h), (out_w, in_w, filter.shape[2], stride_w))]  # fmt: skip
        for v in phases(out_h, filter.shape[1], stride_h, pads[0]):
            for h in phases(out_w, filter.shape[2], stride_w, pads[1]):
                small = np.zeros((out_c, len(v.taps), len(h.taps), in_c), filter.dtype)
                for y, k in enumerate(v.taps):
                    for x, j in enumerate(h.taps):
                        if k is not None and j is not None:
                            small[:, y, x] = filter[:, k, j]
                whole = stride_h == stride_w == 1
                part = output if whole else Tensor(f"{output.name} {v.start}, {h.start}", (batches, v.count, h.count, out_c), output.dtype, output.quantization)
                self.convolve(program, plain, small, part, batches=batches, in_h=in_h, in_w=in_w, in_c=in_c, out_h=v.count, out_w=h.count,
                              pad_top=v.pad, pad_left=h.pad)  # fmt: skip
                if not whole:
                    move(program, part, output, target=lambda y: y[:, v.start :: stride_h, h.start :: stride_w])


class Int16(Op):
    KIND = "TRANSPOSE_CONV"
    TYPES = ("int16",)

    def wrong_weights(self, plain):
        return unsupported_int16(plain, 0, ("int16", "int64"))

    def convolve(self, program, plain, filter, part, **fields):
        convolve(program, plain, filter, True, output=part, groups=1, **fields)


class Float(Op):
    KIND = "TRANSPOSE_CONV"
    TYPES = ("float32",)

    def wrong_weights(self, plain):
        return real.Weighted().unsupported(plain)

    def convolve(self, program, plain, filter, part, pad_top, pad_left, **fields):
        real.convolution(program, plain.inputs[0], part, Constant(filter.tobytes()), real.bias_of(plain, 2, filter.shape[0]),
                         filter.shape[1:3], (pad_top, pad_left), real.bounds(plain))  # fmt: skip
