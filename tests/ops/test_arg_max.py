"""ARG_MAX, int8: the first of several."""

import pytest
import tflite
from harness import agree, one_op, tensor


@pytest.mark.parametrize("shape, axis", [((9,), 0), ((3, 17), 1), ((3, 17), 0), ((2, 5, 7, 3), 2), ((2, 5, 7, 3), -1), ((1, 1), 1)])
def test_axes(shape, axis):
    out = [n for i, n in enumerate(shape) if i != axis % len(shape)]
    inputs = [tensor(shape), tensor((), "int32", None, axis)]
    agree(one_op("ARG_MAX", inputs, [tensor(out, "int32", None)], output_type=tflite.TensorType.INT32))
