"""The interpreter in Python, on CPython with _mite hidden: the bytes of the C core, the faults of the C core, and the golden answers."""

import os
import random
import re
import subprocess
import sys

import _mite
import mite
import numpy as np
import pytest
from mite.custom import calls
from goldens import golden_runs
from hypothesis import given, settings
from hypothesis import strategies as st
from mite.pure import Program, fixed
from mite.pure.records import OPS
from model_files import golden_files, small_files, with_header
from small_models import classifier, convolutions, every_op

from mite_tools import arithmetic
from mite_tools.compile import compile_model
from mite_tools.image import spec
from mite_tools.image.pack import seal

# Those that take seconds; each with one run.
GOLDENS = (
    "kws_ref_model", "vww_96_int8", "resnet8_int8", "ad01_int8", "str_ww_ref_model", "micro_speech_quantized", "hello_world_int8",
    "mww_okay_nabu", "mww_alexa",
)  # fmt: skip
LACKS = -1 - [name for name, _ in spec.ERRORS].index("OP")
int32 = st.integers(-(2**31), 2**31 - 1)


@pytest.fixture
def pure(monkeypatch):
    """mite.Model runs in Python."""
    monkeypatch.setattr(mite.model, "Program", Program)


@pytest.mark.parametrize("name", GOLDENS)
def test_goldens(pure, shared, name):
    model = mite.Model(compile_model(shared / "models" / f"{name}.tflite").image)
    for given_, expected in zip(*golden_runs(shared / "goldens" / f"{name}.npz", 40 if model.state_size else 1)):
        for tensor, values in zip(model.inputs, given_, strict=True):
            tensor.data[:] = values.tobytes()
        model.invoke()
        for tensor, values in zip(model.outputs, expected, strict=True):
            assert bytes(tensor.data) == values.tobytes()


def test_the_script_of_all_pythons_without_mite(root, tmp_path):
    """tests/scripts/model_checks.py in a Python that has no _mite."""
    files = small_files()
    shared = root.parent / "shared"
    if (shared / "models").is_dir():
        files |= golden_files(shared, ("hello_world_int8",), most=5)
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    script = root / "tests" / "scripts" / "model_checks.py"
    code = f"import runpy, sys; sys.modules['_mite'] = None; sys.argv[1:] = [{str(tmp_path)!r}]; runpy.run_path({str(script)!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)
    assert done.stdout.splitlines()[-1:] and done.stdout.splitlines()[-1].startswith("all "), done.stdout + done.stderr


def fault(program, image: bytes):
    """What the program class says of an image: the five numbers of its ValueError, or None."""
    try:
        program(image)
    except ValueError as error:
        return error.args
    return None


OP_TESTS = ("mean", "softmax", "quantize", "dequantize", "add_n", "gather", "call_once", "if", "depthwise_conv_2d", "pack", "custom")


def test_the_op_suite_in_python(root):
    """The tests of ops against the reference, with the interpreter in Python in place of the core (all of tests/ops takes minutes)."""
    files = [path for name in OP_TESTS if (path := root / "tests" / "ops" / f"test_{name}.py").is_file()]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *files], cwd=root, env={**os.environ, "MITE_PURE": "1"},
        capture_output=True, text=True, timeout=900,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) > 150


def small_models() -> dict[str, bytes]:
    """Name -> image of every small model of which all ops are there in Python."""
    import small_models

    images = {}
    for name, make in vars(small_models).items():
        annotations = getattr(make, "__annotations__", {})
        if getattr(make, "__module__", "") == "small_models" and annotations == {"return": bytes}:
            image = make()
            if fault(Program, image) is None:
                images[name] = image
    return images


def fill_with_a_sum(inputs, outputs, options):
    """For any custom op."""
    for output in outputs:
        output[:] = bytes((sum(sum(x) for x in inputs if x is not None) + i) & 255 for i in range(len(output)))


def test_small_models_leave_the_same_outputs(monkeypatch):
    models = small_models()
    assert {"every_op", "classifier", "convolutions"} <= models.keys()
    for name, image in models.items():
        theirs = mite.Model(image)
        monkeypatch.setattr(mite.model, "Program", Program)
        ours = mite.Model(image)
        monkeypatch.setattr(mite.model, "Program", _mite.Program)
        for call in calls(theirs):
            monkeypatch.setitem(mite.model.REGISTERED, call.name, (fill_with_a_sum, False, False))
        rng = random.Random(name)
        for _ in range(3):
            for a, b in zip(ours.inputs, theirs.inputs):
                a.data[:] = b.data[:] = np.float32([rng.gauss(0, 3) for _ in range(len(a))]).tobytes() if a.dtype == "float32" else rng.randbytes(len(a.data))
            for model in (ours, theirs):
                model.rows(bytes(range(144)))  # for one that takes its input in rows
                model.invoke()
            assert [bytes(t.data) for t in ours.outputs] == [bytes(t.data) for t in theirs.outputs], name
            assert bytes(ours.state) == bytes(theirs.state), name


def damaged(image: bytes, rng: random.Random) -> bytes:
    """The image, sealed, with one to three bytes of header, tensors or records replaced."""
    end = spec.HEADER.unpack(image)["constants"]
    changed = bytearray(image)
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(4, end)
        changed[at] = rng.choice((0, 1, 2, 0x7F, 0x80, 0xFF, changed[at] ^ 1, changed[at] + 1 & 255, rng.randrange(256)))
    return seal(bytes(changed))


def test_the_same_faults_as_the_core():
    """Code, record, op and both numbers."""
    rng, refused = random.Random(7), 0
    for name, image in small_models().items():
        for _ in range(400):
            bad = damaged(image, rng)
            expected, found = fault(_mite.Program, bad), fault(Program, bad)
            if found and found[0] == LACKS and found[3] not in OPS:
                continue  # the damage made it an op that is not there in Python
            assert found == expected, name
            refused += expected is not None
    assert refused > 500


def test_cut_off_and_foreign_files_as_the_core_says():
    image = classifier()
    for bad in (b"", b"MI", b"MITE", b"GIF89a" + bytes(100), image[:43], image[:-4], image[:-1], bytes(44), image + bytes(9),
                with_header(image, format=9), with_header(image, runtime=200), with_header(image, arena_bytes=0x40000000)):  # fmt: skip
        assert fault(Program, bad) == fault(_mite.Program, bad)
    flipped = bytearray(image)
    for at in range(len(image)):
        flipped[at] ^= 1 << at % 8
        assert fault(Program, bytes(flipped)) == fault(_mite.Program, bytes(flipped)) is not None, at
        flipped[at] ^= 1 << at % 8


def test_the_checksum_without_binascii():
    import zlib

    from mite.pure.crc import crc32

    data = convolutions()
    assert crc32(data[10:], crc32(data[:10])) == zlib.crc32(data)


def test_memory_that_does_not_do():
    program = Program(every_op())
    with pytest.raises(ValueError, match="bind an arena first"):
        program.invoke()
    with pytest.raises(TypeError):
        program.bind(bytes(100000), bytearray(0))
    with pytest.raises(ValueError) as caught:
        program.bind(bytearray(8), bytearray(0))
    with pytest.raises(ValueError) as native:
        _mite.Program(every_op()).bind(bytearray(8), bytearray(0))
    assert caught.value.args == native.value.args


def test_an_op_that_is_not_there_is_named(pure):
    lacking = next((op for op in spec.OPS if op.number not in OPS), None)
    if lacking is None:
        pytest.skip("every op is there in Python")
    image = classifier()
    at = spec.HEADER.unpack(image)["program"]
    with pytest.raises(mite.ModelError, match=rf"op 0 \({lacking.op}\): this build of mite lacks op number {lacking.number}"):
        mite.Model(seal(image[:at] + bytes([lacking.number]) + image[at + 1 :]))


@settings(max_examples=500, deadline=None)
@given(int32, int32, st.integers(-31, 30))
def test_requantization(value, multiplier, shift):
    assert fixed.high_mul(value, multiplier) == arithmetic.high_mul(value, multiplier)
    assert fixed.scale(value, multiplier, shift) == arithmetic.scale(value, multiplier, shift)


@settings(max_examples=300, deadline=None)
@given(st.integers(-(2**31), 0), st.integers(0, 2**31 - 1))
def test_functions(x, y):
    assert fixed.exp(x) == arithmetic.fixed_exp(x, 5)
    assert fixed.one_over_one_plus(y) == arithmetic.fixed_one_over_one_plus(y)
