"""Every op that only moves bytes, in every type that one of the references has, up to 5 and 6 dimensions."""

import numpy as np
import pytest
from harness import NONE, LiteRt, Reference, agree, indices, one_op
from mite_tools.graph import Graph
from mite_tools.tflite.write import write
from moving import like
from whole import plain

TYPES = ("int8", "uint8", "int16", "int32", "int64", "float32", "bool")
# What neither reference has.
LACKING = {
    ("SPLIT", "bool"), ("SPLIT_V", "bool"), ("PACK", "bool"), ("DEPTH_TO_SPACE", "int16"), ("DEPTH_TO_SPACE", "bool"), ("SPACE_TO_DEPTH", "int16"),
    ("SPACE_TO_DEPTH", "bool"), ("ZEROS_LIKE", "uint8"), ("ZEROS_LIKE", "int16"), ("ZEROS_LIKE", "bool"), ("UNPACK", "int64"), ("FILL", "int16"),
    ("RESIZE_NEAREST_NEIGHBOR", "int64"),
}  # fmt: skip
BLOCKS = ((1, 0), (0, 2), (1, 1))


def pairs_of(*rows, dtype="int32"):
    return plain((len(rows), 2), dtype, rows)


def cases(t):
    """(op, name of the case, inputs, shapes of the outputs, options); t makes a tensor of the type."""
    yield "RESHAPE", "", [t((3, 5)), indices(5, 3)], [(5, 3)], {}
    yield "SQUEEZE", "", [t((3, 1, 5))], [(3, 5)], {"squeeze_dims": (1,)}
    yield "EXPAND_DIMS", "", [t((3, 5)), indices(1)], [(3, 1, 5)], {}
    yield "CONCATENATION", "", [t((3, 5)), t((3, 2))], [(3, 7)], {"axis": 1, "fused_activation_function": NONE}
    yield "CONCATENATION", "5 dimensions", [t((2, 1, 2, 3, 3)), t((2, 1, 4, 3, 3))], [(2, 1, 6, 3, 3)], {"axis": -3, "fused_activation_function": NONE}
    yield "TRANSPOSE", "", [t((3, 5)), indices(1, 0)], [(5, 3)], {}
    yield "TRANSPOSE", "5 dimensions", [t((2, 3, 4, 5, 2)), indices(4, 2, 0, 3, 1)], [(2, 4, 2, 5, 3)], {}
    yield "TRANSPOSE", "6 dimensions", [t((2, 3, 2, 2, 3, 2)), indices(5, 3, 1, 0, 2, 4)], [(2, 2, 3, 2, 2, 3)], {}
    yield "PAD", "", [t((2, 3, 4)), pairs_of(*BLOCKS)], [(3, 5, 6)], {}
    yield "PAD", "5 dimensions", [t((1, 2, 3, 2, 2)), pairs_of((1, 0), (0, 0), (2, 1), (0, 1), (1, 1))], [(2, 2, 6, 3, 4)], {}
    yield "PADV2", "", [t((2, 3, 4)), pairs_of(*BLOCKS), t((), 1)], [(3, 5, 6)], {}
    yield "PADV2", "a computed value", [t((2, 3, 4)), pairs_of(*BLOCKS), t(())], [(3, 5, 6)], {}
    yield "MIRROR_PAD", "", [t((3, 4)), pairs_of((1, 2), (2, 0))], [(6, 6)], {"mode": 0}
    yield "PACK", "", [t((3, 5)), t((3, 5))], [(3, 2, 5)], {"axis": 1, "values_count": 2}
    yield "UNPACK", "", [t((3, 5))], [(5,)] * 3, {"axis": 0, "num": 3}
    yield "SLICE", "", [t((3, 5)), indices(1, 2), indices(2, -1)], [(2, 3)], {}
    yield "SLICE", "5 dimensions", [t((2, 3, 4, 2, 3)), indices(0, 1, 2, 0, 1), indices(2, 2, 2, 1, 1)], [(2, 2, 2, 1, 1)], {}
    masks = dict.fromkeys(("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask"), 0)
    yield "STRIDED_SLICE", "", [t((3, 5)), indices(0, 1), indices(3, 5), indices(2, 2)], [(2, 2)], masks
    yield "STRIDED_SLICE", "5 dimensions", [t((2, 3, 4, 2, 3)), indices(0, 2, 3, 1, 0), indices(2, 0, 0, 2, 3), indices(1, -1, -2, 1, 2)], \
        [(2, 2, 2, 1, 2)], masks  # fmt: skip
    yield "SPLIT", "", [plain((), "int32", 1), t((3, 6))], [(3, 2)] * 3, {"num_splits": 3}
    yield "SPLIT_V", "", [t((3, 6)), indices(1, 5), plain((), "int32", 1)], [(3, 1), (3, 5)], {"num_splits": 2}
    yield "REVERSE_V2", "", [t((3, 5)), indices(1)], [(3, 5)], {}
    yield "TILE", "", [t((3, 5)), indices(2, 3)], [(6, 15)], {}
    yield "BROADCAST_TO", "", [t((3, 1)), indices(2, 3, 5)], [(2, 3, 5)], {}
    yield "BROADCAST_TO", "5 dimensions", [t((2, 1, 3, 1, 2)), indices(2, 4, 3, 3, 2)], [(2, 4, 3, 3, 2)], {}
    yield "FILL", "", [indices(3, 5), t((), 1)], [(3, 5)], {}
    yield "FILL", "a computed value", [indices(3, 5), t(())], [(3, 5)], {}
    yield "ZEROS_LIKE", "", [t((3, 5))], [(3, 5)], {}
    yield "SPACE_TO_DEPTH", "", [t((2, 4, 6, 3))], [(2, 2, 3, 12)], {"block_size": 2}
    yield "DEPTH_TO_SPACE", "", [t((2, 2, 3, 12))], [(2, 4, 6, 3)], {"block_size": 2}
    yield "SPACE_TO_BATCH_ND", "", [t((1, 4, 6, 3)), indices(2, 2), pairs_of((0, 0), (0, 0))], [(4, 2, 3, 3)], {}
    yield "BATCH_TO_SPACE_ND", "", [t((4, 2, 3, 3)), indices(2, 2), pairs_of((0, 1), (1, 0))], [(1, 3, 5, 3)], {}
    yield "GATHER", "", [t((4, 5)), indices(2, 0, 2)], [(3, 5)], {"axis": 0, "batch_dims": 0}
    yield "GATHER_ND", "", [t((4, 5)), plain((2, 1), "int32", [[3], [1]])], [(2, 5)], {}
    yield "RESIZE_NEAREST_NEIGHBOR", "", [t((1, 3, 4, 2)), indices(5, 2)], [(1, 5, 2, 2)], {"align_corners": False, "half_pixel_centers": False}


def of(dtype):
    def make(shape, value=None):
        made = like(shape, dtype)
        made.data = None if value is None else np.full(shape, value, dtype)
        return made

    return make


NAMES = [(kind, name) for kind, name, *_ in cases(of("int8"))]


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("case", NAMES, ids=lambda case: " ".join(case))
def test_every_type(case, dtype):
    kind, inputs, shapes, options = next((c[0], *c[2:]) for c in cases(of(dtype)) if c[:2] == case)
    graph = one_op(kind, inputs, [like(s, dtype) for s in shapes], **options)
    oracle = oracle_of(graph)
    if oracle is None and (kind, dtype) in LACKING:
        pytest.skip("neither reference has it")
    agree(graph, oracle=oracle)


def oracle_of(graph: Graph):
    """TFLite Micro, or LiteRT for what that refuses; None if both do."""
    data = write(graph)
    for oracle in (Reference, LiteRt):
        try:
            oracle(data).run([np.zeros(t.shape, t.dtype) for t in graph.inputs], len(graph.outputs))
            return oracle
        except (RuntimeError, ValueError):
            continue
    return None


@pytest.mark.parametrize("dtype", ("int32", "int64"))
def test_paddings_of_both_types(dtype):
    graph = one_op("PAD", [like((2, 3)), pairs_of((1, 0), (0, 2), dtype=dtype)], [like((3, 5))])
    agree(graph, oracle=Reference if dtype == "int32" else LiteRt)


@pytest.mark.parametrize("dtype", ("int8", "int16", "int32", "bool", "int64"))
@pytest.mark.parametrize("index", ("int32", "int64"))
def test_a_slice_at_a_computed_index(index, dtype):
    rng = np.random.default_rng(0)
    graph = one_op("SLICE", [like((4, 7, 5), dtype), plain((3,), index), plain((3,), index, [2, 3, 5])], [like((2, 3, 5), dtype)])
    given = [[rng.integers(0, 2, (4, 7, 5)).astype(dtype), np.array(at, index)] for at in ((0, 0, 0), (2, 4, 0), (1, 3, 0))]
    agree(graph, given=given, oracle=Reference if dtype != "int64" else LiteRt)
