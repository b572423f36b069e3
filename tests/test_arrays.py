"""Images as arrays, and compressed: all of them hold the same image."""

import shutil
import subprocess

import mite
import pytest
from mite_tools.cli import main
from mite_tools.compile import compile_model
from mite_tools.errors import ConvertError
from mite_tools.image import compress
from mite_tools.image.arrays import render
from small_models import classifier, every_op


@pytest.fixture(scope="module")
def digits(root):
    return root / "host_tools" / "mite_tools" / "models" / "digits" / "digits_int8.tflite"


def convert(capsys, *arguments) -> str:
    assert main(["convert", *map(str, arguments)]) == 0
    return capsys.readouterr().out


def test_the_module_has_the_image(digits, tmp_path, capsys):
    path = tmp_path / "words.py"
    convert(capsys, digits, "-o", path)
    names = {}
    exec(path.read_text(), names)
    assert names["IMAGE"] == compile_model(digits).image


def test_the_module_on_micropython(digits, tmp_path, capsys, request):
    micropython = request.config.rootpath / "build" / "firmware" / "UNIX" / "micropython-unix"
    if not micropython.exists():
        pytest.skip("there is no MicroPython for this computer yet: `make unix`")
    convert(capsys, digits, "-o", tmp_path / "words.py")
    code = "import words, mite; print(len(words.IMAGE), mite.Model(bytearray(words.IMAGE)).output.shape)"
    done = subprocess.run([micropython, "-X", "heapsize=8M", "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.startswith(str(len(compile_model(digits).image))), done.stdout + done.stderr


@pytest.mark.parametrize("compiler", ["gcc", "g++"])
def test_the_header_compiles_to_the_image(digits, tmp_path, capsys, compiler):
    if not shutil.which(compiler):
        pytest.skip(f"there is no {compiler}")
    convert(capsys, digits, "-o", tmp_path / "2-words.h")
    (tmp_path / "main.c").write_text(
        '#include "2-words.h"\n#include <stdio.h>\nint main(void) {\n'
        "    if ((uintptr_t)_2_words % 16 || _2_words_arena_bytes == 0) return 1;\n"
        "    return fwrite(_2_words, 1, sizeof _2_words, stdout) != sizeof _2_words;\n}\n"
    )
    subprocess.run([compiler, "-Wall", "-Werror", "main.c", "-o", "main"], cwd=tmp_path, check=True)
    assert subprocess.run([tmp_path / "main"], capture_output=True, check=True).stdout == compile_model(digits).image


def test_another_suffix_is_asked_about_before_anything_is_written(digits, tmp_path, capsys):
    assert main(["convert", str(digits), "-o", str(tmp_path / "words.bin")]) == 1
    assert "must end with one of .mite, .h, .py" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_name_cannot_end_a_comment():
    image = classifier()
    for path in ("a.h", "a.py"):
        from pathlib import Path

        assert b"\nint x" not in render(image, Path(path), "evil\nint x;")


@pytest.mark.parametrize("image", [classifier(), every_op()], ids=["classifier", "every op"])
def test_small_images_come_back(image):
    assert compress.opened(compress.compress(image), "it") == image


def test_convert_compresses(digits, tmp_path, capsys):
    path = tmp_path / "words.mite"
    out = convert(capsys, digits, "--compress", "-o", path)
    image = compile_model(digits).image
    assert "by xz -9" in out and f"{path.stat().st_size:,} bytes" in out and path.stat().st_size < compress.xz_bytes(image)
    assert compress.opened(path.read_bytes(), "it") == image
    assert main(["info", str(path)]) == 0 and f"image {len(image):,} bytes" in capsys.readouterr().out
    assert mite.Model(path).metadata == mite.Model(image).metadata


def test_published_images_come_back_smaller_than_xz_makes_them(shared):
    for name in ("kws_ref_model", "vww_96_int8", "ad01_int8", "mww_okay_nabu"):
        image = compile_model(shared / "models" / f"{name}.tflite").image
        smaller = compress.compress(image)
        xz = compress.xz_bytes(image)
        print(f"{name}: {len(image):,} -> {len(smaller):,} bytes, xz -9 {xz:,}")
        assert len(smaller) < xz and compress.opened(smaller, name) == image


def test_damage_is_told():
    data = bytearray(compress.compress(classifier()))
    with pytest.raises(ConvertError, match="it: the compressed image is cut off"):
        compress.opened(bytes(data[:-30]), "it")
    data[8] ^= 1
    with pytest.raises(ConvertError, match="it: the compressed image is damaged"):
        compress.opened(bytes(data), "it")
