"""Long steps that show they are alive: a spinner on a terminal, plain lines in a log."""

import contextlib
import threading
import time

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, TextColumn, TimeElapsedColumn

WORTH_A_LINE_S = 1

console = Console(stderr=True, highlight=False)


@contextlib.contextmanager
def step(text: str, total: float | None = None):
    """Show `text` while the body runs, then how long it took. What is done at once is not worth a line.

    Yields a function update(done, detail=""): `done` in the unit of `total`, or ignored if there is no total.
    """
    start = time.monotonic()
    if console.is_terminal:
        columns = [SpinnerColumn(), TextColumn("{task.description}")]
        if total is not None:
            columns += [BarColumn(30), TextColumn("{task.percentage:>3.0f} %")]
        columns += [TimeElapsedColumn(), TextColumn("[dim]{task.fields[detail]}")]
        with Progress(*columns, console=console, transient=True) as progress:
            task = progress.add_task(text, total=total, detail="")
            yield lambda done=0, detail="": progress.update(task, completed=done, detail=detail)
    else:
        announcement = threading.Timer(WORTH_A_LINE_S, console.print, [f"{text} ..."])
        announcement.daemon = True
        announcement.start()
        try:
            yield lambda done=0, detail="": None
        finally:
            announcement.cancel()
    if (taken := time.monotonic() - start) > WORTH_A_LINE_S:
        console.print(f"{text}: {taken:.1f} s")


def bar(console: Console, *columns: ProgressColumn, disable: bool = False) -> Progress:
    """A progress bar that goes when it is done: what is going on, how far it is, and the caller's own columns."""
    return Progress(TextColumn("{task.description}"), BarColumn(30), TextColumn("{task.percentage:>3.0f} %"), *columns,
                    console=console, transient=True, disable=disable)  # fmt: skip


def human_bytes(count: float) -> str:
    """123456 -> '123 kB': decimal units, as package managers print them."""
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit != "MB" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.2f} GB"
