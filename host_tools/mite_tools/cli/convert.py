"""mite convert: a .tflite model becomes a .mite image."""

import json
from pathlib import Path

from ..errors import MiteError
from .common import add_ram, console, limits, savings, write_whole

HELP = "make a .mite image of a .tflite model"


def arguments(command) -> None:
    command.add_argument("model", type=Path, help="MODEL.tflite")
    command.add_argument("-o", "--output", type=Path, help="where to write the image (MODEL.mite); NAME.h makes it a C array, NAME.py a Python module to freeze")
    command.add_argument("--labels", type=Path, help="a text file with the name of a class on each line")
    command.add_argument("--metadata", type=Path, help="a JSON file whose keys go into the image (labels, frontend, decoder, ...)")
    add_ram(command)
    command.add_argument("--compress", action="store_true", help="code it for storage and upload; a board expands it into RAM")
    command.add_argument("--dump", choices=stages(), help="print what the compiler has after a stage")


def run(options) -> None:
    from ..compile import compile_model
    from ..errors import ConvertError
    from ..image.arrays import render
    from ..image.describe import describe
    from ..report.check import registration, remark

    try:
        compiled = compile_model(options.model, read_metadata(options), options.dump, *limits(options))
    except ConvertError as error:
        raise ConvertError("\n".join(filter(None, (str(error), remark(options.model, False))))) from None
    if options.dump:
        return
    output = options.output or options.model.with_suffix(".mite")
    stored = compressed(compiled.image) if options.compress else compiled.image
    write_whole(output, render(stored, output, compiled.graph.name))
    info = describe(compiled.image)
    totals = info.totals()
    for name in info.customs:
        console.print(f"  {name}: needs {registration(name)}", markup=False)
    for name, saved in savings(compiled).items():
        console.print(f"  {name}: {saved}")
    console.print(
        f"[bold]{output}[/bold]: {len(stored):,} bytes ({options.model.stat().st_size:,} as .tflite; weights and biases "
        f"{totals['weight_bytes']:,}), arena {totals['arena_bytes']:,} bytes, {totals['macs']:,} multiply-adds"
    )
    if hint := remark(options.model, True):
        console.print(hint, markup=False)


def read_metadata(options) -> dict:
    """What goes into the image's JSON, from the command's files."""
    metadata = {}
    if options.metadata:
        try:
            metadata = json.loads(options.metadata.read_text())
        except ValueError as error:
            raise MiteError(f"{options.metadata}: {error}") from None
        if not isinstance(metadata, dict):
            raise MiteError(f"{options.metadata}: a JSON object is wanted")
    if options.labels:
        try:
            metadata["labels"] = options.labels.read_text().splitlines()
        except UnicodeDecodeError:
            raise MiteError(f"{options.labels}: this is not a text file") from None
    return metadata


def compressed(image: bytes) -> bytes:
    """The image in its compressed form; says what that saves."""
    from ..image.compress import compress, xz_bytes

    smaller = compress(image)
    xz = xz_bytes(image)
    console.print(f"  compressed: {len(smaller):,} bytes, {len(smaller) / len(image):.1%} ({xz:,} by xz -9, {len(smaller) / xz:.3f} times that)")
    return smaller


def stages() -> tuple[str, ...]:
    from ..compile import STAGES

    return STAGES
