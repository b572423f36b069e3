"""ADD, int8 and int16."""

import numpy as np
import pytest
import sixteen
from harness import CLAMPS, NONE, Numbers, agree, one_op, tensor
from hypothesis import given
from hypothesis import strategies as st
from reals import binary
from whole import pairs


def add(a_shape, b_shape=None, a=Numbers(0.05, 3), b=Numbers(0.03, -7), output=Numbers(0.08, 1), activation=NONE, constant=None, seed=0):
    """constant: "a" or "b" is one."""
    b_shape = a_shape if b_shape is None else b_shape
    rng = np.random.default_rng(seed)
    values = {name: rng.integers(-128, 127, shape, endpoint=True) for name, shape in (("a", a_shape), ("b", b_shape))}
    pair = [
        tensor(shape, numbers=numbers, data=values[name] if constant == name else None)
        for name, shape, numbers in (("a", a_shape, a), ("b", b_shape, b))
    ]
    out = tensor(np.broadcast_shapes(a_shape, b_shape), numbers=output)
    return one_op("ADD", pair, [out], fused_activation_function=activation)


@pytest.mark.parametrize("count", (1, 3, 7, 8, 15, 16, 17, 33, 300))
def test_sizes(count):
    agree(add((1, count)))


BROADCASTS = [
    ((2, 3), (3,)), ((2, 3), (1, 1)), ((1,), (4, 5)), ((2, 3, 4), (3, 1)), ((2, 1, 4), (1, 3, 1)), ((1, 5, 4, 3), (3,)),
    ((2, 5, 4, 3), (1, 1, 1, 3)), ((2, 5, 4, 3), (2, 1, 1, 3)), ((2, 1, 4, 1), (1, 5, 1, 3)), ((2, 3, 4, 5, 6), (1, 3, 1, 5, 1)),
    ((), (2, 3)), ((2, 3, 2, 3, 2), (2, 3, 2, 3, 2)), ((2, 3, 4, 5, 6), (6,)),
]  # fmt: skip


@pytest.mark.parametrize("shapes", BROADCASTS)
@pytest.mark.parametrize("swapped", (False, True))
def test_broadcast(shapes, swapped):
    agree(add(*reversed(shapes) if swapped else shapes))


@pytest.mark.parametrize("constant", ("a", "b"))
@pytest.mark.parametrize("shapes", [((2, 3, 4), (2, 3, 4)), ((2, 3, 4), (4,)), ((1,), (2, 3, 4)), ((3, 1), (2, 1, 4))])
def test_constant(constant, shapes):
    agree(add(*shapes, constant=constant))


def test_same_tensor_twice():
    x = tensor((2, 9), numbers=Numbers(0.05, -4))
    agree(one_op("ADD", [x, x], [tensor((2, 9), numbers=Numbers(0.11, 2))], fused_activation_function=NONE))


@pytest.mark.parametrize("activation", CLAMPS)
@pytest.mark.parametrize("zero_point", (-128, 0, 127))
def test_activation(activation, zero_point):
    agree(add((4, 50), output=Numbers(0.05, zero_point), activation=activation))


@pytest.mark.parametrize("zero_points", [(-128, 127, 0), (127, -128, -128), (-128, -128, 127), (127, 127, 127)])
def test_zero_points(zero_points):
    agree(add((4, 50), None, *(Numbers(scale, zero) for scale, zero in zip((0.05, 0.03, 0.08), zero_points))))


@pytest.mark.parametrize("scales", [(1, 1, 1), (1e-6, 1, 0.9), (3e4, 1e-3, 2e4), (0.1, 0.1, 1e-4), (0.1, 0.2, 50), (1e-9, 1e-9, 1e-9)])
def test_scales(scales):
    agree(add((4, 50), None, *(Numbers(scale, zero) for scale, zero in zip(scales, (2, -5, 7)))))


@pytest.mark.parametrize(
    "scales", [(0.05, 0.03, 0.08), (0.1, 0.1, 0.1), (0.02, 0.7, 0.3), (1 / 256, 1 / 128, 1 / 64), (0.0117, 0.0301, 0.0271)]
)
def test_every_pair(scales):
    """All 65536 sums."""
    a = np.arange(-128, 128, dtype=np.int8)
    graph = add((256, 1), (1, 256), *(Numbers(scale, zero) for scale, zero in zip(scales, (2, -5, 7))))
    agree(graph, given=[[a.reshape(256, 1), a.reshape(1, 256)]])


@st.composite
def broadcast(draw):
    shape = draw(st.lists(st.integers(1, 5), min_size=1, max_size=5))
    pair = [[1 if draw(st.booleans()) else n for n in shape] for _ in range(2)]
    return [tuple(s[draw(st.integers(0, len(s) - 1)) :]) if draw(st.booleans()) else tuple(s) for s in pair]


numbers = st.builds(Numbers, st.floats(1e-3, 10), st.integers(-128, 127))


@given(broadcast(), numbers, numbers, numbers, st.sampled_from(CLAMPS), st.sampled_from((None, "a", "b")), st.integers(0, 1000))
def test_any(shapes, a, b, output, activation, constant, seed):
    agree(add(*shapes, a, b, output, activation, constant, seed))


@pytest.mark.parametrize("scales", sixteen.SCALES)
def test_int16(scales):
    sixteen.agree_on_pairs("ADD", [Numbers(s) for s in scales])


def test_int16_broadcast():
    sixteen.agree_on_broadcasts("ADD", [Numbers(1e-4), Numbers(2e-4), Numbers(1e-4)])


@pytest.mark.parametrize("activation", CLAMPS)
def test_int16_activation(activation):
    sixteen.agree_on_pairs("ADD", [Numbers(s) for s in (1e-4, 2e-3, 1e-3)], activation=activation)


@pytest.mark.parametrize("dtype, micro", [("int32", True), ("int64", False)])
def test_whole_numbers(dtype, micro):
    """They wrap."""
    pairs("ADD", dtype, micro=micro, fused_activation_function=NONE)


@pytest.mark.parametrize("activation", CLAMPS)
def test_whole_numbers_are_clamped(activation):
    pairs("ADD", "int32", shapes=[((3, 17), (17,))], micro=False, fused_activation_function=activation)


def test_floats():
    binary("ADD", activations=CLAMPS)
