"""`mite quantize` and `mite convert` with data as users have them, and what they say where something is wrong."""

import json
import shutil
import zipfile

import mite
import numpy as np
import pytest
import soundfile
from PIL import Image
from test_quantizer import Reals, mobile

from mite_tools.cli import main
from mite_tools.graph import Graph
from mite_tools.pictures import Pixels
from mite_tools.quantize import data
from mite_tools.tflite.read import read
from mite_tools.tflite.write import write

CLASSES = ("ant", "bee", "cow", "dog", "elk")


def run(capsys, *arguments) -> tuple[int, str, str]:
    """(exit status, stdout, stderr) of a command."""
    status = main([str(argument) for argument in arguments])
    return (status, *capsys.readouterr())


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "mobile_float.tflite"
    path.write_bytes(write(mobile(channels=40)))
    return path


@pytest.fixture
def folder(tmp_path):
    """Pictures of random pixels in folders of their classes."""
    random = np.random.default_rng(1)
    for number in range(20):
        path = tmp_path / "pictures" / CLASSES[number % 5] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(random.integers(0, 256, (20, 30, 3), np.uint8)).save(path)
    return tmp_path / "pictures"


def test_pictures_become_a_model_that_remembers_how_they_were_made(model, folder, tmp_path, capsys):
    labels = tmp_path / "labels.txt"
    labels.write_text("\n".join(CLASSES))
    status, out, _ = run(capsys, "quantize", model, "--data", folder, "--samples", 12, "--labels", labels, "--fit", "crop", "--pixels=-1..1")
    made = tmp_path / "mobile_int8.tflite"
    assert status == 0 and made.exists() and "worst:" in out and "accuracy:" in out and "of 8 samples" in out
    graph = read(made)
    assert (graph.inputs[0].dtype, graph.inputs[0].scale, graph.inputs[0].zero_point) == ("int8", float(np.float32(1 / 127.5)), 0)
    assert run(capsys, "convert", made)[0] == 0
    image = mite.Model(made.with_suffix(".mite").read_bytes())
    assert image.metadata["pixels"] == {"mean": [127.5], "std": [127.5], "fit": "crop"} and image.labels == list(CLASSES)
    assert run(capsys, "report", made)[0] == 0
    page = made.with_suffix(".html").read_text()
    assert "What quantization cost" in page and page.count("DEPTHWISE_CONV_2D") >= 2 and " dB" in page
    status, out, _ = run(capsys, "run", made.with_suffix(".mite"), folder / "ant" / "0.png")
    assert status == 0 and any(name in out for name in CLASSES)


def test_convert_quantizes_on_the_way(model, folder, capsys):
    status, out, _ = run(capsys, "convert", model, "--data", folder, "--samples", 8)
    assert status == 0 and "worst:" in out and "mite quantize" not in out
    image = mite.Model(model.with_suffix(".mite").read_bytes())
    assert image.input.dtype == "int8" and image.metadata["pixels"]["std"] == [255.0]
    status, out, _ = run(capsys, "convert", model)
    assert status == 0 and "mite quantize" in out and mite.Model(model.with_suffix(".mite").read_bytes()).input.dtype == "float32"


def test_json_and_other_widths(model, folder, capsys):
    found = {}
    for width in ("--weights=int8", "--weights=int4", "--activations=int16"):
        status, out, _ = run(capsys, "quantize", model, "--data", folder, "--samples", 8, "--json", width)
        assert status == 0
        found[width] = json.loads(out)
    wide, plain, narrow = (np.mean([layer["snr_db"] for layer in each["layers"]]) for each in map(found.get, ("--activations=int16", "--weights=int8", "--weights=int4")))
    assert wide > plain > narrow + 3
    assert found["--weights=int8"]["output"].endswith("mobile_int8.tflite") and found["--activations=int16"]["output"].endswith("mobile_int16.tflite")
    assert {layer["weights"] for layer in found["--weights=int4"]["layers"]} >= {"int4", ""}


def test_max_bytes_narrows_as_little_as_it_can(model, folder, tmp_path, capsys):
    def image(*more):
        assert run(capsys, "quantize", model, "--data", folder, "--samples", 8, "-o", tmp_path / "made.mite", *more)[0] == 0
        return (tmp_path / "made.mite").stat().st_size

    wide = image()
    least = image("--weights=int4", "--max-bytes", 1 << 20)
    assert least == wide  # it fits as it is
    limit = wide - 100
    assert image("--max-bytes", limit) <= limit
    status, _, error = run(capsys, "quantize", model, "--data", folder, "--samples", 8, "--max-bytes", 500)
    assert status == 1 and "with four bits in all of its weights" in error


@pytest.mark.parametrize("kind", ("npy", "npz", "zip", "py"))
def test_other_kinds_of_data(kind, model, folder, tmp_path):
    random, graph = np.random.default_rng(2), read(model)
    many = random.normal(0, 1, (9, 12, 12, 3)).astype(np.float32)
    path = tmp_path / f"many.{kind}"
    if kind == "npy":
        np.save(path, many)
    elif kind == "npz":
        np.savez(path, x=many, labels=np.arange(9) % 5)
    elif kind == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            for each in folder.rglob("*.png"):
                archive.write(each, each.relative_to(folder))
    else:
        path.write_text("import numpy\ndef samples():\n    for i in range(9):\n        yield [numpy.full((12, 12, 3), i)], i % 5\n")
    loaded = data.load(path, graph, 7, data.Preparing(labels=CLASSES))
    assert len(loaded.samples) == len(loaded.classes) == 7 and loaded.is_labelled == (kind != "npy")
    assert all(value.shape == (1, 12, 12, 3) and value.dtype == np.float32 for (value,) in loaded.samples)
    rest = data.load(path, graph, 100, data.Preparing(labels=CLASSES), skip=7)
    assert len(rest.samples) == (13 if kind == "zip" else 2)


def test_sound_goes_through_the_front_end(tmp_path):
    s = Reals()
    window = s.tensor((1, 49, 40, 1))
    scores = s.add_op("SOFTMAX", (s.dense(s.conv(window, 4, 3, 2, activation=1), 3),), s.tensor((1, 3)), beta=1.0)
    graph, folder = Graph(s.ops, [window], [scores], "words"), tmp_path / "sounds"
    folder.mkdir()
    for number, seconds in enumerate((0.3, 1.5, 4.0)):
        tone = np.sin(np.arange(int(16000 * seconds)) * 0.2) * 0.5
        soundfile.write(folder / f"yes_{number}.wav", tone, 16000)
    loaded = data.load(folder, graph, 100, data.Preparing(labels=("no", "yes"), feature_scale=1 / 64, feature_zero_point=-128))
    assert len(loaded.samples) > 6 and set(loaded.classes) == {1} and loaded.metadata["frontend"]["stride_ms"] == 20
    steps = np.array(loaded.samples) * 64
    assert (steps == np.round(steps)).all() and 0 <= steps.min() < steps.max() <= 255
    assert (loaded.inputs[0].scale[0], loaded.inputs[0].zero_point[0]) == (1 / 64, -128)


@pytest.mark.parametrize("text, pixel, real", [("0..1", 255, 1), ("-1..1", 0, -1), ("0..255", 7, 7), ("100/50", 150, 1), ("0,0,100/1,1,50", 150, 1)])
def test_pixels(text, pixel, real):
    assert Pixels.parse(text).real(np.full((1, 1, 3), pixel, np.uint8))[0, 0, 2] == real


def test_what_is_wrong_is_said(model, folder, tmp_path, capsys):
    def error(*arguments):
        status, out, said = run(capsys, "quantize", model, *arguments)
        assert status == 1 and out == "" and "Traceback" not in said
        return said

    assert "--data" in error() and "--random-data" in error()
    assert "nowhere" in error("--data", "nowhere")
    (tmp_path / "empty").mkdir()
    assert "there are no pictures" in error("--data", tmp_path / "empty")
    np.save(tmp_path / "wrong.npy", np.zeros(5))
    assert "5 numbers" in error("--data", tmp_path / "wrong.npy")
    shutil.copy(tmp_path / "wrong.npy", folder / "wrong.npy")
    assert "one kind" in error("--data", folder)
    (tmp_path / "bad.png").write_bytes(b"no picture")
    assert "not a picture" in error("--data", tmp_path / "bad.png")
    script = tmp_path / "make.py"
    for text, words in (("x = 1", "a function samples()"), ("def samples():\n    yield 1 / 0", "line 2: ZeroDivisionError"), ("def samples():\n    yield [1, 2]", "2 arrays"),
                        ("def samples():\n    yield from ()", "yields nothing"), ("import nothing_like_that", "line 1: ModuleNotFoundError")):  # fmt: skip
        script.write_text(text)
        assert words in error("--data", script)
    assert "--pixels" in error("--data", folder, "--pixels", "some") and "--features" in error("--data", folder, "--features", "1")
    (folder / "wrong.npy").unlink()
    made = tmp_path / "made.tflite"
    assert run(capsys, "quantize", model, "--data", folder, "--samples", 4, "-o", made)[0] == 0
    status, _, said = run(capsys, "quantize", made, "--data", folder)
    assert status == 1 and "quantized already" in said


def test_random_data_warns(model, capsys):
    status, out, _ = run(capsys, "quantize", model, "--random-data", "--samples", 4)
    assert status == 0 and "never use this model" in out
