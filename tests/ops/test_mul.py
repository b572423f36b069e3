"""MUL, int8 and int16."""

import pytest
import sixteen
from first_scheme import agree_as_uint8
from harness import CLAMPS, NONE, Numbers, agree
from pairs import BROADCASTS, SCALES, ZEROS, agree_on_every_pair, pair
from reals import binary
from sixteen import agree_on_broadcasts, agree_on_pairs
from whole import pairs

OPTIONS = dict()


@pytest.mark.parametrize("scales", SCALES)
@pytest.mark.parametrize("zeros", ZEROS)
def test_every_pair(scales, zeros):
    agree_on_every_pair("MUL", [Numbers(s, z) for s, z in zip(scales, zeros)], **OPTIONS)


@pytest.mark.parametrize("shapes", BROADCASTS)
def test_broadcast(shapes):
    numbers = [Numbers(0.05, 2)] * 3
    agree(pair("MUL", *shapes, numbers, **OPTIONS))
    agree(pair("MUL", *reversed(shapes), numbers, **OPTIONS))


@pytest.mark.parametrize("activation", CLAMPS)
def test_activation(activation):
    agree(pair("MUL", (4, 50), (4, 50), [Numbers(0.05, 2), Numbers(0.03, -7), Numbers(0.05, -20)], activation=activation))


@pytest.mark.parametrize("scales", sixteen.SCALES)
def test_int16(scales):
    agree_on_pairs("MUL", [Numbers(s) for s in scales])


def test_int16_broadcast():
    agree_on_broadcasts("MUL", [Numbers(1e-4), Numbers(2e-4), Numbers(1e-4)])



@pytest.mark.parametrize("activation", CLAMPS)
def test_int16_activation(activation):
    agree_on_pairs("MUL", [Numbers(s) for s in (1e-4, 2e-3, 1e-3)], activation=activation)


@pytest.mark.parametrize("dtype, micro", [("int32", True), ("int64", False)])
def test_whole_numbers(dtype, micro):
    """They wrap."""
    pairs("MUL", dtype, micro=micro, fused_activation_function=NONE)


@pytest.mark.parametrize("activation", CLAMPS)
def test_whole_numbers_are_clamped(activation):
    pairs("MUL", "int32", shapes=[((3, 17), (17,))], micro=False, fused_activation_function=activation)


def test_floats():
    binary("MUL", activations=CLAMPS)


@pytest.mark.parametrize("scale", (1e-6, 5e-8, 1e-9, 1e-15, 3e-35))
@pytest.mark.parametrize("zero", (-128, 3, 127))
def test_a_vanishing_output_scale_in_the_first_scheme(scale, zero):
    """A layer that has died can leave such a scale."""
    agree_as_uint8(pair("MUL", (256, 1), (1, 256), [Numbers(0.02, -128), Numbers(0.004, 5), Numbers(scale, zero)]))
