"""The tests that ARG_MAX and ARG_MIN share: the first of several."""

import pytest
import tflite
from harness import LiteRt, agree, indices, one_op, tensor
from reals import near, real
from whole import REDUCED, reduces


def few(dtype, shape, rng):
    """Numbers of which several are the largest."""
    return rng.integers(0, 2 if dtype == "bool" else 4, shape).astype(dtype)


class Places:
    """KIND: which of the two."""

    KIND = ""

    @pytest.mark.parametrize("shape, axis", [((9,), 0), ((3, 17), 1), ((3, 17), 0), ((2, 5, 7, 3), 2), ((2, 5, 7, 3), -1), ((1, 1), 1)])
    def test_axes(self, shape, axis):
        out = [n for i, n in enumerate(shape) if i != axis % len(shape)]
        inputs = [tensor(shape), tensor((), "int32", None, axis)]
        agree(one_op(self.KIND, inputs, [tensor(out, "int32", None)], output_type=tflite.TensorType.INT32))

    @pytest.mark.parametrize("output", ("int32", "int64"))
    @pytest.mark.parametrize("dtype", ("int32", "uint8", "bool"))
    def test_whole_numbers(self, dtype, output):
        cases = [(shape, axes) for shape, axes in REDUCED if len(axes) == 1]
        reduces(self.KIND, dtype, output, cases=cases)
        reduces(self.KIND, dtype, output, cases=cases, values=few)

    def test_wide_indices(self):
        """int64, of int8 numbers."""
        graph = one_op(self.KIND, [tensor((3, 17)), indices(1)], [tensor((3,), "int64", None)], output_type=4)
        agree(graph, oracle=LiteRt)

    @pytest.mark.parametrize("shape, axis", [((7,), 0), ((3, 17), 1), ((3, 17), 0), ((2, 5, 4, 3), 2), ((2, 5, 4, 3), -1)])
    def test_floats(self, shape, axis):
        out = [n for i, n in enumerate(shape) if i != axis % len(shape)]
        near(one_op(self.KIND, [real(shape), indices(axis)], [tensor(out, "int32", None)], output_type=2))
