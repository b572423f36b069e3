"""mite listen: what a board hears."""

import time
from pathlib import Path

from rich.live import Live
from rich.table import Table
from rich.text import Text

from ..errors import MiteError
from .common import add_port, console, load_image, opened_port, seconds

HELP = "show what a board hears: words, probabilities, time of an inference"


def arguments(command) -> None:
    add_port(command)
    command.add_argument("--model", type=Path, help="a keyword model (.mite) to put there first; without it, keywords.mite on the board, or the digits")
    sound = command.add_mutually_exclusive_group()
    sound.add_argument("--i2s", metavar="CLOCK,SELECT,DATA", help="the pins of the board's I2S microphone (a fourth number: which I2S)")
    sound.add_argument("--source", metavar="EXPRESSION", help="what yields blocks of int16 samples at 16 kHz on the board (microphone.blocks())")
    sound.add_argument("--wav", type=Path, help="send it this recording instead")
    sound.add_argument("--say", help="send it these words, spoken by espeak-ng, instead")
    command.add_argument("--seconds", type=seconds, help="stop after so many seconds of sound (else: Ctrl-C)")


def run(options) -> None:
    from .. import live, sound
    from ..board.upload import upload
    from ..demo import digits_image

    samples = None
    if options.wav:
        samples = sound.load(str(options.wav)).tobytes()
    elif options.say:
        samples = sound.say(options.say).tobytes()
    source = live.i2s_source(options.i2s) if options.i2s else options.source
    image = load_image(options.model) if options.model else None
    with opened_port(options) as link:
        if image is None and live.PATH not in link.eval("__import__('os').listdir()"):
            image = digits_image()
        link.reset()  # what ran there leaves its memory
        if image:
            done = upload(link, image, live.PATH)
            console.print(f"Uploaded {done.path}: {done.bytes:,} bytes in {done.seconds:.1f} s")
        console.print(f"Listening at {link.port}; Ctrl-C stops.")
        begin = time.monotonic()
        if console.is_terminal:
            with Live(Text("..."), console=console, refresh_per_second=15) as shown:
                session = live.listen(link, samples, source, seconds=options.seconds, on_change=lambda now: shown.update(panel(now)))
        else:
            told = 0

            def tell(now) -> None:
                nonlocal told
                for time_ms, label, probability in now.words[told:]:
                    console.print(f"{time_ms / 1000:7.2f} s  {label:<10} {probability:4.0%}")
                told = len(now.words)

            session = live.listen(link, samples, source, seconds=options.seconds, on_change=tell)
    if not session.inferences:
        raise MiteError("the sound was too short for one inference, or there was none")
    console.print(f"{len(session.words)} words, {session.inferences} inferences in {time.monotonic() - begin:.1f} s; the last one took {session.last.micros / 1000:.1f} ms")


def panel(session) -> Table:
    """The probabilities now as bars, and the last words, for a terminal."""
    table = Table.grid(padding=(0, 1))
    width = max(map(len, session.labels), default=0)
    last = session.last
    best = max(last.scores, default=0) if last else 0
    for label, score in zip(session.labels, last.scores if last else []):
        style = "bold green" if score == best and score >= 0.5 else "cyan"
        table.add_row(label.rjust(width), Text("█" * round(30 * score) or "·", style=style), f"{score:4.0%}")
    if last:
        table.add_row("", f"{last.time_ms / 1000:.2f} s, an inference {last.micros / 1000:.1f} ms", "")
    words = "  ".join(f"{label} {probability:.0%}" for _, label, probability in session.words[-6:])
    table.add_row("heard".rjust(width), Text(words, style="bold"), "")
    return table
