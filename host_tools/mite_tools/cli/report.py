"""mite report: a page about a model."""

from pathlib import Path

from ..errors import MiteError
from .common import add_ram, console, limits, load, savings, write_whole

HELP = "make a page that shows a model's memory over time, its ops and what was saved"


def arguments(command) -> None:
    command.add_argument("model", type=Path, help="MODEL.tflite")
    command.add_argument("-o", "--output", type=Path, help="where to write the page (MODEL.html)")
    command.add_argument("--board", default="RPI_PICO2", help="the board whose times are estimated (RPI_PICO2)")
    add_ram(command)


def run(options) -> None:
    from ..board.catalogue import find_board
    from ..report.memory import memory
    from ..report.page import page
    from ..tflite.read import read

    board = find_board(options.board)
    _, compiled = load(options.model, *limits(options))
    if compiled is None:
        raise MiteError(f"{options.model}: an image does not tell where its tensors lie; give the .tflite that it was made of")
    shown = memory(compiled, board)
    output = options.output or options.model.with_suffix(".html")
    write_whole(output, page(shown, board, savings(compiled), read(options.model).quantized).encode())
    console.print(f"[bold]{output}[/bold]: arena {shown.totals['arena_bytes']:,} bytes, the peak is {shown.words(shown.peak)}: "
                  f"{shown.steps[shown.peak].live_bytes:,} bytes")  # fmt: skip
