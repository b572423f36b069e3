"""mite see on this computer: pictures in, answers and a PNG out."""

import base64
import json
import os
import sys
import types

import numpy as np
import pytest
from mite.tensor import Tensor
from mite.vision import Preprocessor
from PIL import Image
from small_models import Sketch

from mite_tools import see
from mite_tools.board.demos import demo
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
    data = see.pixels_of(Image.fromarray(colours))
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


class Driver:
    """Stands for a camera: a green frame."""

    RGB565, FRAME_QVGA, QVGA = 1, 2, 3

    def __init__(self, high_byte_first: bool):
        self.frame = np.full((240, 320), 0x07E0, ">u2" if high_byte_first else "<u2").tobytes()
        self.calls: list[str] = []

    def __getattr__(self, name):
        return lambda *arguments, **named: self.calls.append(name)


def module(name: str, **members) -> types.ModuleType:
    made = types.ModuleType(name)
    made.__dict__.update(members)
    return made


def old_camera(driver: Driver) -> types.ModuleType:
    return module("camera", RGB565=1, FRAME_QVGA=2, init=driver.init, deinit=driver.deinit, capture=lambda: driver.frame)


def new_camera(driver: Driver) -> types.ModuleType:
    class Camera:
        def __init__(self, frame_size, pixel_format):
            assert (frame_size, pixel_format) == (3, 1)

        __enter__ = lambda self: self
        __exit__ = lambda self, *error: driver.deinit()
        capture = lambda self: memoryview(driver.frame)

    return module("camera", Camera=Camera, FrameSize=Driver(True), PixelFormat=Driver(True))


def openmv(driver: Driver) -> types.ModuleType:
    picture = types.SimpleNamespace(bytearray=lambda: bytearray(driver.frame), width=lambda: 320, height=lambda: 240)
    calls = {name: getattr(driver, name) for name in ("reset", "set_pixformat", "set_framesize", "skip_frames")}
    return module("sensor", RGB565=1, QVGA=3, snapshot=lambda: picture, **calls)


@pytest.mark.parametrize("make, high_byte_first", [(old_camera, True), (new_camera, True), (openmv, False)], ids=lambda value: getattr(value, "__name__", ""))
def test_drivers_of_cameras(make, high_byte_first, model, monkeypatch, capsys):
    import mite

    driver, main_py = Driver(high_byte_first), demo("vision.main")
    for name in ("camera", "sensor"):
        monkeypatch.setitem(sys.modules, name, None)
    made = make(driver)
    monkeypatch.setitem(sys.modules, made.__name__, made)
    frames = main_py.camera()
    seer = main_py.Seer(mite.Model(model.read_bytes()))
    for _ in range(2):
        answers, _ = seer.look(*next(frames))
        assert answers[0] == ("green", 255 / 256)
    frames.close()
    assert driver.calls

    # The program itself, which never ends: three frames, then the camera is unplugged.
    shots = iter([next(main_py.camera())] * 3)
    monkeypatch.setattr(main_py, "camera", lambda: shots)
    monkeypatch.setattr(main_py, "MODEL", str(model))
    main_py.main()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["kind"] for line in lines] == ["start", "picture", "picture", "picture"]
    assert lines[1]["answers"][0][0] == "green" and len(base64.b64decode(lines[1]["data"])) == lines[1]["width"] * lines[1]["height"]


def test_a_board_without_a_camera_says_so(monkeypatch):
    for name in ("camera", "sensor"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ImportError, match="no camera"):
        next(demo("vision.main").camera())


@pytest.mark.skipif(not os.environ.get("MITE_FULL"), reason="the plan of an SSD takes its time: MITE_FULL=1")
def test_an_ssd_finds_cars(shared):
    image, threshold = see.model_image("traffic_model")
    (seen,) = see.look_here(image, see.frames_of(see.pictures([shared / "data" / "images" / "traffic_256.bmp"])), threshold)
    assert len(seen.boxes) == 3
    for (_, _, *sides), expected in zip(seen.boxes, ((0.85, 0.56, 1.0, 0.74), (0.27, 0.58, 0.55, 0.77), (0.93, 0.7, 1.0, 0.86))):
        assert sides == pytest.approx(expected, abs=0.05)
