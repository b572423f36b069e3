"""What the tests of functions of two tensors share."""

import numpy as np
from harness import NONE, Numbers, Reference, agree, one_op, tensor

A = np.arange(-128, 128, dtype=np.int8)
BROADCASTS = [
    ((1, 33), (1, 33)), ((2, 3), (3,)), ((2, 3, 4), (3, 1)), ((2, 1, 4), (1, 3, 1)), ((2, 5, 4, 3), (2, 1, 1, 3)), ((1, 5, 4, 3), (1,)),
    ((1,), (4, 5)), ((2, 3, 4), (2, 3, 4)),
]  # fmt: skip
SCALES = ((0.05, 0.03, 0.08), (0.1, 0.1, 0.1), (0.02, 0.7, 0.3), (1 / 256, 1 / 128, 1 / 64), (0.0117, 0.0301, 0.0271))
ZEROS = ((2, -5, 7), (-128, 127, 0), (127, -128, -128), (0, 0, 0))


def pair(kind, a_shape, b_shape, numbers, output="int8", fused=True, activation=NONE, dtype="int8", **options):
    """A graph of one op of two inputs. fused: has it the option of a fused activation?"""
    a, b, c = numbers
    out = tensor(np.broadcast_shapes(a_shape, b_shape), output, None if output == "bool" else c)
    options |= {"fused_activation_function": activation} if fused else {}
    return one_op(kind, [tensor(a_shape, dtype, a), tensor(b_shape, dtype, b)], [out], **options)


def agree_on_every_pair(kind, numbers, b=A, oracle=Reference, **options):
    """All 65536 pairs, or those with a `b` of these values."""
    graph = pair(kind, (256, 1), (1, len(b)), numbers, **options)
    agree(graph, given=[[A.reshape(256, 1), b.reshape(1, -1)]], oracle=oracle)
