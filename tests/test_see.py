"""mite see on this computer: pictures in, answers and a PNG out."""

import numpy as np
import pytest
from mite.tensor import Tensor
from mite.vision import Preprocessor
from PIL import Image
from small_models import Sketch

from mite_tools import see
from mite_tools.cli import main


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A model that says whether a picture is red, green or blue: the mean of each channel."""
    s = Sketch(3)
    x = s.tensor((1, 8, 8, 3), 1 / 256, -128)
    y = s.add_op("MEAN", (x, s.constant([1, 2])), s.tensor((1, 3), 1 / 256, -128), keep_dims=False)
    path = tmp_path_factory.mktemp("model") / "colours.mite"
    path.write_bytes(s.image((x,), (y,), labels=["red", "green", "blue"]))
    return path


@pytest.fixture
def red(tmp_path):
    Image.new("RGB", (40, 30), (250, 20, 10)).save(tmp_path / "tomato.png")
    return tmp_path / "tomato.png"


def test_the_command(model, red, tmp_path, capsys):
    assert main(["see", str(red), "--model", str(model), "--board", "host", "-o", str(tmp_path / "seen.png")]) == 0
    said = capsys.readouterr().out
    assert "tomato" in said and "96% ████████ red" in said and "model" in said
    with Image.open(tmp_path / "seen.png") as page:
        assert page.size[0] == 760 and page.getpixel((100, 100)) == (250, 20, 10)


def test_pictures_of_our_own_are_there_without_any(model, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(see, "SHARED", tmp_path)
    assert main(["see", "--model", str(model), "--board", "host", "-o", str(tmp_path / "seen.png")]) == 0
    said = capsys.readouterr().out
    assert all(name in said for name in ("ship", "airplane", "truck"))


def test_a_terminal_shows_the_picture(model, red):
    from rich.console import Console

    console = Console(force_terminal=True, color_system="truecolor", width=90, record=True, file=open("/dev/null", "w"))
    (seen,) = see.look_here(model.read_bytes(), see.frames_of(see.pictures([red])))
    see.show(console, seen, "instructions")
    assert console.export_text().count("▀") > 300 and seen.answers[0][0] == "red"


@pytest.mark.parametrize("size", [(1, 900), (900, 1), (33, 31), (2, 2)])
def test_pictures_of_odd_shapes(model, size):
    frames = see.frames_of([("odd", Image.new("RGB", size, (0, 255, 0)))])
    (seen,) = see.look_here(model.read_bytes(), frames)
    assert seen.answers[0][0] == "green" and max(frames[0][1].size) == see.FRAME
    assert see.half_blocks(seen.picture) and see.sheet([seen], "µs").width == 760


def test_rgb565_is_what_a_camera_sends():
    colours = np.random.default_rng(0).integers(0, 256, (16, 16, 3), np.uint8)
    data = see.rgb565(Image.fromarray(colours))
    t = Tensor("t", (1, 16, 16, 3), "uint8", "B", 1, 0, memoryview(bytearray(768)))
    Preprocessor(t, 16, 16, "rgb565be", method="nearest").fill(data)
    assert np.abs(np.frombuffer(t.data, np.uint8).reshape(16, 16, 3) - colours.astype(int)).max() <= 4


def test_mistakes(model, red, tmp_path, capsys):
    (tmp_path / "text.png").write_text("not a picture")
    assert main(["see", str(tmp_path / "text.png"), "--model", str(model), "--board", "host"]) == 1
    assert "text.png: not a picture" in capsys.readouterr().err
    assert main(["see", str(tmp_path / "none.png"), "--model", str(model), "--board", "host"]) == 1
    assert "none.png: No such file" in capsys.readouterr().err
    assert main(["see", str(red), "--model", "eyes", "--board", "host"]) == 1
    assert "eyes: there is no such model; give a .tflite or .mite file" in capsys.readouterr().err


def test_a_mobilenet_of_uint8(shared):
    """Of the first quantization scheme, from the frame of a camera."""
    image, _ = see.model_image("mobilenet_v1_0.25_128_quant")
    frames = see.frames_of(see.pictures([shared / "data" / "images" / "sunflower.bmp"]))
    (seen,) = see.look_here(image, frames)
    assert seen.answers[0][0] == "daisy" and seen.answers[0][1] > 0.5  # ImageNet has no sunflowers
