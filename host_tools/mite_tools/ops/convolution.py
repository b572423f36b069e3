"""The records of a convolution, by the type of its filter: int8, four bits, or the first scheme's numbers of which a few do not fit int8."""

from collections.abc import Callable

import numpy as np

from ..graph import Op, Tensor
from ..program import Constant, Program
from .fields import parts
from .movement import move
from .weights import INT4, asymmetric, bias_of, channels, nibbles, padded_rows

FEW = 4  # computing channels apart is worth it for at most one in so many


def add_convolution(program: Program, op: Op, rows: np.ndarray, **geometry) -> None:
    """Append a CONV_2D of the kind that the op's filter, [out_c, taps], needs. geometry: the record's other fields."""
    groups = geometry["groups"]
    group_in, group_out = geometry["in_c"] // groups, geometry["out_c"] // groups

    def add(rows: np.ndarray) -> None:
        block, flags = channels(op, rows)
        if op.inputs[1].dtype == INT4:
            program.add("CONV_2D_INT4", flags=flags, filter=nibbles(padded_rows(rows)), channels=block, **geometry)
        else:
            kernel = rows.reshape(len(rows), geometry["kernel_h"], geometry["kernel_w"], group_in)
            proven = parts(kernel, geometry["stride_w"]) if groups == 1 else 0
            program.add("CONV_2D", flags=flags, filter=padded_rows(rows), channels=block, parts=proven, **geometry)

    fields = {name: value for name, value in geometry.items() if name != "groups"}
    add_apart(program, op, rows, np.arange(len(rows)) // group_out * group_in, group_in, fields, add)


def add_apart(program: Program, op: Op, rows: np.ndarray, first: np.ndarray, channels_in: int, geometry: dict,
              add: Callable[[np.ndarray], None]) -> None:  # fmt: skip
    """Append the convolution `add` makes of int8 rows [out_c, taps], and what puts right the output channels whose weights do not fit int8.

    Those (one or two in a layer, as a rule: the scale was made for the largest weight) are computed apart and copied into the output; if they
    are many, all are.
    first: for each output channel the first of the `channels_in` input channels that it reads.
    """
    outside = np.flatnonzero(((rows < -128) | (rows > 127)).any(1))
    if not len(outside):
        add(rows.astype(np.int8))
        return
    if len(outside) * FEW > len(rows):
        outside = np.arange(len(rows))
    output, whole = geometry["output"], len(outside) == len(rows)
    apart = output if whole else Tensor(f"{output.name} apart", (*output.shape[:3], len(outside)), "int8")
    bias = bias_of(op)
    if bias is not None:
        bias = Tensor(bias.name, outside.shape, bias.dtype, bias.quantization, bias.data[outside])
    stored, zero_point = asymmetric(rows[outside])
    block, flags = channels(Op(op.kind, [*op.inputs[:2], bias], op.outputs, op.options, op.index), rows[outside])
    program.add(
        "CONV_2D_ASYMMETRIC", flags=flags, filter=Constant(stored.tobytes()), channels=block, channels_in=channels_in,
        filter_zero_point=zero_point, first=Constant(first[outside].astype("<u2").tobytes()),
        **geometry | {"output": apart, "out_c": len(outside)},
    )  # fmt: skip
    if whole:
        return
    inside = rows.copy()
    inside[outside] = 0
    add(inside.astype(np.int8))
    breaks = np.flatnonzero(np.diff(outside) > 1) + 1
    for run in np.split(np.arange(len(outside)), breaks):
        at, n = int(outside[run[0]]), len(run)
        move(program, apart, output, lambda x, b=int(run[0]), n=n: x[..., b : b + n], lambda y, at=at, n=n: y[..., at : at + n])
