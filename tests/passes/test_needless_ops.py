"""Dead code, duplicates, and what can be computed beforehand."""

import numpy as np
from harness import NONE, Numbers, agree, chain, indices, tensor
from mite_tools.compile import compile_graph
from mite_tools.graph import Graph, Op
from mite_tools.passes import dead_code, duplicates, fold

OPTIONS = {"fused_activation_function": NONE}


def add(a, b, numbers=Numbers(0.1, 3)) -> Op:
    return Op("ADD", [a, b], [tensor(a.shape, numbers=numbers)], dict(OPTIONS))


def test_what_nobody_reads_goes():
    x = tensor((2, 6))
    used = add(x, x)
    first = add(x, x, Numbers(0.3, 1))
    second = add(first.outputs[0], x)
    graph = Graph([used, first, second], [x], used.outputs)
    assert dead_code.run(graph) == "2 ops" and graph.ops == [used] and dead_code.run(graph) == ""


def test_duplicates():
    x = tensor((2, 6))
    ops = [add(x, x), add(x, x), add(x, x, Numbers(0.2, 3))]
    ops.append(add(ops[0].outputs[0], ops[1].outputs[0]))
    ops.append(add(ops[2].outputs[0], ops[3].outputs[0]))
    agree(chain(list(ops), ops[-1].outputs))
    graph = Graph(list(ops), [x], ops[-1].outputs)
    assert duplicates.run(graph) == "1 ops" and graph.ops == [ops[0], *ops[2:]]
    assert ops[3].inputs == [ops[0].outputs[0]] * 2 and duplicates.run(graph) == ""


def test_equal_constants_are_one():
    x = tensor((2, 6))
    a, b = (add(x, tensor((6,), data=np.arange(6))) for _ in range(2))
    last = add(a.outputs[0], b.outputs[0])
    graph = Graph([a, b, last], [x], last.outputs)
    assert duplicates.run(graph) == "1 ops"


def test_duplicate_outputs_stay():
    x = tensor((2, 6))
    a, b = add(x, x), add(x, x)
    graph = Graph([a, b], [x], [*a.outputs, *b.outputs])
    assert duplicates.run(graph) == ""


def test_a_table_of_a_table_is_one():
    x = tensor((2, 6), numbers=Numbers(0.1, 3))
    likely = Op("LOGISTIC", [x], [tensor((2, 6), numbers=Numbers(1 / 256, -128))])
    unsigned = Op("QUANTIZE", [likely.outputs[0]], [tensor((2, 6), "uint8", Numbers(1 / 256, 0))])
    graph = chain([likely, unsigned], unsigned.outputs)
    agree(graph)
    assert [record.op.op for record in compile_graph(graph).program.records] == ["TABLE"]


def test_tables_stay_apart_where_what_lies_between_is_wanted():
    x = tensor((2, 6), numbers=Numbers(0.1, 3))
    first, second, third = (Op("RELU", [x], [tensor((2, 6))]) for _ in range(3))
    second.inputs, third.inputs = first.outputs, first.outputs
    last = add(second.outputs[0], third.outputs[0], Numbers(0.2, 1))
    for graph in (chain([first, second], [*first.outputs, *second.outputs]), chain([first, second, third, last], last.outputs)):
        agree(graph)
    third.outputs = [tensor((2, 6), numbers=Numbers(0.3, 0))]
    last.inputs = [second.outputs[0], third.outputs[0]]
    graph = chain([first, second, third, last], last.outputs)
    agree(graph)
    assert [record.op.op for record in compile_graph(graph).program.records] == ["TABLE"] * 3 + ["ADD"]


def test_constants_are_computed():
    """A chain of ops of constants, the last of which meets the input."""
    x = tensor((3, 2), numbers=Numbers(0.2, 4))
    known = tensor((2, 3), data=[[1, -2, 3], [100, -100, 7]])
    turned = Op("TRANSPOSE", [known, indices(1, 0)], [tensor((3, 2))])
    doubled = add(turned.outputs[0], turned.outputs[0])
    last = add(x, doubled.outputs[0])
    graph = chain([turned, doubled, last], last.outputs)
    agree(graph)
    assert fold.run(graph) == "2 ops computed by the host" and graph.ops == [last] and last.inputs[1].is_constant


def test_constant_output_stays():
    known = tensor((4,), data=[1, 2, 3, 4])
    op = Op("RESHAPE", [known, indices(2, 2)], [tensor((2, 2))])
    x = tensor((2, 2))
    other = add(x, x)
    graph = chain([op, other], [*op.outputs, *other.outputs])
    assert fold.run(graph) == ""
    compile_graph(graph)
