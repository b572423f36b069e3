"""What the host computes: shapes, and what follows from them, so that a model of open shapes runs."""

import numpy as np
import pytest
from harness import NONE, LiteRt, Numbers, agree, chain, indices, tensor
from mite_tools.compile import compile_graph, problems
from mite_tools.graph import Op
from mite_tools.passes import fold
from mite_tools.tflite.write import write
from mite_tools.verify import verify
from whole import plain


def shape_of(x) -> Op:
    return Op("SHAPE", [x], [plain((len(x.shape),), "int32")], {"out_type": 2})


def first_of(vector) -> Op:
    """STRIDED_SLICE [0]."""
    masks = dict(begin_mask=0, end_mask=0, ellipsis_mask=0, new_axis_mask=0, shrink_axis_mask=1)
    return Op("STRIDED_SLICE", [vector, indices(0), indices(1), indices(1)], [plain((), "int32")], masks)


def open_(shape, dtype="int8", numbers=Numbers(0.05, -3), dims=None):
    """A tensor of which the file leaves dimensions open, and holds ones there; dims: which, all if None."""
    t = tensor(tuple(1 if dims is None or i in dims else n for i, n in enumerate(shape)), dtype, numbers)
    t.dynamic = tuple(dims is None or i in dims for i in range(len(shape)))
    return t


def flattened(x, *rest: int) -> list[Op]:
    """What exporters make of a reshape to [batch, *rest]."""
    ops = [shape_of(x)]
    ops.append(first_of(ops[-1].outputs[0]))
    sizes = [ops[-1].outputs[0], *(plain((), "int32", n) for n in rest)]
    ops.append(Op("PACK", sizes, [plain((len(sizes),), "int32")], {"axis": 0, "values_count": len(sizes)}))
    ops.append(Op("RESHAPE", [x, ops[-1].outputs[0]], [open_((1, *rest))]))
    return ops


def test_a_chain_of_shapes_goes():
    x = tensor((1, 4, 6), numbers=Numbers(0.05, -3))
    ops = flattened(x, 8, 3)
    ops.append(Op("ADD", [ops[-1].outputs[0], tensor((3,), data=[1, 2, 3])], [open_((1, 8, 3))], {"fused_activation_function": NONE}))
    ops.append(Op("MEAN", [ops[-1].outputs[0], indices(1)], [open_((1, 3))], {"keep_dims": False}))
    ops.append(Op("SOFTMAX", [ops[-1].outputs[0]], [open_((1, 3), numbers=Numbers(1 / 256, -128))], {"beta": 1.0}))
    graph = chain(ops, ops[-1].outputs)
    agree(graph, oracle=LiteRt)
    said = fold.run(graph)
    assert said == "3 ops computed by the host, 4 tensors got their shape" and [op.kind for op in graph.ops] == ["RESHAPE", "ADD", "MEAN", "SOFTMAX"]
    assert [op.outputs[0].shape for op in graph.ops] == [(1, 8, 3), (1, 8, 3), (1, 3), (1, 3)]
    assert fold.run(graph) == ""


def test_pictures_of_open_size():
    """A convolution, a pool and a fully connected op behind a reshape get their shapes."""
    x = tensor((1, 96), numbers=Numbers(0.05, -3))
    ops = flattened(x, 6, 8, 2)
    rng = np.random.default_rng(0)
    windows = dict(padding=0, stride_h=2, stride_w=1, fused_activation_function=NONE)
    filter = tensor((5, 3, 3, 2), numbers=Numbers(0.01), data=rng.integers(-127, 127, (5, 3, 3, 2)))
    bias = tensor((5,), "int32", Numbers(0.0005), rng.integers(-99, 99, 5))
    ops.append(Op("CONV_2D", [ops[-1].outputs[0], filter, bias], [open_((1, 3, 8, 5))], windows | dict(dilation_h_factor=1, dilation_w_factor=1)))
    ops[-1].options = windows | dict(dilation_hfactor=1, dilation_wfactor=1)
    ops.append(Op("MAX_POOL_2D", [ops[-1].outputs[0]], [open_((1, 2, 7, 5))], windows | dict(padding=1, stride_h=1, filter_height=2, filter_width=2)))
    ops.append(Op("TRANSPOSE", [ops[-1].outputs[0], indices(0, 3, 1, 2)], [open_((1, 5, 2, 7))]))
    ops.append(Op("CONCATENATION", [ops[-1].outputs[0]] * 2, [open_((1, 5, 4, 7))], {"axis": 2, "fused_activation_function": NONE}))
    graph = chain(ops, ops[-1].outputs)
    agree(graph, oracle=LiteRt)
    assert compile_graph(graph).graph.outputs[0].shape == (1, 5, 4, 7)


def test_a_batch_of_any_size_is_one():
    x = open_((4, 6), dims=(0,))
    op = Op("ADD", [x, tensor((6,), data=range(6))], [open_((4, 6), dims=(0,))], {"fused_activation_function": NONE})
    graph = chain([op], op.outputs)
    agree(graph)
    assert x.shape == (1, 6)


def test_what_no_rule_is_for_stays():
    """An op that mite lacks between shapes: told as that, and no traceback."""
    x = tensor((1, 4, 6))
    ops = [shape_of(x)]
    ops.append(Op("BITCAST", [ops[-1].outputs[0]], [plain((3,), "int32")]))
    ops.append(Op("RESHAPE", [x, ops[-1].outputs[0]], [open_((1, 24))]))
    graph = chain(ops, ops[-1].outputs)
    fold.run(graph)
    assert any(kind == "BITCAST" for kind, _, _ in problems(graph))


@pytest.mark.parametrize("kind, role, others", [
    ("PAD", "paddings", [plain((2, 2), "int32")]), ("STRIDED_SLICE", "begin", [plain((2,), "int32")] * 3), ("TILE", "multiples", [plain((2,), "int32")]),
    ("TRANSPOSE", "order", [plain((2,), "int32")]), ("SLICE", "size", [plain((2,), "int32")] * 2),
])  # fmt: skip
def test_what_must_be_constant_is_named(kind, role, others):
    op = Op(kind, [tensor((3, 4)), *others], [tensor((3, 4))])
    assert [reason for _, _, reason in problems(chain([op], op.outputs))][0].startswith(f"its {role} (input")


def test_verify_sees_what_was_computed(tmp_path):
    """The reference's numbers are compared with the host's, too."""
    x = tensor((1, 4, 6), numbers=Numbers(0.05, -3))
    ops = flattened(x, 8, 3)
    (tmp_path / "open.tflite").write_bytes(write(chain(ops, ops[-1].outputs)))
    verdict = verify(tmp_path / "open.tflite")
    assert verdict.exact and [(row.op, row.of > 0) for row in verdict.rows] == [("SHAPE", True), ("STRIDED_SLICE", True), ("PACK", True), ("RESHAPE", True)]
