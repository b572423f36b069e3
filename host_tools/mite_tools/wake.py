"""`mite wake`: speech to a board that wakes at a word (firmware/demos/wake), and what it hears."""

import importlib.util
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from rich.console import Console

from mite.wake import settings

from . import sound
from .board.emulator import MHZ, Emulator
from .board.link import Link
from .board.stream import objects, stream
from .board.upload import upload
from .compile import compile_model
from .errors import MiteError
from .image.metadata import check, read_object
from .tflite.read import read

WORDS_A_MINUTE = 175  # espeak-ng's own pace: the models were trained on phrases, not on single words
PACKAGE = "pymicro_wakeword"  # which brings four models with their manifests
USUAL = {"average_windows": 5, "threshold": 0.97}  # where there is no manifest: what most of them say
CREDITS = ("author", "website")


def read_manifest(path: Path) -> dict:
    """The metadata of an image from a manifest of microWakeWord: labels, front-end, decoder, credits. MiteError if it is none."""
    manifest = read_object(path)
    try:
        found = settings(manifest)
    except ValueError as error:
        raise MiteError(f"{path}: {error}") from None
    return check(found, str(path)) | {key: manifest[key] for key in CREDITS if key in manifest}


def find_model(name: str) -> Path:
    """A model by its path, or by its name in the package pymicro-wakeword. MiteError if there is none."""
    spec = importlib.util.find_spec(PACKAGE)
    folder = Path(spec.submodule_search_locations[0], "models") if spec else None
    for path in (Path(name), folder and folder / f"{name}.tflite"):
        if path and path.is_file():
            return path
    known = ", ".join(sorted(path.stem for path in folder.glob("*.tflite"))) if folder else "pip install pymicro-wakeword brings some"
    raise MiteError(f"{name}: there is no such model (by name: {known})")


def wake_image(model: str, manifest: Path | None = None) -> tuple[bytes, dict]:
    """(the image of a wake word's model, its metadata). manifest: by default the .json beside the model; without one, the file's name is
    the word, and the cutoff is the usual one. MiteError, ConvertError."""
    path = find_model(model)
    beside = path.with_suffix(".json")
    if manifest or beside.is_file():
        metadata = read_manifest(manifest or beside)
    else:
        metadata = {"labels": [path.stem.removeprefix("mww_").replace("_", " ")], "frontend": {"stride_ms": 10}, "decoder": USUAL}
    inputs = read(path).inputs
    if len(inputs) != 1 or inputs[0].dtype != "int8" or inputs[0].shape[-1] != 40:
        raise MiteError(f"{path}: this is no model of a wake word: its input is not frames of 40 int8 features")
    return compile_model(path, metadata).image, metadata


def listen(link: Link, paths: Sequence[str], samples: np.ndarray, on_show: Callable[[dict], None],
           on_sent: Callable[[int], None] | None = None, block_bytes: int = 960, features: bool = False) -> None:  # fmt: skip
    """Send int16 samples to a board that listens with demos.wake. on_show gets each object that it prints (SPEC.md, `Lines of a board`)."""
    code = f"from demos.wake.main import over_serial\nover_serial({list(paths)!r}, {block_bytes}, {features})"
    stream(link, code, samples.tobytes(), objects(on_show), on_sent)


def run(models: Sequence[str], manifest: Path | None, say: str | None, wav: str | None, board: str, port: str | None, voice: str) -> int:
    """The demo: on an emulated board, or on the one at `port`. Returns the number of words heard."""
    console = Console(highlight=False)
    images, words = {}, []
    for model in models:
        image, metadata = wake_image(model, manifest)
        images[f"wake{len(images)}.mite"] = image
        words += metadata["labels"]
    say = say or words[0]
    if wav:
        samples, what = sound.load(wav), Path(wav).name
    else:
        samples, what = sound.say(say, voice, WORDS_A_MINUTE, 0), f'espeak-ng ({voice}) saying "{say}"'
    if port:
        with Link(port) as link:
            return _session(console, link, images, words, samples, what, f"the board at {port}", min(960, link.block_bytes - 2), False)
    with Emulator(board) as emulator, emulator.link() as link:
        return _session(console, link, images, words, samples, what, emulator.board.description, 960, True)


def _session(console, link, images, words, samples, what, where, block_bytes, counted) -> int:
    console.print(f"Board: [bold]{where}[/bold], at {link.port}")
    for path, image in images.items():
        done = upload(link, image, path)
        console.print(f"Uploaded {done.path}: {done.bytes:,} bytes in {done.seconds:.1f} s")
    console.print(f"Waiting for {' or '.join(words)}; it hears {what}, {len(samples) / sound.RATE:.1f} s:\n")
    heard, ticks, best = [], [], [0.0] * len(words)

    def on_show(shown: dict) -> None:
        if shown["kind"] == "start":
            console.print(f"  arena {shown['arena']:,} bytes, states {shown['state']:,} bytes")
        elif shown["kind"] == "scores":
            ticks.append(shown["ticks"])
            best[:] = map(max, best, shown["scores"])
        elif shown["kind"] == "word":
            heard.append(shown)
            bar = "█" * round(20 * shown["probability"])
            console.print(f"  {shown['time_ms'] / 1000:6.2f} s  [bold green]{shown['label']:<12}[/bold green] {shown['probability']:4.0%} [cyan]{bar}[/cyan]")

    begin = time.monotonic()
    listen(link, list(images), samples, on_show, None, block_bytes)
    found = f"{len(heard)} heard" if heard else "Nothing heard; the highest probabilities: " + ", ".join(
        f"{word} {score:.0%}" for word, score in zip(words, best))  # fmt: skip
    seconds = len(samples) / sound.RATE
    if counted:
        cost = f"a step of 30 ms takes {sum(ticks) // max(len(ticks), 1):,} instructions: {sum(ticks) / seconds / MHZ / 1e6:.1%} of a core of {MHZ} MHz"
    else:
        cost = f"a step takes {sum(ticks) / max(len(ticks), 1):,.0f} ticks"
    console.print(f"\n{found}. {len(ticks)} steps in {time.monotonic() - begin:.1f} s; {cost}")
    return len(heard)
