"""The C sources stand alone: a native module can have no variables outside of functions, and a board may have no C library."""

import shutil
import subprocess
from pathlib import Path

import pytest
from sanitized import ROOT, STRICT

FOLDERS = ("core", "ops", "kernels", "audio", "vision")
LIBRARY = {"memcpy", "memmove", "memset"}


@pytest.fixture(scope="module")
def symbols(tmp_path_factory) -> dict[str, list[tuple[str, str]]]:
    """Source file -> (kind, name) of each symbol of its object, kinds as `nm` tells them."""
    if not shutil.which("gcc") or not shutil.which("nm"):
        pytest.skip("there is no gcc or nm to look with")
    folder = tmp_path_factory.mktemp("objects")
    found = {}
    for kind in FOLDERS:
        for source in sorted((ROOT / "port" / kind).glob("*.c")):
            target = folder / f"{kind}-{source.stem}.o"
            # Without -O, small static functions and the calls they make would stay, used or not.
            flags = [*STRICT, "-O2", "-fno-pic", "-fno-stack-protector", "-DMICROPY_ENABLE_DYNRUNTIME"]  # as in a native module
            subprocess.run(["gcc", *flags, "-c", "-o", target, source], check=True)
            lines = subprocess.run(["nm", target], capture_output=True, text=True, check=True).stdout.splitlines()
            found[f"{kind}/{source.name}"] = [tuple(line.split()[-2:]) for line in lines]
    return found


def test_nothing_is_asked_of_a_library(symbols):
    defined = {name for table in symbols.values() for kind, name in table if kind in "TRD"}
    for source, table in symbols.items():
        foreign = {name for kind, name in table if kind == "U"} - defined - LIBRARY
        assert not foreign, f"{source} needs {foreign}"


def test_there_are_no_variables_outside_of_functions(symbols):
    for source, table in symbols.items():
        # d, b, c: initialized, zeroed, common; capital where other files see them.
        variables = {name for kind, name in table if kind in "dDbBcC"}
        assert not variables, f"{source} has {variables}"


def test_public_names_begin_with_the_project(symbols):
    for source, table in symbols.items():
        others = {name for kind, name in table if kind in "TRDBC" and not name.startswith("mite_")}
        assert not others, f"{source} makes {others} public"


def test_sources_include_nothing_else():
    allowed = {"<stddef.h>", "<stdint.h>", "<stdbool.h>", "<string.h>", "<limits.h>"}
    for folder in FOLDERS:
        for source in sorted((ROOT / "port" / folder).glob("*.[ch]")):
            names = {line.split()[1] for line in source.read_text().splitlines() if line.startswith("#include <")}
            names -= {"<arm_mve.h>", "<arm_acle.h>", "<immintrin.h>"}  # an instruction set's own
            assert names <= allowed, f"{Path(source).relative_to(ROOT)} includes {names - allowed}"
