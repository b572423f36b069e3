"""The `mite` command: what it prints, its exit status, and what it leaves behind when something is wrong."""

import json
import subprocess
import sys

import numpy as np
import pytest
import soundfile
from PIL import Image
from small_models import Sketch

from mite_tools.cli import main
from mite_tools.graph import Graph
from mite_tools.tflite.write import write


@pytest.fixture
def model(tmp_path):
    """A small classifier as a .tflite file."""
    sketch = Sketch()
    picture = sketch.tensor((1, 4, 4, 1), 0.5, 3)
    x = sketch.dense(sketch.conv(picture, 2, 3, stride=2, activation=1), 3)
    scores = sketch.add_op("SOFTMAX", (x,), sketch.tensor((1, 3), 1 / 256, -128), beta=1.0)
    path = tmp_path / "small.tflite"
    path.write_bytes(write(Graph(sketch.ops, [picture], [scores])))
    return path


def run(capsys, *arguments) -> tuple[int, str, str]:
    """(exit status, stdout, stderr) of a command."""
    status = main([str(argument) for argument in arguments])
    return (status, *capsys.readouterr())


def test_convert_info_and_run_work_together(model, capsys, tmp_path):
    labels = tmp_path / "labels.txt"
    labels.write_text("\n".join(f"class {i}" for i in range(20)))
    status, out, _ = run(capsys, "convert", model, "--labels", labels)
    image = model.with_suffix(".mite")
    assert status == 0 and image.exists() and f"{image.stat().st_size:,} bytes" in out
    status, out, _ = run(capsys, "info", image, "--json")
    figures = json.loads(out)
    assert status == 0 and figures["image_bytes"] == image.stat().st_size
    assert {"weight_bytes", "arena_bytes", "state_bytes", "macs"} <= figures.keys()
    status, out, _ = run(capsys, "info", model, "--json")
    assert json.loads(out)["macs"] == figures["macs"], "a .tflite is converted on the way"
    import mite

    shape = mite.Model(image.read_bytes()).input.shape
    array = tmp_path / "input.npy"
    np.save(array, np.zeros(shape, np.int8))
    status, out, _ = run(capsys, "run", image, array, "--top", 1, "-o", tmp_path / "out.npz")
    assert status == 0 and "class " in out and np.load(tmp_path / "out.npz").files


def test_verify_says_exact(model, capsys):
    status, out, _ = run(capsys, "verify", model, "--runs", 2)
    assert status == 0 and "exact: 0 of" in out


def test_every_stage_can_be_dumped(model, capsys):
    for stage in ("read", "passes", "program", "plan"):
        status, out, _ = run(capsys, "convert", model, "--dump", stage)
        assert status == 0 and out.strip(), stage
    assert not model.with_suffix(".mite").exists(), "a dump writes no file"


@pytest.mark.parametrize(
    "arguments, says",
    [
        (("convert", "nowhere.tflite"), "nowhere.tflite: No such file"),
        (("convert", "{text}"), "not a TensorFlow Lite model"),
        (("convert", "{cut}"), "damaged"),
        (("info", "{text}"), "not a .mite image"),
        (("run", "{image}", "{text}"), "not a kind of file"),
        (("run", "{image}", "nowhere.npy"), "nowhere.npy"),
        (("run", "{image}", "{wav}"), "frames of 40"),
        (("run", "{image}", "{image}", "{image}"), "takes 1 inputs, 2 were given"),
        (("convert", "{model}", "--metadata", "{text}"), "text.txt"),
        (("upload", "{image}", "--port", "/dev/nowhere"), "/dev/nowhere cannot be opened"),
        (("demo", "--wav", "nowhere.wav", "--port", "/dev/nowhere"), "nowhere.wav: there is no such file"),
        (("demo", "--say", " ", "--port", "/dev/nowhere"), "nothing to say"),
    ],
)
def test_mistakes_are_explained(model, capsys, tmp_path, arguments, says):
    run(capsys, "convert", model)
    files = {name: tmp_path / file for name, file in
             (("text", "text.txt"), ("cut", "cut.tflite"), ("wav", "sound.wav"))}  # fmt: skip
    files["text"].write_text("hello")
    files["cut"].write_bytes(model.read_bytes()[:900])
    soundfile.write(files["wav"], np.zeros(16000), 16000)
    files |= {"model": model, "image": model.with_suffix(".mite")}
    status, _, err = run(capsys, *(argument.format(**files) for argument in arguments))
    assert status == 1 and err.startswith("mite: ") and says in err
    assert "Traceback" not in err


def test_a_failed_convert_leaves_the_old_image(model, capsys):
    image = model.with_suffix(".mite")
    run(capsys, "convert", model)
    before = image.read_bytes()
    model.write_bytes(model.read_bytes()[:900])
    status, _, _ = run(capsys, "convert", model)
    assert status == 1 and image.read_bytes() == before
    assert not list(image.parent.glob("*.part")), "no partial file"


def test_pictures_and_sound_go_in(capsys, shared, tmp_path):
    """A person is seen in a real picture by a real model, whatever the picture's size and format."""
    models = shared / "models"
    picture = tmp_path / "hopper.png"
    Image.open(shared / "data/images/grace_hopper.bmp").resize((321, 243)).save(picture)
    status, out, _ = run(capsys, "run", models / "person_detect.tflite", picture)
    assert status == 0 and out.split()[1] == "1", "class 1 is a person"
    status, out, _ = run(capsys, "run", models / "micro_speech_quantized.tflite", shared / "data/audio/yes_1000ms.wav")
    assert status == 0 and out.split()[1] == "2", "class 2 is yes"


def test_the_command_is_installed():
    done = subprocess.run([sys.executable, "-m", "mite_tools.cli", "--help"], capture_output=True, text=True)
    assert done.returncode == 0 and "verify" in done.stdout
