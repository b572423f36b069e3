"""`mite listen`: what a board hears, as it hears it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from .board.errors import BoardError
from .board.link import BoardException, Link
from .board.stream import objects, stream

PATH = "keywords.mite"


@dataclass
class Heard:
    """One inference: where in the sound, what it took, and the probability of each label."""

    time_ms: int
    micros: int
    ticks: int
    scores: list[float]


@dataclass
class Session:
    """All that was heard. words: (time in ms, label, probability)."""

    labels: list[str] = field(default_factory=list)
    words: list[tuple[int, str, float]] = field(default_factory=list)
    inferences: int = 0
    last: Heard | None = None
    stopped: bool = False


def i2s_source(pins: str) -> str:
    """"14,15,16" or "14,15,16,1" (clock, word select, data, number of the I2S) to what makes blocks of it on the board. BoardError if it is something else."""
    words = [word.strip() for word in pins.split(",")]
    if len(words) not in (3, 4) or not all(words):
        raise BoardError(f"--i2s takes three pins, bit clock, word select and data, such as 14,15,16 (and the number of the I2S as a fourth), not {pins!r}.")
    pins_of = [word if word.isdecimal() else repr(word) for word in words]
    return f"__import__('demos.microphone', None, None, ['i2s']).i2s({', '.join(pins_of)})"


OWN_SOURCE = "__import__('microphone').blocks()"


def listen(
    link: Link, samples: bytes | None, source: str | None, path: str = PATH, seconds: float | None = None,
    on_change: Callable[[Session], None] | None = None,
) -> Session:  # fmt: skip
    """Let the board listen with the model at `path` there.

    samples: int16 at 16 kHz to send it; else source is an expression on the board that yields blocks of them (None: the board's own
    module `microphone`). seconds: stop after so much sound. on_change: after each inference and each word.
    Ctrl-C stops it, too. Raises BoardError, which says what is missing on the board.
    """
    session = Session()
    expression = "None" if samples is not None else source or OWN_SOURCE
    block_bytes = link.block_bytes - 2

    def on_show(shown: dict) -> None:
        kind = shown["kind"]
        if kind == "start":
            session.labels = shown["labels"]
        elif kind == "scores":
            session.inferences += 1
            session.last = Heard(shown["time_ms"], shown["micros"], shown["ticks"], shown["scores"])
        elif kind == "word":
            session.words.append((shown["time_ms"], shown["label"], shown["probability"]))
        if on_change and kind in ("scores", "word"):
            on_change(session)
        if seconds and session.last and session.last.time_ms >= 1000 * seconds and not session.stopped:
            raise KeyboardInterrupt

    code = f"from demos.keywords import listen\nlisten({path!r}, {expression}, {block_bytes}, True)"
    try:
        stream(link, code, samples or b"", objects(on_show))
    except KeyboardInterrupt:
        session.stopped = True
        stop(link, samples is not None)
    except BoardException as error:
        raise BoardError(explained(error, path, samples is None and source is None)) from None
    return session


def stop(link: Link, fed: bool) -> None:
    """End what the board does. fed: it waits for samples, and takes Ctrl-C for one."""
    if fed:
        link.serial.write(b"\0\0")
    link.interrupt()
    try:
        link.finish(timeout_s=2)
    except BoardError:
        pass  # its KeyboardInterrupt, or the rest of its lines


def explained(error: BoardException, path: str, own: bool) -> str:
    """What an exception on the board means for the user."""
    last = error.last_line
    if "ImportError" in last or "AttributeError" in last:
        if "'mite" in last or "'demos" in last:
            return f"The board has no mite, or an older one ({last}): `mite install` puts it there."
        if "microphone" in last and own:
            return (
                "The board does not know its microphone. Name its pins (--i2s CLOCK,SELECT,DATA), give an expression that yields blocks of int16 samples "
                "at 16 kHz (--source), put a module `microphone` with a function blocks() on the board, or send it a recording (--wav)."
            )
        if "I2S" in last:
            return f"This MicroPython has no I2S ({last}): give --source an expression that yields blocks of int16 samples at 16 kHz."
    if path in last and "OSError" in last:
        return f"There is no {path} on the board: name a model with --model, or upload one: `mite upload MODEL --as {path}`."
    return f"The board stopped listening: {last}"
