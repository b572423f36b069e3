"""port/kernels/wide.h: division is correctly rounded, and the exponential function as good as any library's."""

import ctypes
import math
import subprocess

import numpy as np
import pytest


@pytest.fixture(scope="module")
def wide(root, tmp_path_factory):
    """The functions on arrays, in this computer's own code."""
    folder = tmp_path_factory.mktemp("wide")
    source = folder / "many.c"
    source.write_text(
        f'#include "{root}/port/kernels/wide.h"\n'
        "void quotients(const float *a, const float *b, double *out, int n) { while (n--) *out++ = mite_wide_quotient(*a++, *b++); }\n"
        "void powers(const double *x, double *out, int n) { while (n--) *out++ = mite_wide_exp(*x++); }\n"
    )
    library = folder / "many.so"
    flags = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-O2", "-fwrapv", "-ffp-contract=off", "-shared", "-fPIC"]
    subprocess.run(["gcc", *flags, "-o", library, source], check=True)
    return ctypes.CDLL(str(library))


def quotients(wide, a, b):
    out = np.empty(len(a))
    wide.quotients(a.ctypes, b.ctypes, out.ctypes, len(a))
    return out


def powers(wide, x):
    out = np.empty(len(x))
    wide.powers(x.ctypes, out.ctypes, len(x))
    return out


def test_quotients(wide):
    random = np.random.default_rng(1)
    a = random.integers(0, 1 << 32, 300000, np.uint32).view(np.float32)
    b = np.abs(random.integers(0, 1 << 31, 300000, np.uint32).view(np.float32))
    few = np.float32([0, -0.0, 1, -1, 3, 10, 5, 1e-45, -1e-45, 3e38, np.inf, -np.inf])
    a, b = np.concatenate([a, np.repeat(few, len(few))]), np.concatenate([b, np.tile(few, len(few))])
    usable = (b > 0) & np.isfinite(b) & ~np.isnan(a)
    a, b = a[usable].copy(), b[usable].copy()
    assert np.array_equal(quotients(wide, a, b).view(np.uint64), (a.astype(np.float64) / b).view(np.uint64))
    assert np.isnan(quotients(wide, np.float32([np.nan]), np.float32([2])))[0]


def test_powers(wide):
    random = np.random.default_rng(2)
    x = np.concatenate([random.uniform(-745, 709, 50000), random.uniform(-5, 5, 200000), random.normal(0, 1e-4, 20000)])
    found, wanted = powers(wide, x), np.array([math.exp(v) for v in x])
    apart = np.abs(found.view(np.int64) - wanted.view(np.int64))
    normal = wanted > 1e-307
    assert apart[normal].max() <= 1 and (apart[normal] > 0).mean() < 0.1
    # As a single, which is what becomes of it, it is the same.
    single = np.abs(x) < 87
    assert np.array_equal(found[single].astype(np.float32), wanted[single].astype(np.float32))


def test_the_edges_of_exp(wide):
    x = np.array([0.0, -0.0, 709.78, 709.79, 1e9, np.inf, -744, -750, -1e9, -np.inf])
    found = powers(wide, x)
    assert list(found[:2]) == [1, 1] and np.isfinite(found[2]) and np.isinf(found[3:6]).all() and 0 < found[6] < 1e-320 and not found[7:].any()
    assert np.isnan(powers(wide, np.array([np.nan])))[0]
