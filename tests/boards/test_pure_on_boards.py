"""The interpreter in Python, on MicroPython that has nothing native of ours: the same script and goldens as for the C core."""

import numpy as np
import pytest
from packages import passes, passes_on_unix, put_package

from mite_tools import arithmetic

GOLDENS = ("kws_ref_model.", "hello_world_int8.")
EXTREMES = (0, 1, -1, 2, 0x3FFF, 0x4000, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 1 << 29, 1 << 30, (1 << 31) - 1, -(1 << 31), 1 - (1 << 31),
            -(1 << 30), -0x8000, -0x8001, -0x10000)  # fmt: skip


@pytest.fixture(scope="module")
def integer_files(files):
    """Those of the files that need no float32 ops, which the interpreter in Python lacks."""
    return {name: content for name, content in files.items() if not name.startswith(("hello_world_float.", "reals."))}


@pytest.fixture(scope="module")
def few_files(integer_files):
    """One run of each golden model: a board takes half a second for it."""
    files, short = integer_files, dict(integer_files)
    for name in files:
        if name.startswith(GOLDENS) and not name.endswith(".mite"):
            header = files[name.rpartition(".")[0] + ".mite"]
            at = int.from_bytes(header[24:28], "little")
            sizes = [int.from_bytes(header[at + 4 : at + 8], "little")]
            at += 20 + 4 * header[at + 17]
            sizes.append(int.from_bytes(header[at + 4 : at + 8], "little"))
            short[name] = files[name][: sizes[name.endswith(".out")]]
    return short


@pytest.mark.parametrize("name", ["m4", "m3", "rv32"])
def test_checks_and_goldens(fresh_board, few_files, root, name):
    link = fresh_board(name, stock=True)
    put_package(link, root, pure=True)
    link.exec("import mite\nfrom mite.pure import loops")
    assert link.eval("mite.model.NATIVE, loops.COMPILED") == (False, True)
    passes(link, few_files, timeout_s=600)


def test_checks_and_goldens_on_unix(stock_unix_micropython, integer_files, tmp_path):
    passes_on_unix(stock_unix_micropython, integer_files, tmp_path, "8M", timeout_s=600)


def pairs() -> list[tuple[int, int, int]]:
    """(value, multiplier, shift) for the requantization: extremes with each other, and random ones."""
    rng = np.random.default_rng(3)
    found = [(a, b, shift) for a in EXTREMES for b in EXTREMES for shift in (-31, -8, 0, 5)]
    wide = (rng.integers(-(2**31), 2**31, 1000) >> rng.integers(0, 31, 1000)).tolist()
    return found + [(a, int(rng.integers(1 << 30, 1 << 31)), int(rng.integers(-31, 31))) for a in wide]


@pytest.mark.parametrize("name", ["m4", "m3", "rv32"])
def test_viper_requantizes_as_the_host_does(fresh_board, root, name):
    """Products of 32 bits by halves of 16, words that wrap, and the two roundings."""
    link = fresh_board(name, stock=True)
    put_package(link, root, pure=True)
    cases = pairs()
    link.put("cases.bin", np.array(cases, "<i4").tobytes())
    link.exec(
        "from array import array\nfrom struct import pack\nfrom mite.pure.viper import scale\n"
        "cases, out = array('i', open('cases.bin', 'rb').read()), array('i', [0])\n"
        "with open('answers.bin', 'wb') as file:\n"
        "    for i in range(0, len(cases), 3):\n"
        "        out[0] = cases[i]\n"
        "        scale(1, 0, 0, out, pack('<iib', 0, cases[i + 1], cases[i + 2]), 1, 1)\n"
        "        file.write(out)\n",
        timeout_s=120,
    )
    answers = np.frombuffer(link.get("/ram/answers.bin"), "<i4").tolist()
    assert len(answers) == len(cases)
    for case, answer in zip(cases, answers):
        assert answer == arithmetic.scale(*case), case
