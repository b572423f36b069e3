"""RANGE: of constants, summed up as the reference does. TFLite Micro lacks it."""

import numpy as np
import pytest
from harness import LiteRt, chain, note
from mite_tools.compile import problems
from mite_tools.graph import Op
from mite_tools.passes import fold
from whole import plain


@pytest.mark.parametrize("dtype", ("int32", "int64", "float32"))
@pytest.mark.parametrize("start, limit, delta", [(0, 5, 1), (3, 18, 4), (10, -7, -3), (0.1, 1, 0.1), (0, 1, 1 / 3), (1, 2.0000002, 0.25)])
def test_constants(start, limit, delta, dtype):
    """The host computes it; in the file its length is open."""
    numbers = [np.array(v, dtype) for v in (start, limit, delta)]
    if not numbers[2]:
        numbers[2][...] = 1
    x = plain((1,), dtype)
    op = Op("RANGE", [plain((), dtype, v) for v in numbers], [plain((1,), dtype)])
    op.outputs[0].dynamic = (True,)
    graph = chain([op, Op("CONCATENATION", [op.outputs[0], x], [plain((1,), dtype)], {"axis": 0, "fused_activation_function": 0})], [])
    graph.outputs = graph.ops[1].outputs
    graph.outputs[0].dynamic = (True,)
    wanted = LiteRt(_write(graph)).run([np.zeros(1, dtype)], 1)[0]
    note(graph)
    fold.run(graph)
    assert graph.ops == [] or graph.ops[0].kind == "CONCATENATION"
    assert op.outputs[0].data.tobytes() == wanted[:-1].tobytes() and graph.outputs[0].shape == wanted.shape


def test_what_is_not_constant_is_told():
    op = Op("RANGE", [plain((), "int32"), plain((), "int32", 5), plain((), "int32", 1)], [plain((5,), "int32")])
    assert "not constant" in next(iter(problems(chain([op], op.outputs))))[2]


def _write(graph):
    from mite_tools.tflite.write import write

    for number, t in enumerate(graph.tensors()):
        t.name = t.name or f"t{number}"
    return write(graph)
