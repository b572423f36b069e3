"""mite see: a board that looks at pictures."""

from pathlib import Path

from .common import named

HELP = "show pictures to a board, and see what it takes them for"


def arguments(command) -> None:
    command.add_argument("picture", nargs="*", type=Path, help="pictures (those of ../shared, or some that are drawn)")
    command.add_argument("--model", help="MODEL.tflite or MODEL.mite, a name such as person_detect in ../shared/models, or cifar (the project's own)")
    command.add_argument("--labels", type=Path, help="a text file with the name of a class on each line")
    command.add_argument("--crop", choices=("all", "centre"), help="the part of a picture that is looked at (what the model says, else all)")
    command.add_argument("--board", help="an emulated board (QEMU_M4), or host: this computer, which also takes models that are too large for it")
    command.add_argument("--port", help="a real board's serial port, in place of an emulated one")
    command.add_argument("-o", "--output", type=Path, help="where to write a PNG with pictures and answers (build/vision.png)")


def run(options) -> None:
    from .. import see

    if options.output:
        named(options.output, ".png")  # before the work
    see.run(options.model or see.default_model(), options.picture, options.labels, options.board, options.port, options.crop, options.output)
