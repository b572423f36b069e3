"""The board's reader of options gives what the FlexBuffers library gives, and ValueError for damage."""

import random

import pytest
from flatbuffers import flexbuffers
from hypothesis import given, settings
from hypothesis import strategies as st

from mite.flexbuffers import loads

NUMBERS = st.one_of(st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False, min_value=-1e38, max_value=1e38), st.booleans())
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=9)
KEYS = st.text(st.characters(min_codepoint=1, max_codepoint=127), max_size=9)
VALUES = st.recursive(
    st.one_of(st.none(), NUMBERS, TEXT, st.binary(max_size=9)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=12,
)


@settings(max_examples=300, derandomize=True, database=None, deadline=None)
@given(VALUES)
def test_any_value(value):
    data = bytes(flexbuffers.Dumps(value))
    assert loads(data) == flexbuffers.Loads(data)


def test_vectors_of_one_type():
    builder = flexbuffers.Builder()
    with builder.Map():
        builder.VectorFromElements("ints", [1, -2, 300])
        builder.VectorFromElements("reals", [1.5, -2.25])
        builder.FixedTypedVectorFromElements("pair", [3, 4])
        builder.FixedTypedVectorFromElements("three", [0.5, 1.5, 2.5])
        builder.TypedVectorFromElements("many", [7, 8, 9, 10, 11])
        builder.IndirectInt("far", -1234567)
        builder.IndirectFloat("real", 0.1)
    data = bytes(builder.Finish())
    assert loads(data) == {
        "ints": [1, -2, 300], "reals": [1.5, -2.25], "pair": [3, 4], "three": [0.5, 1.5, 2.5], "many": [7, 8, 9, 10, 11],
        "far": -1234567, "real": 0.1,
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(20))
def test_damage_is_a_value_error_or_another_value(seed):
    source = random.Random(seed)
    data = bytes(flexbuffers.Dumps({"gain": 3, "names": ["a", "b"], "deep": {"x": 1.5, "y": [1, 2, 3]}}))
    for _ in range(300):
        damaged = bytearray(data)
        for _ in range(source.choice((1, 2, 5))):
            damaged[source.randrange(len(damaged))] = source.choice((0, 1, 0xFF, 0x80, source.randrange(256)))
        try:
            loads(bytes(damaged[: source.choice((len(damaged), source.randrange(len(damaged)))) or None]))
        except ValueError as error:
            assert "FlexBuffers" in str(error)
