"""PAD inside of the op behind it."""

import pytest
from harness import NONE, SAME, VALID, Numbers, agree, chain, indices, tensor
from mite_tools.graph import Graph, Op
from mite_tools.passes import padding
from sixteen import widened
from weighted import convolution

NUMBERS = Numbers(0.05, -7)


def padded(amounts, x, numbers=None) -> Op:
    shape = tuple(n + a + b for n, (a, b) in zip(x.shape, amounts))
    return Op("PAD", [x, tensor((4, 2), "int32", None, amounts)], [tensor(shape, x.dtype, numbers or Numbers(x.scale, x.zero_point))])


def before(graph: Graph, amounts, outputs=()) -> Graph:
    """The graph of one op with a PAD in front of it."""
    op = graph.ops[0]
    whole = op.inputs[0]
    size = tuple(n - sum(pair) for n, pair in zip(whole.shape, amounts))
    pad = padded(amounts, tensor(size, whole.dtype, Numbers(whole.scale, whole.zero_point)))
    op.inputs[0] = pad.outputs[0]
    return chain([pad, op], [op.outputs[0], *(pad.outputs if outputs else ())])


AMOUNTS = tuple([(0, 0), rows, columns, (0, 0)] for rows, columns in (((1, 1), (1, 1)), ((0, 1), (0, 2)), ((3, 0), (5, 1)), ((4, 4), (0, 0))))
SLIDES = (((1, 1), (1, 1), (3, 3)), ((2, 2), (1, 1), (3, 3)), ((1, 3), (1, 1), (2, 5)), ((1, 1), (2, 2), (3, 2)))  # stride, dilation, kernel


@pytest.mark.parametrize("amounts", AMOUNTS)
@pytest.mark.parametrize("own", (SAME, VALID))
@pytest.mark.parametrize("kind", ("CONV_2D", "DEPTHWISE_CONV_2D"))
def test_convolution(kind, own, amounts):
    for stride, dilation, kernel in SLIDES:
        graph = before(convolution(kind, (13, 12), (5, 5), kernel, stride, dilation, own, input=NUMBERS), amounts)
        agree(graph)
        assert padding.run(graph).startswith("1 padded") and [op.kind for op in graph.ops] == [kind]


@pytest.mark.parametrize("amounts", AMOUNTS)
@pytest.mark.parametrize("kind", ("CONV_2D", "DEPTHWISE_CONV_2D"))
def test_convolution_of_int16(kind, amounts):
    graph = before(widened(convolution(kind, (13, 12), (5, 5), (3, 3), padding=VALID)), amounts)
    agree(graph)
    assert padding.run(graph).startswith("1 padded") and [op.kind for op in graph.ops] == [kind]


def test_two_readers():
    a, b = (convolution("CONV_2D", (8, 8), (3, 4), padding=VALID, input=NUMBERS, seed=seed) for seed in (1, 2))
    graph = before(a, AMOUNTS[0])
    other = b.ops[0]
    other.inputs[0] = graph.ops[1].inputs[0]
    for t in other.inputs + other.outputs:
        t.name = t.name and f"other {t.name}" if t is not other.inputs[0] else t.name
    graph = chain([*graph.ops, other], [graph.outputs[0], other.outputs[0]])
    agree(graph)
    assert padding.run(graph).startswith("1 padded") and len(graph.ops) == 2


@pytest.mark.parametrize(
    ("kind", "zero_point", "goes"), [("MAX_POOL_2D", -128, True), ("MAX_POOL_2D", 3, False), ("AVERAGE_POOL_2D", -128, False)]
)
def test_pool(kind, zero_point, goes):
    """Only where what is padded can never be the largest."""
    numbers = Numbers(0.05, zero_point)
    x = tensor((1, 10, 9, 3), numbers=numbers)
    options = {"padding": VALID, "stride_h": 2, "stride_w": 2, "filter_height": 3, "filter_width": 3, "fused_activation_function": NONE}
    graph = before(chain([Op(kind, [x], [tensor((1, 4, 4, 3), numbers=numbers)], options)], []), AMOUNTS[0])
    graph.outputs = graph.ops[1].outputs
    agree(graph)
    assert bool(padding.run(graph)) == goes


def test_what_must_stay():
    """Padding of channels, a scale that changes, a padded tensor that is an output, an op that cannot pad."""
    conv = convolution("CONV_2D", (8, 8), (5, 4), input=NUMBERS)
    assert padding.run(before(conv, [(0, 0), (0, 0), (0, 0), (1, 1)])) == ""
    conv = convolution("CONV_2D", (8, 8), (5, 4), input=NUMBERS)
    assert padding.run(before(conv, AMOUNTS[0], outputs=True)) == ""
    pad = padded(AMOUNTS[0], tensor((1, 4, 4, 2), numbers=NUMBERS))
    mean = Op("MEAN", [pad.outputs[0], indices(1, 2)], [tensor((1, 2), numbers=NUMBERS)], {"keep_dims": False})
    graph = chain([pad, mean], mean.outputs)
    assert padding.run(graph) == ""
    agree(graph)
