"""mite verify: against the reference kernels."""

from pathlib import Path

from rich.table import Table

from .common import add_custom, add_ram, console, count, limits, seed, take_customs

HELP = "compare mite with the reference kernels, op by op and byte by byte"


def arguments(command) -> None:
    command.add_argument("model", type=Path, help="MODEL.tflite")
    command.add_argument("input", type=Path, nargs="*", help=".npy or .npz files with inputs, one run each")
    command.add_argument("--runs", type=count, default=4, help="runs on random inputs (4)")
    command.add_argument("--seed", type=seed, default=0, help="of the random inputs (0)")
    add_ram(command)
    add_custom(command)


def run(options) -> int:
    from ..inputs import read_run
    from ..tflite.read import read
    from ..verify import TOLERANCE, verify

    take_customs(options)
    graph = read(options.model)
    verdict = verify(options.model, [read_run(path, graph) for path in options.input], options.runs, options.seed, *limits(options))
    table = Table(title=f"{options.model}: {verdict.runs} runs against {verdict.reference}", title_justify="left")
    for column in ("#", "op", "tensor", "elements", "differ", "largest", "folded"):
        table.add_column(column, justify="left" if column in ("op", "tensor") else "right")
    for number, row in enumerate(verdict.rows):
        differ = f"[red]{row.differ:,}[/red]" if row.differ else f"{row.close:,} a little" if row.close else "0"
        shape = f"{row.tensor.dtype}{list(row.tensor.shape)}"
        table.add_row(str(number), row.op, shape, f"{row.of:,}", differ, f"{row.largest:g}" if row.differ or row.close else "",
                      f"{row.folded / row.tensor.count:.0%}" if row.folded else "")  # fmt: skip
    console.print(table)
    total, differ, close = (sum(numbers) for numbers in zip(*((row.of, row.differ, row.close) for row in verdict.rows)))
    if verdict.good and not verdict.exact:
        console.print(f"[green]good[/green]: {close:,} of {total:,} numbers differ, all of them float32 and by at most {TOLERANCE:g} (relative)")
    else:
        console.print(f"{'[green]exact[/green]' if verdict.exact else '[red]not exact[/red]'}: {differ:,} of {total:,} numbers differ"
                      + (f", and {close:,} float32 numbers by at most {TOLERANCE:g} (relative)" if close else ""))  # fmt: skip
    return 0 if verdict.good else 1
