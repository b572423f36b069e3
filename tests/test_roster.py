"""The rosters are the only lists: what they name is there, and nothing is there that they do not name."""

import re

import pytest
from mite_tools.image import generate, spec
from mite_tools.ops import LOWERINGS

KERNEL = re.compile(r"^ +X\((\w+), (\w+), (\w+), \w+\)", re.MULTILINE)
TFLITE_OPS = sorted({kind for op in spec.OPS for kind in op.tflite})


@pytest.mark.parametrize("op", spec.OPS, ids=lambda op: op.op)
def test_op_is_complete(op, root):
    source = root / "port" / "ops" / f"{op.name}.c"
    assert source.is_file(), f"{op.op} is in image/roster, but there is no port/ops/{op.name}.c"
    text = source.read_text()
    for function in (f"int mite_check_{op.name}(", f"void mite_run_{op.name}("):
        assert function in text, f"port/ops/{op.name}.c has no {function.split()[1][:-1]}"
    assert f"### {op.op}\n" in (root / "SPEC.md").read_text(), f"SPEC.md has no section {op.op}: run `make generate`"


@pytest.mark.parametrize("kind", TFLITE_OPS)
def test_tflite_op_is_complete(kind, root):
    name = kind.removeprefix("CUSTOM:").lower()
    for path in (f"host_tools/mite_tools/ops/{name}.py", f"tests/ops/test_{name}.py"):
        assert (root / path).is_file(), f"image/roster says that {kind} can be run, but there is no {path}"
    assert kind in LOWERINGS, f"host_tools/mite_tools/ops/{kind.lower()}.py has no Op with KIND = {kind!r}"


def test_no_lowering_is_unnamed():
    extra = LOWERINGS.keys() - set(TFLITE_OPS)
    assert not extra, f"host_tools/mite_tools/ops has {', '.join(sorted(extra))}, which no op of image/roster names as its source"


def test_no_op_file_is_unnamed(root):
    known = {f"{op.name}.c" for op in spec.OPS} | {"ops.c", "convolution.c", "strides.c"}  # what all ops or several share
    extra = {path.name for path in (root / "port" / "ops").glob("*.c")} - known
    assert not extra, f"port/ops has {', '.join(sorted(extra))}, which image/roster does not name"


def test_op_names_are_unique():
    assert len(spec.OP_NUMBERS) == len(spec.OPS) < 256


@pytest.mark.parametrize("path, text", generate.outputs().items(), ids=lambda value: getattr(value, "name", ""))
def test_generated_files_are_current(path, text):
    assert path.read_text() == text, f"{path.name} is not what image/roster says: run `make generate`"


def kernels(root):
    """(what, types, isa) of every kernel in the roster."""
    return {found.groups() for found in KERNEL.finditer((root / "port" / "kernels" / "roster.h").read_text())}


def test_kernel_files_are_those_of_the_roster(root):
    named = {f"{what}_{types}__{isa}.c" for what, types, isa in kernels(root)}
    there = {path.name for path in (root / "port" / "kernels").glob("*__*.c")}
    assert named, "port/kernels/roster.h names no kernel"
    assert not named - there, f"in port/kernels/roster.h, but missing: {', '.join(sorted(named - there))}"
    assert not there - named, f"in port/kernels, but not in its roster.h: {', '.join(sorted(there - named))}"


def test_every_kernel_has_a_generic_form(root):
    named = kernels(root)
    for what, types, isa in sorted(named):
        assert (what, types, "generic") in named, f"{what}_{types}__{isa} has no generic kernel beside it"


def test_kernel_files_define_their_kernel(root):
    for what, types, isa in kernels(root):
        name = f"{what}_{types}__{isa}"
        assert f"mite_{name}(" in (root / "port" / "kernels" / f"{name}.c").read_text(), f"{name}.c does not define mite_{name}"
