"""A model that mite cannot run: one error that lists everything."""

import pytest
from harness import NONE, Numbers, chain, indices, tensor
from mite_tools.compile import compile_graph
from mite_tools.errors import ConvertError
from mite_tools.graph import Op, Tensor
from mite_tools.tflite.read import parse
from mite_tools.tflite.write import write


def step(kind: str, x: Tensor, dtype: str | None = None, **options) -> Op:
    """An op from x to a tensor like it."""
    return Op(kind, [x], [tensor(x.shape, dtype or x.dtype, Numbers())], options)


def message(ops: list[Op]) -> str:
    graph = parse(write(chain(ops, ops[-1].outputs)), "odd")
    with pytest.raises(ConvertError) as caught:
        compile_graph(graph)
    return str(caught.value)


def test_everything_at_once():
    """Unknown ops and known ops with types that are not there: counts and types of all, in one error; but no custom ones, which the user has."""
    x = tensor((2, 8))
    ops = [step("BITCAST", x)]
    ops.append(step("CUSTOM:Whirl", ops[-1].outputs[0]))
    ops.append(step("CUSTOM:Whirl", ops[-1].outputs[0]))
    ops.append(step("HASHTABLE_FIND", ops[-1].outputs[0], "int64"))
    ops.append(step("AVERAGE_POOL_2D", ops[-1].outputs[0], fused_activation_function=NONE))
    text = message(ops)
    assert "3 ops" in text.splitlines()[0] and "odd" in text.splitlines()[0]
    assert "1 x BITCAST (int8 -> int8)" in text
    assert "Whirl" not in text
    assert "1 x HASHTABLE_FIND (int8 -> int64)" in text
    assert "1 x AVERAGE_POOL_2D (int64 -> int64): int64 tensors" in text


def test_supported_ops_are_not_listed():
    x = tensor((2, 8))
    a = Op("ADD", [x, x], [tensor((2, 8))], {"fused_activation_function": NONE})
    b = Op("RESHAPE", [a.outputs[0], indices(16)], [tensor((16,))])
    text = message([a, b, step("BITCAST", b.outputs[0])])
    assert "1 ops" in text and "ADD" not in text and "RESHAPE" not in text


def test_an_op_with_too_few_inputs_is_listed_too():
    """What would crash a lowering is told like the rest."""
    x = tensor((1, 4, 4, 2))
    short = Op("CONV_2D", [x], [tensor((1, 4, 4, 2))], {})
    text = message([short, step("BITCAST", short.outputs[0])])
    assert "1 x CONV_2D" in text and "1 x BITCAST" in text
