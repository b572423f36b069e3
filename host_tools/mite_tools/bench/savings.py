"""The price of each saving: instructions of an inference with it and without, on one machine. `python -m mite_tools.bench --savings`."""

from collections.abc import Callable
from pathlib import Path

from rich.table import Table

from ..board.errors import BoardError
from ..compile import Compiled, compile_model
from ..errors import MiteError
from ..image.compress import compress, opened
from . import build, emulate, models
from .targets import Target

RAM = {"kws": 6000, "vww": 30000, "ic": 20000, "person_detect": 16000}  # bytes, for --ram
# What is left out -> the names that compile_model() knows it by.
WITHOUT = {
    "folding": ("padding", "dead_channels"),
    "overlap": ("overlap",),
    "parts in place": ("parts",),
    "halves": ("halves",),
}


def variants(name: str, path: Path) -> dict[str, Callable[[], Compiled]]:
    """What is compared with the model as it is: a title -> what compiles it."""
    found = {f"without {title}": (lambda names=names: compile_model(path, without=names)) for title, names in WITHOUT.items()}
    if name in RAM:
        found["in bands"] = lambda: compile_model(path, ram=RAM[name])
    return found


def count(target: Target, opt: str, name: str, compiled: Compiled, ops: set[str] | None = None) -> int:
    """Instructions of an inference. ops: of a build with these alone. BoardError if an answer is wrong."""
    path = models.path_of(name)
    data = models.bundle(compiled.image, *models.known_runs(models.FILES[name], path, compiled, 1))
    counts = emulate.measure(target, build.program(target, opt, "main", models.written(f"savings-{name}", data), f"savings-{name}", ops=ops))
    if counts.differs:
        raise BoardError(f"{name} on {target.title}: {len(counts.differs)} bytes are wrong")
    return counts.invoke


def measure(target: Target, opt: str, name: str) -> list[tuple[str, int, int, int]]:
    """(what, instructions, bytes of arena and state, bytes of the image) of a model as it is, and then of each variant."""
    path = models.path_of(name)
    whole = compile_model(path)
    if opened(compress(whole.image), name) != whole.image:
        raise BoardError(f"{name}: what was compressed is not the image any more")
    used = {layer.info.op for layer in models.layers(whole)}
    rows = [(title, count(target, opt, name, made, ops), made) for title, made, ops in (
        ("as it is", whole, None), ("selective build", whole, used), *((title, compiled(), None) for title, compiled in variants(name, path).items()),
    )]  # fmt: skip
    return [(title, spent, made.memory_bytes, len(made.image)) for title, spent, made in rows]


def table(target: Target, opt: str, names: list[str]) -> tuple[Table, list[str]]:
    """(a line for each model and variant, what could not be measured and why)."""
    made = Table(title=f"{target.title} ({target.name}), -{opt}: what each saving costs. --compress gives the same image back, and so costs an inference nothing",
                 title_justify="left")  # fmt: skip
    for column in ("model", "", "instructions", "more", "RAM", "image"):
        made.add_column(column, justify="left" if column in ("model", "") else "right")
    missing = []
    for name in names:
        try:
            rows = measure(target, opt, name)
        except (BoardError, MiteError) as error:
            missing.append(f"{name}: {models.why_not(error)}")
            continue
        base = rows[0][1]
        for title, spent, memory, image in rows:
            more = "" if title == "as it is" else f"{100 * (spent - base) / base:+.2f} %"
            made.add_row(name if not more else "", title, f"{spent:,}", more, f"{memory:,}", f"{image:,}", end_section=title == rows[-1][0])
    return made, missing
