"""mite demo: a board that listens."""

from pathlib import Path

from .common import load_image

HELP = "speak to a board, and see the words that it hears"


def arguments(command) -> None:
    command.add_argument("--say", help="the digits to say, such as 'three one four'")
    command.add_argument("--wav", help="a recording to listen to in place of espeak-ng: any rate, mono or stereo")
    command.add_argument("--model", type=Path, help="a keyword model's .mite image in place of the digits: labels, frontend and decoder in its metadata")
    command.add_argument("--board", default="QEMU_M4", help="an emulated board (QEMU_M4)")
    command.add_argument("--port", help="a real board's serial port, in place of an emulated one")


def run(options) -> None:
    from .. import demo

    demo.run(options.say, options.wav, options.board, options.port, load_image(options.model) if options.model else None)
