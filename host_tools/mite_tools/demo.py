"""`mite demo`: speech to a board, words from it."""

import json
import time
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from rich.console import Console

from . import sound
from .board.emulator import INPUT_BYTES, emulator_of
from .board.link import Link
from .board.steps import bar
from .board.stream import objects, stream
from .board.upload import upload
from .compile import compile_model

MODEL = files("mite_tools") / "models" / "digits"
PHRASE = "three one four one five nine"


@dataclass
class Word:
    time_ms: int  # in the recording: the end of the window that decided
    label: str
    probability: float
    micros: int  # of one inference
    ticks: int  # of one inference: instructions on an emulated board


def digits_image() -> bytes:
    """The keyword model, converted: labels, front-end and decoder parameters are in it."""
    metadata = json.loads((MODEL / "digits.json").read_text())
    wanted = {key: metadata[key] for key in ("labels", "frontend", "decoder")}
    return compile_model(str(MODEL / "digits_int8.tflite"), wanted).image


def listen(link: Link, samples: np.ndarray, on_word, on_sent=None, block_bytes: int = 240, path: str = "keywords.mite") -> dict:
    """Send int16 samples to a board that listens with demos.keywords. on_word gets each Word.

    Returns {"inferences", "micros", "ticks"}: their number, and what the last one took.
    """
    summary = {}

    def on_show(shown: dict) -> None:
        if shown["kind"] == "word":
            on_word(Word(*[shown[key] for key in ("time_ms", "label", "probability", "micros", "ticks")]))
        elif shown["kind"] == "done":
            summary.update({key: shown[key] for key in ("inferences", "micros", "ticks")})

    code = f"from demos.keywords import listen\nlisten({path!r}, None, {block_bytes})"
    stream(link, code, samples.tobytes(), objects(on_show), on_sent)
    return summary


def run(say: str | None = None, wav: str | None = None, board: str = "QEMU_M4", port: str | None = None,
        image: bytes | None = None) -> int:  # fmt: skip
    """The demo: on an emulated board, or on the one at `port`. image: in place of the digits. Returns the number of words heard."""
    console = Console(highlight=False)
    if wav:
        samples, what = sound.load(wav), Path(wav).name
    else:
        samples, what = sound.say(say or PHRASE), f'espeak-ng saying "{say or PHRASE}"'
    image = image or digits_image()
    if port:
        with Link(port) as link:
            return _session(console, link, image, samples, what, f"the board at {port}", link.block_bytes - 2, False)
    with emulator_of(board) as emulator, emulator.link() as link:
        return _session(console, link, image, samples, what, emulator.board.description, 2048, "counter" in emulator.board.settings)


def _session(console, link, image, samples, what, where, block_bytes, emulated) -> int:
    console.print(f"Board: [bold]{where}[/bold], at {link.port}")
    with bar(console) as progress:
        task = progress.add_task("Uploading the model", total=len(image))
        done = upload(link, image, "keywords.mite", lambda sent: progress.update(task, completed=sent))
    console.print(f"Uploaded {done.path}: {done.bytes:,} bytes in {done.seconds:.1f} s")
    console.print(f"Listening to {what}, {len(samples) / sound.RATE:.1f} s:\n")
    words = []

    def on_word(word: Word) -> None:
        words.append(word)
        length = "█" * round(20 * word.probability)
        cost = f"{word.ticks:>11,} instructions" if emulated else f"{word.micros / 1000:>8.1f} ms"
        console.print(f"  {word.time_ms / 1000:6.2f} s  [bold green]{word.label:<8}[/bold green] {word.probability:4.0%} "
                      f"[cyan]{length:<20}[/cyan] {cost}")  # fmt: skip

    start = time.monotonic()
    with bar(console) as progress:
        task = progress.add_task("Sound", total=samples.nbytes)
        summary = listen(link, samples, on_word, lambda sent: progress.update(task, completed=sent), block_bytes)
    heard = f"{len(words)} words" if words else "No word heard"
    console.print(f"\n{heard}, {summary['inferences']} inferences in {time.monotonic() - start:.1f} s; the last one took "
                  + (f"{summary['ticks']:,} instructions" if emulated else f"{summary['micros'] / 1000:.1f} ms"))  # fmt: skip
    return len(words)
