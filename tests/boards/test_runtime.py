"""What stands in for the compiler's library on Xtensa counts as this computer does."""

import ctypes
import subprocess

import numpy as np
import pytest

SOURCE = """
#define SAY(name, type, expression) void name(const type *a, const type *b, type *out, int n) {{ \\
    for (int i = 0; i < n; i++) {{ (void)b; out[i] = expression; }} }}
#include "{root}/port/micropython/runtime.c"
SAY(add, uint32_t, __addsf3(a[i], b[i]))
SAY(subtract, uint32_t, __subsf3(a[i], b[i]))
SAY(multiply, uint32_t, __mulsf3(a[i], b[i]))
SAY(from_signed, uint32_t, __floatsisf((int32_t)a[i]))
SAY(from_unsigned, uint32_t, __floatunsisf(a[i]))
SAY(to_signed, uint32_t, (uint32_t)__fixsfsi(a[i]))
SAY(greater, uint32_t, __gtsf2(a[i], b[i]) > 0)
SAY(less, uint32_t, __ltsf2(a[i], b[i]) < 0)
SAY(at_least, uint32_t, __gesf2(a[i], b[i]) >= 0)
SAY(at_most, uint32_t, __lesf2(a[i], b[i]) <= 0)
SAY(equal, uint32_t, __eqsf2(a[i], b[i]) == 0)
SAY(quotient, uint32_t, __udivsi3(a[i], b[i]))
SAY(rest, uint32_t, __umodsi3(a[i], b[i]))
SAY(signed_quotient, uint32_t, (uint32_t)__divsi3((int32_t)a[i], (int32_t)b[i]))
SAY(signed_rest, uint32_t, (uint32_t)__modsi3((int32_t)a[i], (int32_t)b[i]))
SAY(product, int64_t, __muldi3(a[i], b[i]))
SAY(left, int64_t, __ashldi3(a[i], (int32_t)(b[i] & 63)))
SAY(right, int64_t, __ashrdi3(a[i], (int32_t)(b[i] & 63)))
SAY(right_unsigned, int64_t, __lshrdi3(a[i], (int32_t)(b[i] & 63)))
"""
EDGES = [0x0, 0x1, 0x2, 0x7FFFFF, 0x800000, 0x800001, 0x3F7FFFFF, 0x3F800000, 0x3F800001, 0x7F7FFFFF, 0x7F800000, 0x7FC00000]


@pytest.fixture(scope="module")
def call(root, tmp_path_factory):
    """call(name, a, b): that function of runtime.c on two arrays of integers, in this computer's own code."""
    folder = tmp_path_factory.mktemp("runtime")
    (folder / "many.c").write_text(SOURCE.format(root=root))
    flags = ["-DMITE_RUNTIME", "-DMITE_RUNTIME_TEST", "-std=c99", "-Wall", "-Wextra", "-Werror", "-fwrapv", "-O2", "-shared", "-fPIC", "-Wl,-Bsymbolic"]
    subprocess.run(["gcc", *flags, "-o", folder / "many.so", folder / "many.c"], check=True)
    library = ctypes.CDLL(str(folder / "many.so"))

    def run(name, a, b):
        out = np.empty_like(a)
        getattr(library, name)(*(array.ctypes.data_as(ctypes.c_void_p) for array in (a, b, out)), len(a))
        return out

    return run


@pytest.fixture(scope="module")
def pairs():
    """Two arrays of the bits of floats: of any kind, of nearly the same size, and every pair of special ones."""
    random = np.random.default_rng(1)
    any_kind = random.integers(0, 2**32, (2, 500_000), dtype=np.uint32)
    near = random.integers(0, 2**32, 500_000, dtype=np.uint32)
    near = np.stack([near, (near + random.integers(-(2**25), 2**25, len(near))).astype(np.uint32) ^ np.uint32(1 << 31)])
    subnormal = random.integers(0, 2**25, (2, 200_000), dtype=np.uint32)
    numbers = np.array([e | sign for e in EDGES for sign in (0, 1 << 31)], dtype=np.uint32)
    special = np.stack([grid.ravel() for grid in np.meshgrid(numbers, numbers)])
    return [np.ascontiguousarray(half) for half in np.concatenate([any_kind, near, subnormal, special], axis=1)]


@pytest.mark.parametrize("name, operation", [("add", np.add), ("subtract", np.subtract), ("multiply", np.multiply)])
def test_arithmetic(call, pairs, name, operation):
    a, b = pairs
    if name == "multiply":  # half of them with results around the smallest normal number
        b = np.where(np.arange(len(b)) % 2, b, (0x80000000 & b) | (0x3F800000 - (a & 0x7F800000)).astype(np.uint32) % 0x7F000000)
        b = np.ascontiguousarray(b.astype(np.uint32))
    with np.errstate(all="ignore"):
        expected = operation(a.view(np.float32), b.view(np.float32))
    got = call(name, a, b)
    same = (got == expected.view(np.uint32)) | (np.isnan(got.view(np.float32)) & np.isnan(expected))
    assert same.all(), [(hex(a[i]), hex(b[i]), hex(got[i]), expected[i]) for i in np.flatnonzero(~same)[:5]]


@pytest.mark.parametrize(
    "name, operation",
    [("greater", np.greater), ("less", np.less), ("at_least", np.greater_equal), ("at_most", np.less_equal), ("equal", np.equal)],
)
def test_comparisons(call, pairs, name, operation):
    a, b = pairs
    assert (call(name, a, b).astype(bool) == operation(a.view(np.float32), b.view(np.float32))).all()
    assert (call(name, a, a).astype(bool) == operation(a.view(np.float32), a.view(np.float32))).all()


def test_conversions(call):
    whole = np.concatenate([np.random.default_rng(2).integers(0, 2**32, 500_000, dtype=np.uint32) >> np.uint32(s) for s in (0, 5, 8, 16)])
    assert (call("from_unsigned", whole, whole) == whole.astype(np.float32).view(np.uint32)).all()
    assert (call("from_signed", whole, whole) == whole.view(np.int32).astype(np.float32).view(np.uint32)).all()
    real = np.random.default_rng(3).normal(0, 1e5, 500_000).astype(np.float32)
    assert (call("to_signed", real.view(np.uint32), real.view(np.uint32)).view(np.int32) == real.astype(np.int32)).all()


def test_division_of_whole_numbers(call):
    random = np.random.default_rng(4)
    a = random.integers(0, 2**32, 200_000, dtype=np.uint32)
    b = np.maximum(random.integers(0, 2**32, 200_000, dtype=np.uint32) >> random.integers(0, 32, 200_000, dtype=np.uint32), 1)
    assert (call("quotient", a, b) == a // b).all() and (call("rest", a, b) == a % b).all()
    x, y = a.view(np.int32).astype(np.int64), b.view(np.int32).astype(np.int64)
    quotient = np.sign(x) * np.sign(y) * (abs(x) // abs(y))
    assert (call("signed_quotient", a, b).view(np.int32) == quotient.astype(np.int32)).all()
    assert (call("signed_rest", a, b).view(np.int32) == (x - quotient * y).astype(np.int32)).all()


def test_words_of_64_bits(call):
    random = np.random.default_rng(5)
    a, b = random.integers(-(2**63), 2**63, (2, 200_000), dtype=np.int64)
    with np.errstate(all="ignore"):
        assert (call("product", a, b) == a * b).all()
    by = b & 63
    assert (call("left", a, b) == (a << by)).all() and (call("right", a, b) == (a >> by)).all()
    assert (call("right_unsigned", a, b).view(np.uint64) == (a.view(np.uint64) >> by.view(np.uint64))).all()
