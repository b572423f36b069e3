"""Where what is shown comes from: a board that hears a recording or its own microphone, that is shown pictures, or that prints by itself."""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import serial

from .. import see, sound
from ..board.emulator import Emulator
from ..board.errors import BoardError
from ..board.link import Link
from ..board.stream import objects, stream
from ..board.upload import upload
from ..demo import PHRASE, digits_image
from ..errors import MiteError
from ..image.describe import describe
from ..live import stop
from ..wake import WORDS_A_MINUTE, wake_image
from .feed import Feed


BLOCK_BYTES = 960  # 30 ms: what is drawn of the sound is one stroke a block


@dataclass
class Listening:
    """What a board is to run: programs for keywords take one model, those for wake words several. samples: int16 at 16 kHz to send, or
    None, and then source is an expression on the board that yields blocks of them."""

    images: dict[str, bytes] = field(default_factory=dict)
    wakes: bool = False
    samples: np.ndarray | None = None
    source: str | None = None

    def code(self, block_bytes: int) -> str:
        paths = list(self.images)
        if self.wakes:
            if self.source:
                return f"from demos.wake.main import show\nshow({paths!r}, {self.source})"
            return f"from demos.wake.main import over_serial\nover_serial({paths!r}, {block_bytes}, True)"
        return f"from demos.keywords import listen\nlisten({paths[0]!r}, {self.source}, {block_bytes}, True, True)"


def prepare(models: list[str], say: str | None, wav: str | None, voice: str, source: str | None) -> Listening:
    """What `mite watch`'s options ask for. models: keywords' images, wake words' files or names; none: the digits. MiteError, ConvertError."""
    listening, words = Listening(source=source), []
    for model in models:
        path = Path(model)
        if path.suffix == ".mite":
            image = path.read_bytes()
            wakes = len(describe(image, model).metadata.get("labels", ())) == 1
        else:
            image, wakes = wake_image(model)[0], True
        if listening.images and not (wakes and listening.wakes):
            raise MiteError("several models together must all be of wake words")
        listening.wakes = wakes
        listening.images[f"watch{len(listening.images)}.mite"] = image
        words += describe(image, model).metadata.get("labels", [])
    if not models:
        listening.images["watch0.mite"] = digits_image()
    if source is None:
        if wav:
            listening.samples = sound.load(wav)
        elif listening.wakes:
            listening.samples = sound.say(say or words[0], voice, WORDS_A_MINUTE, 0)
        else:
            listening.samples = sound.say(say or PHRASE, voice)
    return listening


@dataclass
class Looking:
    """Pictures for a board to look at: (name, frame), the model's image, and from which score on its boxes count."""

    frames: list
    image: bytes
    threshold: float


def prepare_pictures(model: str | None, paths: list[Path]) -> Looking:
    """Files, or those of `mite see`; model: as of `mite see`, which also has a default. MiteError, ConvertError."""
    image, threshold = see.model_image(model or see.default_model())
    return Looking(see.frames_of(see.pictures(paths)), image, threshold)


def look(link: Link, looking: Looking, feed: Feed, where: str, unit: str = "ticks") -> None:
    """Upload, send the pictures, and show what the board sees in them. Raises BoardError."""
    _upload(link, {"watch.mite": looking.image}, feed, where, unit)
    left = iter(looking.frames)

    def on_show(shown: dict) -> None:
        if shown["kind"] == "picture":
            # The board need not send back what it was sent.
            _, frame = next(left)
            shown |= {"pixels": "rgb888", "data": base64.b64encode(frame.tobytes()).decode()}
        feed.put(shown)

    see.show_to(link, "watch.mite", looking.frames, objects(on_show), None, looking.threshold, None, min(2048, link.block_bytes - 2), ops=True)


def _upload(link: Link, images: dict[str, bytes], feed: Feed, where: str, unit: str) -> None:
    feed.put({"kind": "board", "text": f"{where}: the models are on their way"})
    for path, image in images.items():
        upload(link, image, path)
    feed.put({"kind": "board", "text": where, "unit": unit})


def listen(link: Link, listening: Listening, feed: Feed, where: str, unit: str = "ticks") -> None:
    """Upload, listen, and show it all. unit: what the board counts with its ticks. Raises BoardError."""
    _upload(link, listening.images, feed, where, unit)
    samples = b"" if listening.samples is None else listening.samples.tobytes()
    code = listening.code(min(BLOCK_BYTES, link.block_bytes - 2))
    try:
        stream(link, code, samples, objects(feed.put))
    except KeyboardInterrupt:
        stop(link, listening.samples is not None)
        raise


def read_lines(port: str, feed: Feed, wanted: Callable[[], bool], baudrate: int = 115200) -> None:
    """Show what a board prints by itself, whose program is not disturbed, for as long as wanted(). Raises BoardError."""
    try:
        with serial.serial_for_url(port, baudrate, timeout=0.2) as board:
            rest, on_line = b"", objects(feed.put)
            while wanted():
                rest += board.read(max(1, board.in_waiting))
                *lines, rest = rest.split(b"\n")
                for line in lines:
                    on_line(line.decode(errors="replace").strip())
    except (OSError, ValueError, serial.SerialException) as error:
        raise BoardError(f"The port {port} cannot be read: {error}. Is the board plugged in, and has no other program opened the port?") from None


def run(link: Link, work: Listening | Looking, feed: Feed, where: str, unit: str = "ticks") -> None:
    """listen() or look()."""
    (look if isinstance(work, Looking) else listen)(link, work, feed, where, unit)


def emulated(board: str, work: Listening | Looking, feed: Feed) -> None:
    """run() on an emulated board."""
    feed.put({"kind": "board", "text": f"{board} is being started"})
    with Emulator(board) as emulator, emulator.link() as link:
        run(link, work, feed, emulator.board.description, "instructions" if emulator.icount else "ticks")


def connected(port: str, work: Listening | Looking, feed: Feed) -> None:
    """run() on the board at a port."""
    with Link(port) as link:
        run(link, work, feed, f"the board at {port}")
