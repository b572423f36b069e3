"""What the tests of functions of one int8 number share: all 256 inputs, over scales and zero points."""

import numpy as np
from harness import Numbers, Reference, agree, one_op, tensor

ALL = np.arange(-128, 128, dtype=np.int8)
SCALES = ((0.05, 0.05), (0.1, 0.03), (0.003, 0.2), (1.0, 0.01), (0.0117, 0.0301), (1e-5, 1e-4), (40.0, 3.0))
ZEROS = ((0, 0), (-128, -128), (127, -5), (-3, 127), (17, -128))


def agree_everywhere(kind: str, input: Numbers, output: Numbers, oracle=Reference, first: int = -128, **options) -> None:
    """Every answer from the number `first` on is the oracle's."""
    values = ALL[first + 128 :].reshape(1, -1)
    graph = one_op(kind, [tensor(values.shape, numbers=input)], [tensor(values.shape, numbers=output)], **options)
    agree(graph, given=[[values]], oracle=oracle)
