"""3x3 convolutions with stride 1 as CONV_2D_WINOGRAD: 2.25 times fewer multiplications for 3.6 times the bytes of weights."""

import numpy as np

from ..graph import Op
from ..image import spec
from ..program import Constant, Program
from .weights import INT4, channels, folded_biases, reaches

LEAST = 32  # input channels: with fewer the transformations cost more than the multiplications that they save
FASTER_ON = ("cortex-m4", "cortex-m7", "cortex-m33")  # others have no faster multiplications of int16, or faster ones of int8

# 2G of F(2x2, 3x3): S. Winograd, Arithmetic Complexity of Computations (1980); A. Lavin and S. Gray, Fast Algorithms for Convolutional Neural
# Networks (2015).
G = np.array([[2, 0, 0], [1, 1, 1], [1, -1, 1], [0, 0, 2]])


def add_winograd(program: Program, op: Op, geometry: dict) -> bool:
    """Append the record, if the op is one that can be computed so and gains by it.

    Sums are four times those of the convolution: that they fit 32 bits is proven as for PACKED (weights.channels), with 2^29 in place of 2^30.
    """
    filter = op.inputs[1].data
    out_c, *window, in_c = filter.shape
    ones = [geometry[name] for name in ("batches", "stride_h", "stride_w", "dilation_h", "dilation_w")]
    if window != [3, 3] or set(ones) != {1} or in_c != geometry["in_c"] or in_c % 4 or in_c < LEAST or out_c % 2 or op.inputs[1].dtype == INT4:
        return False
    rows = filter.reshape(out_c, -1).astype(np.int64)
    if rows.min() < -128 or rows.max() > 127 or (np.abs(folded_biases(op, rows)) + reaches(rows)).max() >= 2**29:
        return False
    block, flags = channels(op, rows)
    if flags != spec.PACKED:
        return False
    program.add("CONV_2D_WINOGRAD", flags=flags, filter=Constant(transformed(filter).tobytes()), channels=block, groups=1, **geometry)
    return True


def transformed(filter: np.ndarray) -> np.ndarray:
    """int16 [out_c / 2, 16, in_c / 4, 2, 2, 2], as the record says, of an int8 filter [out_c, 3, 3, in_c]."""
    out_c, *_, in_c = filter.shape
    u = np.einsum("ya,oabi,xb->oyxi", G, filter.astype(np.int64), G)
    # [pair of outputs, the second, position, fours of inputs, the upper two, the odd one]
    six = u.reshape(out_c // 2, 2, 16, in_c // 4, 2, 2)
    return six.transpose(0, 2, 3, 5, 1, 4).astype("<i2")
