"""mite strip: a smaller .tflite."""

from pathlib import Path

from .common import console, named, write_whole

HELP = "take out of a .tflite model what inference does not need"


def arguments(command) -> None:
    command.add_argument("model", type=Path, help="MODEL.tflite")
    command.add_argument("-o", "--output", type=Path, help="where to write the smaller model (MODEL.stripped.tflite)")


def run(options) -> None:
    from ..tflite.strip import strip

    data = options.model.read_bytes()
    smaller = strip(data, str(options.model))
    output = named(options.output, ".tflite") if options.output else options.model.with_suffix(".stripped.tflite")
    write_whole(output, smaller)
    console.print(f"[bold]{output}[/bold]: {len(smaller):,} bytes ({len(data):,} before: {len(smaller) / len(data):.1%})")
