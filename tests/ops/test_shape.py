"""SHAPE: of a tensor whatever it holds."""

import pytest
from harness import LiteRt, Reference, agree, one_op
from moving import like
from whole import plain


@pytest.mark.parametrize("output, micro", [("int32", True), ("int64", False)])
@pytest.mark.parametrize("shape", [(7,), (1, 33), (2, 3, 4, 5, 6)])
def test_shapes(shape, output, micro):
    graph = one_op("SHAPE", [like(shape)], [plain((len(shape),), output)], out_type={"int32": 2, "int64": 4}[output])
    agree(graph, oracle=Reference if micro else LiteRt)
