"""What each op of a model takes on a board: `mite bench`."""

from dataclasses import dataclass

from ..image.describe import ImageInfo, describe
from .errors import BoardError
from .identity import answer
from .link import BoardException, Link

NAME = "mite-bench.mite"


@dataclass(frozen=True)
class Step:
    """One record. micros: the least of all runs."""

    op: str
    shapes: str
    macs: int
    micros: int


@dataclass(frozen=True)
class Profile:
    """steps: in the order of the program. micros: of one invoke(), the least of all runs, without the clock between two ops."""

    machine: str
    runs: int
    steps: list[Step]
    micros: int
    arena_bytes: int
    native: bool

    def as_dict(self) -> dict:
        """For `--json`."""
        return {
            "machine": self.machine, "runs": self.runs, "micros": self.micros, "arena_bytes": self.arena_bytes, "native": self.native,
            "steps": [vars(step) for step in self.steps],
        }  # fmt: skip


def profile(link: Link, image: bytes, stored: bytes | None = None, runs: int = 5) -> Profile:
    """Run a model `runs` times on a board that has mite. stored: the image as it is to be sent, if it is compressed.

    The input is whatever is in its memory: int8 ops take the same time for any numbers. Raises BoardError.
    """
    info = describe(image)
    try:
        link.put(NAME, stored or image)
        found = answer(link, CODE.format(name=NAME, runs=runs))
    except BoardException as error:
        raise BoardError(explained(error)) from None
    finally:
        _remove(link)
    rows = found.pop("rows")
    return Profile(steps=named(info, rows), runs=runs, **found)


def named(info: ImageInfo, rows: list[tuple[str, int]]) -> list[Step]:
    """Rows of model.profile() with shapes and multiply-adds, where they are the image's records one by one (not so with loops or a state to begin with)."""
    ops = [op for op in info.ops if op.op != "INITIAL_STATE"]
    rows = [row for row in rows if row[0] != "INITIAL_STATE"]
    if [op.op for op in ops] != [name for name, _ in rows]:
        return [Step(name, "", 0, micros) for name, micros in rows]
    return [Step(op.op, op.shapes, op.macs, micros) for op, (_, micros) in zip(ops, rows)]


def explained(error: BoardException) -> str:
    """What an exception on the board means for the user."""
    last = error.last_line
    if "ImportError" in last:
        return f"The board has no mite ({last}): `mite install` puts it there."
    if "MemoryError" in last:
        return f"The model does not fit the board's memory: {last}. `mite check MODEL.tflite --board NAME` says what it needs, --ram what would help."
    if "custom" in last.lower():
        return f"The model has custom ops, which the board does not know by itself: {last}"
    return f"The board does not run the model: {last}"


def _remove(link: Link) -> None:
    try:
        link.exec(f"import os\ntry:\n    os.remove({NAME!r})\nexcept OSError:\n    pass")
    except BoardError:
        pass  # the board has gone, and its error is on its way


CODE = """
import sys, gc, time
def run():
    import mite
    from mite import model
    m = mite.Model({name!r})
    rows, best = None, None
    for _ in range({runs}):
        gc.collect()
        now = m.profile()
        rows = now if rows is None or len(rows) != len(now) else [(op, min(a, b)) for (op, a), (_, b) in zip(rows, now)]
        begin = time.ticks_us()
        m.invoke()
        took = time.ticks_diff(time.ticks_us(), begin)
        best = took if best is None else min(best, took)
    return {{'rows': rows, 'micros': best, 'arena_bytes': m.arena_size, 'native': model.NATIVE, 'machine': getattr(sys.implementation, '_machine', sys.platform)}}
print(repr(run()))
"""
