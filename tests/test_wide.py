"""port/kernels/wide.h: arithmetic is correctly rounded, as this computer's is, and the exponential function as good as any library's."""

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
        "typedef mite_wide_t wide;\n"
        "void quotients(const float *a, const float *b, wide *out, int n) { while (n--) *out++ = mite_wide_quotient(*a++, *b++); }\n"
        "void products(const wide *a, const wide *b, wide *out, int n) { while (n--) *out++ = mite_wide_product(*a++, *b++); }\n"
        "void sums(const wide *a, const wide *b, wide *out, int n) { while (n--) *out++ = mite_wide_sum(*a++, *b++); }\n"
        "void wides(const float *x, wide *out, int n) { while (n--) *out++ = mite_wide_of(*x++); }\n"
        "void singles(const wide *x, float *out, int n) { while (n--) *out++ = mite_wide_single(*x++); }\n"
        "void powers(const wide *x, wide *out, int n) { while (n--) *out++ = mite_wide_exp(*x++); }\n"
    )
    library = folder / "many.so"
    flags = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-O2", "-fwrapv", "-ffp-contract=off", "-shared", "-fPIC"]
    subprocess.run(["gcc", *flags, "-o", library, source], check=True)
    return ctypes.CDLL(str(library))


def answers(function, *arrays, dtype=np.float64):
    """What a function makes of the numbers in arrays of one length."""
    out = np.empty(len(arrays[0]), dtype)
    function(*(np.ascontiguousarray(a).ctypes for a in arrays), out.ctypes, len(out))
    return out


def assert_same(found, wanted):
    """Bit for bit, but for the bits of what is not a number."""
    bits = {8: np.uint64, 4: np.uint32}[found.itemsize]
    assert np.array_equal(np.isnan(found), np.isnan(wanted))
    there = ~np.isnan(wanted)
    assert np.array_equal(found[there].view(bits), wanted[there].view(bits))


def some_doubles(random, count):
    """Of all sizes but subnormal ones; many near each other, and what is special."""
    x = random.integers(0, 1 << 64, count, np.uint64).view(np.float64)
    near = random.normal(0, 1, count) * 2.0 ** random.integers(-60, 60, count)
    few = np.tile([0, -0.0, 1, -1, np.inf, -np.inf, np.nan, 1e308, 0.1, 3, 2.0**-52, 1 + 2.0**-52], 40)
    x = np.concatenate([x, near, random.integers(-9, 9, count) * 0.5, few])
    return random.permutation(np.where(np.abs(x) < 1e-200, 0, x))


def test_products_and_sums(wide):
    random = np.random.default_rng(3)
    a, b = some_doubles(random, 100000), some_doubles(random, 100000)
    with np.errstate(all="ignore"):
        product, total = a * b, a + b
        almost = -a * (1 + 2.0**-50)
        left = a + almost
    normal = ~(np.abs(product) < 1e-300) | (a == 0) | (b == 0)
    assert normal.sum() > 150000
    assert_same(answers(wide.products, a, b)[normal], product[normal])
    assert_same(answers(wide.sums, a, b), total)
    assert_same(answers(wide.sums, a, almost), left)


def test_singles(wide):
    random = np.random.default_rng(4)
    x = random.integers(0, 1 << 32, 200000, np.uint32).view(np.float32)
    x = np.concatenate([x, np.float32([0, -0.0, np.inf, -np.inf, 1e-45, -1e-45, 1.1754942e-38, 3.4028235e38])])
    with np.errstate(all="ignore"):
        doubles = x.astype(np.float64)
        ties = doubles[np.isfinite(x)]
        wider = [doubles, ties * (1 + 2.0**-24), ties * (1 + 2.0**-24 + 2.0**-52), some_doubles(random, 100000)]
        wider = np.concatenate([*wider, random.normal(0, 1, 100000) * 2.0 ** random.integers(-155, 130, 100000)])
        rounded = wider.astype(np.float32)
    assert_same(answers(wide.wides, x), doubles)
    assert_same(answers(wide.singles, wider, dtype=np.float32), rounded)


def test_quotients(wide):
    random = np.random.default_rng(1)
    a = random.integers(0, 1 << 32, 300000, np.uint32).view(np.float32)
    b = np.abs(random.integers(0, 1 << 31, 300000, np.uint32).view(np.float32))
    few = np.float32([0, -0.0, 1, -1, 3, 10, 5, 1e-45, -1e-45, 3e38, np.inf, -np.inf])
    a, b = np.concatenate([a, np.repeat(few, len(few))]), np.concatenate([b, np.tile(few, len(few))])
    usable = (b > 0) & np.isfinite(b) & ~np.isnan(a)
    a, b = a[usable].copy(), b[usable].copy()
    assert np.array_equal(answers(wide.quotients, a, b).view(np.uint64), (a.astype(np.float64) / b).view(np.uint64))
    assert np.isnan(answers(wide.quotients, np.float32([np.nan]), np.float32([2])))[0]


def test_powers(wide):
    random = np.random.default_rng(2)
    x = np.concatenate([random.uniform(-745, 709, 50000), random.uniform(-5, 5, 200000), random.normal(0, 1e-4, 20000)])
    found, wanted = answers(wide.powers, x), np.array([math.exp(v) for v in x])
    apart = np.abs(found.view(np.int64) - wanted.view(np.int64))
    normal = wanted > 1e-307
    assert apart[normal].max() <= 1 and (apart[normal] > 0).mean() < 0.1
    # As a single, which is what becomes of it, it is the same.
    single = np.abs(x) < 87
    assert np.array_equal(found[single].astype(np.float32), wanted[single].astype(np.float32))


def test_the_edges_of_exp(wide):
    x = np.array([0.0, -0.0, 709.78, 709.79, 1e9, np.inf, -744, -750, -1e9, -np.inf])
    found = answers(wide.powers, x)
    assert list(found[:2]) == [1, 1] and np.isfinite(found[2]) and np.isinf(found[3:6]).all() and 0 < found[6] < 1e-307 and not found[7:].any()
    assert np.isnan(answers(wide.powers, np.array([np.nan])))[0]
