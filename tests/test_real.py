"""The functions of port/kernels/real.c over all numbers there are, against double precision: never further off than real.h says."""

import mite
import numpy as np
import pytest
from harness import one_op, tensor
from reals import SPECIAL
from mite_tools.compile import compile_graph

STEP = 2053  # every so manieth number: two million of them
NUMBERS = np.concatenate([np.arange(0, 1 << 32, STEP, np.uint64).astype(np.uint32).view(np.float32), SPECIAL])


def answers(kind: str, *values: np.ndarray, **options) -> np.ndarray:
    """What a TFLite op gives."""
    inputs = [tensor((len(v),), "float32") for v in values]
    model = mite.Model(compile_graph(one_op(kind, inputs, [tensor((len(values[0]),), "float32")], **options)).image)
    for input, numbers in zip(model.inputs, values):
        input.data[:] = numbers.astype(np.float32).tobytes()
    model.invoke()
    return np.frombuffer(bytes(model.output.data), np.float32)


def off(got: np.ndarray, exact: np.ndarray) -> float:
    """The largest distance from the exact values (float64), in units in the last place of a float32; infinite where one is no number, or not
    as infinite as the other."""
    with np.errstate(all="ignore"):
        unit = 2.0 ** (np.floor(np.log2(np.clip(np.abs(exact), 2.0**-126, 2.0**127))) - 23)
        apart = np.abs(got.astype(float) - exact) / unit
        rounded = exact.astype(np.float32)
    same = (got == rounded) | (np.isnan(got) & np.isnan(exact))
    apart = np.where(same & ~np.isfinite(rounded), 0, np.where(np.isfinite(got) & np.isfinite(exact), apart, np.inf))
    return float(apart.max())


def double(function):
    """The function in double precision."""
    with np.errstate(all="ignore"):
        return function(NUMBERS.astype(np.float64))


@pytest.mark.parametrize("kind, function, most", [
    ("EXP", np.exp, 1), ("LOG", np.log, 1), ("SQRT", np.sqrt, 0.5), ("SIN", np.sin, 1), ("COS", np.cos, 1), ("TANH", np.tanh, 2.5),
    ("FLOOR", np.floor, 0), ("CEIL", np.ceil, 0), ("ROUND", np.rint, 0), ("ELU", lambda x: np.where(x < 0, np.expm1(x), x), 1),
])  # fmt: skip
def test_functions(kind, function, most):
    assert off(answers(kind, NUMBERS), double(function)) <= most


def test_logistic():
    """From -9 on. Below that it is exp(x), as in the reference; above 16.6 it is 1."""
    got, exact = answers("LOGISTIC", NUMBERS), double(lambda x: 1 / (1 + np.exp(-x)))
    below = NUMBERS < -9
    assert off(got[~below], exact[~below]) <= 3
    assert off(got[below], double(np.exp)[below]) <= 1


def test_powers():
    """Of bases and exponents whose powers are numbers, and of those nearly 1 with large exponents."""
    rng = np.random.default_rng(0)
    wide = np.exp(rng.normal(size=1_000_000) * 8).astype(np.float32)
    near = np.float32(1) + rng.integers(-2000, 2000, 1_000_000).astype(np.float32) * np.float32(2**-24)
    for base, exponent in ((wide, rng.normal(size=len(wide)) * 10), (near, rng.normal(size=len(near)) * 1e5)):
        exponent = exponent.astype(np.float32)
        with np.errstate(all="ignore"):
            exact = np.power(base.astype(np.longdouble), exponent.astype(np.longdouble)).astype(np.float64)
        assert off(answers("POW", base, exponent), exact) <= 3


def test_the_rest_of_a_division_is_exact():
    rng = np.random.default_rng(1)
    a, b = rng.permutation(NUMBERS), rng.permutation(NUMBERS)
    keep = np.isfinite(a) & np.isfinite(b) & (b != 0)
    a, b = a[keep], b[keep]
    rest = np.fmod(a, b)
    wanted = np.where((rest != 0) & ((rest < 0) != (b < 0)), rest + b, rest)
    assert np.array_equal(answers("FLOOR_MOD", a, b), wanted)


def test_gelu():
    """The error function against its series in double precision, from where it is no smaller than a float32."""
    from math import erfc

    values = np.linspace(-8, 8, 20_001).astype(np.float32)
    exact = np.array([0.5 * x * erfc(float(np.float32(x * -np.float32(0.5**0.5)))) for x in values.astype(float)])
    assert off(answers("GELU", values), exact) <= 8
