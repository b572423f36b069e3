"""mite convert: a .tflite model becomes a .mite image."""

from pathlib import Path

from .common import add_metadata, add_ram, console, limits, read_metadata, savings, write_whole
from .quantize import add_data, quantized, verdict

HELP = "make a .mite image of a .tflite model"


def arguments(command) -> None:
    command.add_argument("model", type=Path, help="MODEL.tflite")
    command.add_argument("-o", "--output", type=Path, help="where to write the image (MODEL.mite); NAME.h makes it a C array, NAME.py a Python module to freeze")
    add_metadata(command)
    add_ram(command)
    command.add_argument("--speed", action="store_true", help="a larger arena where kernels are faster with more memory: for whole rows of pixels under a convolution")
    command.add_argument("--board", metavar="NAME", help="with --speed: one of `mite boards`; the image is larger, too, where that makes it faster there")
    command.add_argument("--compress", action="store_true", help="code it for storage and upload; a board expands it into RAM")
    command.add_argument("--dump", choices=stages(), help="print what the compiler has after a stage")
    add_data(command.add_argument_group("a float model becomes int8 on the way, where there is data (as with mite quantize)"))


def run(options) -> None:
    from ..compile import compile_graph, compile_model
    from ..errors import ConvertError
    from ..image.arrays import form, render
    from ..image.describe import describe
    from ..report.check import registration, remark
    from ..tflite.read import parse
    from ..tflite.write import write

    output = options.output or options.model.with_suffix(".mite")
    form(output)  # before the work
    asked = options.dump, *limits(options)
    fast = {"speed": options.speed, "processor": processor(options)}
    try:
        if options.data or options.random_data:
            made, found = quantized(options)
            for line in verdict(found):
                console.print(f"  {line}")
            compiled = compile_graph(parse(write(made.graph), made.graph.name), None, *asked, **fast)
        else:
            compiled = compile_model(options.model, read_metadata(options), *asked, **fast)
    except ConvertError as error:
        raise ConvertError("\n".join(filter(None, (str(error), remark(options.model, False))))) from None
    if options.dump:
        return
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
    if not (options.data or options.random_data) and (hint := remark(options.model, True)):
        console.print(hint, markup=False)


def processor(options) -> str | None:
    """Of the board that the image is to be fast on. ConvertError for a board without --speed, BoardError for one that is not known."""
    from ..board.catalogue import find_board
    from ..errors import ConvertError

    if not options.board:
        return None
    if not options.speed:
        raise ConvertError("--board says for which board --speed spends memory: give both, or neither")
    return find_board(options.board).settings["speed"]["instructions"]


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
