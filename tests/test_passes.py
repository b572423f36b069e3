"""The passes: what they take away, and that nothing else changes."""

import numpy as np
from mite_tools.compile import compile_graph
from mite_tools.graph import Graph, Op, Tensor
from mite_tools.passes import EARLY, PIPELINE, views
from mite_tools.program import root


def tensor(shape, dtype="int8", data=None) -> Tensor:
    return Tensor("", tuple(shape), dtype, None, None if data is None else np.asarray(data, dtype).reshape(shape))


def reshape(x: Tensor, *shape: int) -> Op:
    return Op("RESHAPE", [x, tensor((len(shape),), "int32", shape)], [tensor(shape, x.dtype)])


def transpose(x: Tensor) -> Op:
    return Op("TRANSPOSE", [x, tensor((2,), "int32", (1, 0))], [tensor(x.shape[::-1], x.dtype)])


def test_views_take_reshapes_away():
    first = transpose(tensor((2, 6)))
    second = reshape(first.outputs[0], 3, 4)
    third = transpose(second.outputs[0])
    graph = Graph([first, second, third], first.inputs[:1], third.outputs)
    assert views.run(graph) == "1 copy of 12 bytes"
    assert graph.ops == [first, third]
    assert second.outputs[0].view_of is first.outputs[0] and root(second.outputs[0]) is first.outputs[0]


def test_views_of_views_have_one_root():
    x = tensor((12,))
    ops = [reshape(x, 3, 4)]
    ops.append(reshape(ops[-1].outputs[0], 2, 6))
    ops.append(reshape(ops[-1].outputs[0], 12, 1))
    graph = Graph(list(ops), [x], ops[-1].outputs)
    views.run(graph)
    assert graph.ops == [] and all(root(op.outputs[0]) is x for op in ops)


def test_views_leave_constants():
    """A constant lies in the image, an output in the arena: that copy must be made."""
    op = reshape(tensor((4,), data=(1, 2, 3, 4)), 2, 2)
    graph = Graph([op], [], op.outputs)
    assert views.run(graph) == "" and graph.ops == [op]


def test_views_share_bytes_in_the_plan():
    first = transpose(tensor((2, 6)))
    second = reshape(first.outputs[0], 3, 4)
    compiled = compile_graph(Graph([first, second], first.inputs[:1], [first.outputs[0], second.outputs[0]]))
    assert compiled.plan.offset(first.outputs[0]) == compiled.plan.offset(second.outputs[0])
    assert len(compiled.program.records) == 1 and compiled.plan.arena_bytes == 24


def test_every_pass_says_what_it_saved_and_can_run_twice():
    for module in (*EARLY, *PIPELINE):
        first = transpose(tensor((2, 6)))
        second = reshape(first.outputs[0], 3, 4)
        graph = Graph([first, second], first.inputs[:1], second.outputs)
        assert isinstance(module.run(graph), str)
        before = list(graph.ops)
        assert module.run(graph) == "" and graph.ops == before, module.__name__
