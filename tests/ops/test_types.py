"""SPEC.md's table of ops and types is true: each pair in it was run in this very session, and agreed with the reference.

Where no reference runs an op that only moves elements in some type, mite moves them as it moves those of a type that agreed.
"""

import numpy as np
import pytest
from harness import PASSED, Mite

from mite_tools.graph import Graph
from mite_tools.ops import LOWERINGS, exactness
from mite_tools.ops.base import MOVABLE
from mite_tools.tflite.read import parse
from mite_tools.tflite.write import write

# Those that a model is taken from, the best first: without scales, and not a type of indices.
TWINS = ("float32", "int64", "int16", "bool", "int8", "uint8", "int32")


@pytest.mark.asks_for_all
def test_every_op_and_type_of_the_table_was_tested(request):
    config, table = request.config, exactness()
    ran = {item.path.name for item in request.session.items}
    if any(getattr(config.option, name, None) for name in ("keyword", "markexpr", "lf", "deselect")) or any("::" in a for a in config.args):
        pytest.skip("some tests were left out by a choice")
    if not ran >= {f"test_{kind.removeprefix('CUSTOM:').lower()}.py" for kind in table}:
        pytest.skip("not all tests of tests/ops ran beside this one")
    missing = []
    for kind, types in table.items():
        passed = {dtype: PASSED[kind, dtype] for dtype in types if (kind, dtype) in PASSED}
        for dtype in types.keys() - passed.keys():
            twin = next((name for name in TWINS if passed.get(name)), None)
            moves = any(set(MOVABLE) <= set(each.TYPES) for each in LOWERINGS[kind])
            if not (twin and moves and moves_alike(passed[twin], twin, dtype)):
                missing.append(f"{kind} {dtype}")
    assert not missing, f"in SPEC.md's table, but in no test that passed: {', '.join(sorted(missing))}"


def with_type(model: bytes, old: str, new: str) -> Graph:
    """The model with its tensors of one type in another, and without scales."""
    graph = parse(model)
    for tensor in graph.tensors():
        if tensor.dtype == old:
            tensor.dtype, tensor.quantization = new, None
            if tensor.data is not None:
                tensor.data = (tensor.data.astype(np.int64) & 1).astype(new)
    return graph


def moves_alike(model: bytes, old: str, new: str) -> bool:
    """Do the same small numbers go to the same places, in both types?"""
    answers = []
    for dtype in (old, new):
        ours, rng = Mite(write(with_type(model, old, dtype))), np.random.default_rng(1)
        inputs = [rng.integers(0, 2, t.shape).astype(t.dtype) for t in ours.model.inputs]
        first = ours.run(inputs, 0)
        answers.append([a.astype(np.int64) for a in (*first, *ours.run(inputs, 0))])
    return all(np.array_equal(a, b) for a, b in zip(*answers, strict=True))
