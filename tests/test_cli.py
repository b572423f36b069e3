"""The `mite` command: what it prints, its exit status, and what it leaves behind when something is wrong."""

import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image
from small_models import Sketch

from mite_tools.cli import main
from mite_tools.compile import compile_graph, compile_model
from mite_tools.graph import Graph
from mite_tools.inputs import arrays, fill, read_run
from mite_tools.tflite.read import parse, read
from mite_tools.tflite.write import write


@pytest.fixture(scope="module")
def small():
    """A small classifier: (a .tflite file's bytes, its image)."""
    sketch = Sketch()
    picture = sketch.tensor((1, 4, 4, 1), 0.5, 3)
    x = sketch.dense(sketch.conv(picture, 2, 3, stride=2, activation=1), 3)
    scores = sketch.add_op("SOFTMAX", (x,), sketch.tensor((1, 3), 1 / 256, -128), beta=1.0)
    tflite = write(Graph(sketch.ops, [picture], [scores]))
    return tflite, compile_graph(parse(tflite)).image


@pytest.fixture
def model(small, tmp_path):
    """It as a .tflite file."""
    path = tmp_path / "small.tflite"
    path.write_bytes(small[0])
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


FILES = {
    "text": ("text.txt", lambda model, image: b"hello"),
    "cut": ("cut.tflite", lambda model, image: model[:900]),
    "damaged": ("damaged.mite", lambda model, image: image[:60] + bytes([image[60] ^ 255]) + image[61:]),
    "broken_npz": ("broken.npz", lambda model, image: npz(a=np.zeros(16, np.int8))[:70]),
    "no_arrays": ("none.npz", lambda model, image: npz()),
    "nan": ("nan.npy", lambda model, image: npy(np.full((1, 4, 4, 1), np.nan, np.float32))),
    "words": ("words.npy", lambda model, image: npy(np.full((1, 4, 4, 1), "a"))),
    "complex": ("complex.npy", lambda model, image: npy(np.full((1, 4, 4, 1), 1j))),
    "large": ("large.npy", lambda model, image: npy(np.full((1, 4, 4, 1), 128))),
    "vector": ("vector.tflite", lambda model, image: vector()),
    "wav": ("sound.wav", lambda model, image: wav(np.zeros(16000))),
    "deep": ("deep.json", lambda model, image: b"[" * 100_000),
    "labels": ("labels.json", lambda model, image: b'{"labels": 5}'),
    "stride": ("stride.json", lambda model, image: b'{"frontend": {"stride_ms": 0}}'),
    "pixels": ("pixels.json", lambda model, image: b'{"pixels": {"mean": [0], "std": [0], "fit": "crop"}}'),
    "decoder": ("decoder.json", lambda model, image: b'{"decoder": {"threshold": "high"}}'),
}


def vector() -> bytes:
    """A model that takes three numbers."""
    sketch = Sketch()
    x = sketch.tensor((1, 3), 0.5, 3)
    return write(Graph(sketch.ops, [x], [sketch.dense(x, 2)]))


def npz(**arrays) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def npy(array) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def wav(samples) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, 16000, format="WAV")
    return buffer.getvalue()


@pytest.mark.parametrize(
    "arguments, says",
    [
        (("convert", "nowhere.tflite"), "nowhere.tflite: No such file"),
        (("convert", "{text}"), "not a TensorFlow Lite model"),
        (("convert", "{image}", "-o", "{folder}/new.mite"), "is a .mite image"),
        (("convert", "{cut}"), "damaged"),
        (("convert", "{model}", "-o", "{folder}/nowhere/new.mite"), "nowhere/new.mite cannot be written: No such file"),
        (("convert", "{model}", "-o", "{folder}/class.py"), "cannot be imported"),
        (("convert", "{model}", "-o", "{folder}/new"), "must end with one of"),
        (("convert", "{model}", "--metadata", "{text}"), "text.txt: this is not JSON"),
        (("convert", "{model}", "--metadata", "{wav}"), "not a text file"),
        (("convert", "{model}", "--metadata", "{deep}"), "nested too deeply"),
        (("convert", "{model}", "--metadata", "{labels}"), "'labels' is a list of names"),
        (("convert", "{model}", "--metadata", "{stride}"), "'stride_ms' of 'frontend' is a whole number"),
        (("convert", "{model}", "--metadata", "{pixels}"), "'pixels' are"),
        (("convert", "{model}", "--metadata", "{decoder}"), "'threshold' of 'decoder' is a number"),
        (("convert", "{model}", "--manifest", "{labels}"), "'micro' is missing"),
        (("convert", "{model}", "--labels", "{wav}"), "not a text file"),
        (("strip", "{model}", "-o", "{folder}"), "must end with .tflite"),
        (("strip", "{model}", "-o", "/"), "must end with .tflite"),
        (("report", "{model}", "-o", "{folder}"), "is a folder"),
        (("report", "{image}"), "give the .tflite"),
        (("quantize", "{model}", "--random-data", "-o", "{folder}/new"), "must end with .tflite or .mite"),
        (("info", "{text}"), "not a .mite image"),
        (("info", "{image}", "--ram", "24k"), "planned already"),
        (("verify", "{model}", "{nan}"), "nan.npy: some of it is not a number"),
        (("verify", "{model}", "{large}"), "large.npy: its numbers go from 128 to 128"),
        (("run", "{image}", "{text}"), "not a kind of file"),
        (("run", "{image}", "nowhere.npy"), "nowhere.npy: No such file"),
        (("run", "{image}", "{folder}"), "not a kind of file"),
        (("run", "{image}", "{broken_npz}"), "broken.npz: this is not an .npy or .npz file of numbers, or it is damaged"),
        (("run", "{image}", "{no_arrays}"), "0 arrays"),
        (("run", "{image}", "{nan}"), "nan.npy: some of it is not a number"),
        (("run", "{image}", "{words}"), "real numbers are wanted"),
        (("run", "{image}", "{complex}"), "real numbers are wanted"),
        (("run", "{image}", "{large}"), "takes -128 to 127"),
        (("run", "{image}", "{wav}"), "frames of 40"),
        (("run", "{image}", "{image}", "{image}"), "takes 1 inputs, 2 were given"),
        (("build", "--for", "{damaged}", "--flags"), "damaged.mite: the image is damaged"),
        (("upload", "{image}", "--port", "/dev/nowhere"), "/dev/nowhere cannot be opened"),
        (("bench", "{damaged}", "--port", "/dev/nowhere"), "damaged.mite: the image is damaged"),
        (("listen", "--model", "{damaged}", "--port", "/dev/nowhere"), "damaged.mite: the image is damaged"),
        (("see", "--model", "{damaged}", "--board", "host"), "damaged.mite: the image is damaged"),
        (("see", "--board", "host", "-o", "{folder}/seen"), "must end with .png"),
        (("see", "--board", "host", "--model", "{vector}"), "its input has shape [1, 3]"),
        (("install", "--for", "{damaged}", "--port", "/dev/nowhere"), "damaged.mite: the image is damaged"),
        (("install", "--module", "nowhere.mpy", "--port", "/dev/nowhere"), "nowhere.mpy: No such file"),
        (("demo", "--wav", "nowhere.wav", "--port", "/dev/nowhere"), "nowhere.wav: there is no such file"),
        (("demo", "--say", " ", "--port", "/dev/nowhere"), "nothing to say"),
    ],
)
def test_mistakes_are_explained(small, model, capsys, tmp_path, arguments, says):
    image = model.with_suffix(".mite")
    image.write_bytes(small[1])
    files = {"model": model, "image": image, "folder": tmp_path}
    for key, (name, content) in FILES.items():
        if any(f"{{{key}}}" in argument for argument in arguments):
            files[key] = tmp_path / name
            files[key].write_bytes(content(model.read_bytes(), image.read_bytes()))
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    status, _, err = run(capsys, *(argument.format(**files) for argument in arguments))
    assert status == 1 and err.startswith("mite: ") and says in err
    assert "Traceback" not in err
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before, "nothing written, nothing lost"


@pytest.mark.parametrize(
    "arguments",
    [("verify", "{}", "--runs", "0"), ("verify", "{}", "--seed", "-1"), ("run", "{}", "a.npy", "--top", "x"), ("bench", "{}", "--runs", "-3"),
     ("quantize", "{}", "--samples", "0"), ("quantize", "{}", "--tested", "none"), ("listen", "--seconds", "nan"), ("upload", "{}", "--baud", "0"),
     ("convert", "{}", "--ram", "nan"), ("nonsense",), ()],
)  # fmt: skip
def test_wrong_usage_is_status_2(model, capsys, arguments):
    with pytest.raises(SystemExit) as left:
        main([argument.format(model) for argument in arguments])
    assert left.value.code == 2 and "usage: mite" in capsys.readouterr().err


def test_numbers_go_in_as_tensors_take_them(model, capsys, tmp_path):
    """Real numbers are quantized, halves away from zero, as Tensor.quantize() does; whole ones stay."""
    import mite

    real = (np.arange(16).reshape(1, 4, 4, 1) - 8) / 4  # the scale is a half: each second one lies between two numbers
    path = tmp_path / "real.npy"
    np.save(path, real)
    tensor = mite.Model(compile_model(model).image).input
    tensor.quantize(real)
    wanted = bytes(tensor.data)
    fill(tensor, path, {})
    assert bytes(tensor.data) == wanted
    assert read_run(path, read(model))[0].tobytes() == wanted
    np.save(path, np.frombuffer(wanted, np.int8).astype(np.int64))
    fill(tensor, path, {})
    assert bytes(tensor.data) == wanted and arrays(path)[0].dtype == np.int64


def test_what_is_no_file_is_written_to(model):
    """A device or a pipe is not replaced by a file."""
    array = model.with_suffix(".npy")
    np.save(array, np.zeros((1, 4, 4, 1), np.int8))
    done = subprocess.run([sys.executable, "-m", "mite_tools.cli", "run", str(model), str(array), "-o", "/dev/stdout"], capture_output=True)
    assert done.returncode == 0 and done.stdout.startswith(b"PK")


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="there is no /dev/full here")
def test_a_full_disk_is_told(model):
    with open("/dev/full", "w") as full:
        done = subprocess.run([sys.executable, "-m", "mite_tools.cli", "info", str(model)], stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1 and done.stderr == "mite: the output: No space left on device\n"


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
