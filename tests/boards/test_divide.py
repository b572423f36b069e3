"""The float division of native modules on ARMv6-M divides as the hardware of every other target does."""

import ctypes
import subprocess

import numpy as np
import pytest


@pytest.fixture(scope="module")
def divide(root, tmp_path_factory):
    """divide(a, b): port/micropython/divide.c on arrays of float32, in this computer's own code."""
    folder = tmp_path_factory.mktemp("divide")
    source = folder / "many.c"
    source.write_text(
        f'#include "{root}/port/micropython/divide.c"\n'
        "void many(const float *a, const float *b, float *out, int n) {\n"
        "    for (int i = 0; i < n; i++) out[i] = __aeabi_fdiv(a[i], b[i]);\n}\n"
    )
    library = folder / "many.so"
    subprocess.run(
        ["gcc", "-DMITE_DIVIDE_TEST", "-std=c99", "-Wall", "-Wextra", "-Werror", "-O2", "-shared", "-fPIC", "-o", library, source],
        check=True,
    )
    many = ctypes.CDLL(str(library)).many

    def run(a, b):
        out = np.empty_like(a)
        many(*(array.ctypes.data_as(ctypes.c_void_p) for array in (a, b, out)), len(a))
        return out

    return run


def agree(divide, a, b):
    with np.errstate(all="ignore"):
        expected = a / b
    got = divide(a, b)
    same = (got.view(np.uint32) == expected.view(np.uint32)) | (np.isnan(got) & np.isnan(expected))
    assert same.all(), [(a[i], b[i], got[i], expected[i]) for i in np.flatnonzero(~same)[:5]]


def test_on_numbers_of_any_kind(divide):
    bits = np.random.default_rng(1).integers(0, 2**32, (2, 2_000_000), dtype=np.uint32)
    agree(divide, *bits.view(np.float32))


def test_where_results_are_subnormal_or_overflow(divide):
    random = np.random.default_rng(2)
    for low, high in ((0, 2**24), (0x7E800000, 0x7F800000)):
        a = random.integers(low, high, 500_000, dtype=np.uint32).view(np.float32)
        b = random.integers(0x3F000000, 0x41000000, 500_000, dtype=np.uint32).view(np.float32)
        agree(divide, a, b)
        agree(divide, b, a)


def test_on_all_pairs_of_special_numbers(divide):
    edges = [0x0, 0x1, 0x2, 0x7FFFFF, 0x800000, 0x800001, 0x3F7FFFFF, 0x3F800000, 0x3F800001, 0x7F7FFFFF, 0x7F800000, 0x7FC00000]
    numbers = np.array([e | sign for e in edges for sign in (0, 1 << 31)], dtype=np.uint32).view(np.float32)
    a, b = (grid.ravel().copy() for grid in np.meshgrid(numbers, numbers))
    agree(divide, a, b)
