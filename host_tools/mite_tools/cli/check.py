"""mite check: will it run, and where."""

import json
from pathlib import Path

from rich.table import Table

from .common import console

HELP = "say whether a .tflite model will run, what it needs, and what would help"


def arguments(command) -> None:
    command.add_argument("model", type=Path, help="MODEL.tflite")
    command.add_argument("--board", help="whether it fits this board's RAM and flash, and about how long an inference takes there")
    command.add_argument("--json", action="store_true", help="the findings for a program to read")


def run(options) -> int:
    from dataclasses import asdict

    from rich.markup import escape

    from ..board.catalogue import find_board
    from ..report.board import fit
    from ..report.check import CONVERT, check

    board = find_board(options.board) if options.board else None
    report = check(options.model)
    on_board = fit(report.info, board) if board and report.info else None
    status = 0 if report.runs and (on_board is None or on_board.fits) else 1
    if options.json:
        report.info = None
        findings = asdict(report) | {"runs": report.runs, "advice": report.advice, "hint": report.hint}
        del findings["info"]
        print(json.dumps(findings | ({"board": on_board.as_dict()} if on_board else {}), indent=2))
        return status
    table = Table(title=f"{options.model}: {report.description}", title_justify="left")
    for column in ("op", "count", "types", "verdict"):
        table.add_column(column, justify="right" if column == "count" else "left", overflow="fold")
    for row in report.rows:
        table.add_row(row.kind, str(row.count), row.types, f"[red]{escape(row.problem)}[/red]" if row.problem else f"[green]runs[/green]{escape(', ' + row.help if row.help else '')}")
    console.print(table)
    if report.runs:
        totals = report.totals
        console.print(
            f"[green]runs[/green]: image {totals['image_bytes']:,} bytes, arena {totals['arena_bytes']:,}, state {totals['state_bytes']:,} "
            f"bytes; {totals['macs']:,} multiply-adds"
        )
        for line in on_board.lines() if on_board else ():
            console.print(line)
        if report.hint:
            console.print(report.hint, markup=False)
        return status
    bad = sum(row.count for row in report.rows if row.problem)
    reason = report.failure or f"{bad} of {sum(row.count for row in report.rows)} ops"
    console.print(f"[red]does not run[/red]: {escape(reason)}")
    if report.advice:
        console.print(f"what would help: {escape(report.advice)}")
    for help in dict.fromkeys(row.help for row in report.rows if row.problem and row.help and not (report.advice and row.help.startswith(CONVERT))):
        kinds = ", ".join(dict.fromkeys(row.kind for row in report.rows if row.help == help))
        console.print(f"  {kinds}: {help}", markup=False)
    return 1
