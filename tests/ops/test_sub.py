"""SUB, int8 and int16."""

import pytest
import sixteen
from harness import CLAMPS, NONE, Numbers, agree
from pairs import BROADCASTS, SCALES, ZEROS, agree_on_every_pair, pair
from reals import binary
from sixteen import agree_on_broadcasts, agree_on_pairs
from whole import pairs

OPTIONS = dict()


@pytest.mark.parametrize("scales", SCALES)
@pytest.mark.parametrize("zeros", ZEROS)
def test_every_pair(scales, zeros):
    agree_on_every_pair("SUB", [Numbers(s, z) for s, z in zip(scales, zeros)], **OPTIONS)


@pytest.mark.parametrize("shapes", BROADCASTS)
def test_broadcast(shapes):
    numbers = [Numbers(0.05, 2)] * 3
    agree(pair("SUB", *shapes, numbers, **OPTIONS))
    agree(pair("SUB", *reversed(shapes), numbers, **OPTIONS))


@pytest.mark.parametrize("activation", CLAMPS)
def test_activation(activation):
    agree(pair("SUB", (4, 50), (4, 50), [Numbers(0.05, 2), Numbers(0.03, -7), Numbers(0.05, -20)], activation=activation))


@pytest.mark.parametrize("scales", sixteen.SCALES)
def test_int16(scales):
    agree_on_pairs("SUB", [Numbers(s) for s in scales])


def test_int16_broadcast():
    agree_on_broadcasts("SUB", [Numbers(1e-4), Numbers(2e-4), Numbers(1e-4)])



@pytest.mark.parametrize("activation", CLAMPS)
def test_int16_activation(activation):
    agree_on_pairs("SUB", [Numbers(s) for s in (1e-4, 2e-3, 1e-3)], activation=activation)


@pytest.mark.parametrize("dtype, micro", [("int32", True), ("int64", False)])
def test_whole_numbers(dtype, micro):
    """They wrap."""
    pairs("SUB", dtype, micro=micro, fused_activation_function=NONE)


@pytest.mark.parametrize("activation", CLAMPS)
def test_whole_numbers_are_clamped(activation):
    pairs("SUB", "int32", shapes=[((3, 17), (17,))], micro=False, fused_activation_function=activation)


def test_floats():
    binary("SUB", activations=CLAMPS)
