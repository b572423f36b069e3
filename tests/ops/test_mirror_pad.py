"""MIRROR_PAD: REFLECT (0) and SYMMETRIC (1)."""

import pytest
from harness import tensor
from hypothesis import given
from hypothesis import strategies as st
from moving import like, moves


def mirror(shape, padding, mode, dtype="int8"):
    out = [before + n + after for n, (before, after) in zip(shape, padding)]
    moves("MIRROR_PAD", [like(shape, dtype), tensor((len(shape), 2), "int32", None, padding)], [out], dtype, mode=mode)


@pytest.mark.parametrize("mode", (0, 1))
@pytest.mark.parametrize("dtype", ("int8", "float32"))
def test_types(mode, dtype):
    mirror((1, 4, 5, 3), ((0, 0), (1, 2), (2, 1), (0, 0)), mode, dtype)


@st.composite
def case(draw):
    mode, dims = draw(st.integers(0, 1)), []
    for _ in range(draw(st.integers(1, 4))):
        size = draw(st.integers(1, 6))
        most = size if mode else size - 1
        dims.append((size, (draw(st.integers(0, most)), draw(st.integers(0, most)))))
    return *zip(*dims), mode


@given(case())
def test_any(case):
    mirror(*case)
