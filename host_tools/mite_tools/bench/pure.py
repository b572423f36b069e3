"""`python -m mite_tools.bench.pure`: instructions of the interpreter in Python on an emulated board with stock MicroPython."""

import argparse
import sys

from rich.console import Console
from rich.table import Table

from ..board.emulator import MHZ, Emulator
from ..board.errors import BoardError
from ..board.firmware import FIRMWARE, build_firmware
from ..board.link import Link
from ..compile import compile_model
from ..errors import MiteError
from ..readme import write_table
from . import models

MODELS = {"kws": "MLPerf Tiny's keyword model", "micro_speech": "micro_speech", "hello_world": "hello_world", "digits": "the digits model"}
SCRIPT = """
import gc, time

def since(start):
    return time.ticks_diff(time.ticks_cpu(), start)

gc.collect()
used, start = gc.mem_alloc(), time.ticks_cpu()
import mite
from mite.pure import loops
spent = since(start)
gc.collect()
package, start = gc.mem_alloc() - used, time.ticks_cpu()
model = mite.Model("model.mite")
loaded = since(start)
with open("model.in", "rb") as file:
    for tensor in model.inputs:
        tensor.data[:] = file.read(len(tensor.data))
start = time.ticks_cpu()
model.invoke()
ran, differ = since(start), 0
with open("model.out", "rb") as file:
    for tensor in model.outputs:
        differ += sum(a != b for a, b in zip(bytes(tensor.data), file.read(len(tensor.data))))
result = package, spent, loaded, ran, differ, loops.COMPILED, mite.model.NATIVE
"""


def put_package(link: Link) -> None:
    """The mite package with the interpreter in Python, into /lib of a board that has just been started."""
    link.exec("import os\nfor name in ('lib', 'lib/mite', 'lib/mite/pure', 'lib/mite/pure/ops'):\n    os.mkdir(name)")
    for path in sorted((FIRMWARE / "mite").rglob("*.py")):
        link.put(f"lib/{path.relative_to(FIRMWARE)}", path.read_bytes())


def measure(link: Link, name: str) -> dict:
    """The figures of a model's first known run: bytes of the package, instructions of its import, of loading, of an inference, bytes that
    differ from the known answer. Raises BoardError, ConvertError."""
    path = models.path_of(name)
    compiled = compile_model(path)
    inputs, outputs = models.known_runs(models.FILES[name], path, compiled, 1)
    for ending, content in (("mite", compiled.image), ("in", b"".join(inputs[0])), ("out", b"".join(outputs[0]))):
        link.put(f"model.{ending}", content)
    link.reset()
    link.exec(SCRIPT, timeout_s=600)
    return dict(zip(("package_bytes", "import", "load", "invoke", "differ", "compiled", "native"), link.eval("result")))


def in_words(number: float) -> str:
    """Two digits, or all before the point: 67 million, 0.17 million, 560, 1.4."""
    if number >= 1e5:
        return f"{in_words(number / 1e6)} million"
    return f"{number:,.0f}" if number >= 10 else f"{number:.2g}"


def main(arguments: list[str] | None = None) -> int:
    """0 if every answer was exact."""
    parser = argparse.ArgumentParser(prog="python -m mite_tools.bench.pure", description=__doc__)
    parser.add_argument("--board", default="QEMU_M4", help="an emulated board (QEMU_M4)")
    parser.add_argument("--models", default=" ".join(MODELS), help=f"some of: {' '.join(models.FILES)} (default: {' '.join(MODELS)})")
    parser.add_argument("--write-readme", action="store_true", help="put what was measured into README.md's table")
    options = parser.parse_args(arguments)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 140)
    table = Table(title=f"The interpreter in Python on {options.board}, times at {MHZ} MHz and one instruction a cycle", title_justify="left")
    for column in ("model", "inference: instructions", "ms", "load: instructions", "import: instructions", "package: bytes", "answer"):
        table.add_column(column, justify="left" if column in ("model", "answer") else "right")
    wrong, rows = False, ["| | instructions of an inference | ms |", "|---|---:|---:|"]
    try:
        with Emulator(options.board, build_firmware(options.board, False, False)) as emulator, emulator.link() as link:
            put_package(link)
            for name in options.models.replace(",", " ").split():
                found = measure(link, name)
                wrong = wrong or found["differ"] or found["native"]
                table.add_row(
                    name, f"{found['invoke']:,}", f"{found['invoke'] / MHZ / 1000:.1f}", f"{found['load']:,}", f"{found['import']:,}",
                    f"{found['package_bytes']:,}", f"{found['differ']} bytes differ" if found["differ"] else "exact",
                )  # fmt: skip
                rows.append(f"| {MODELS.get(name, name)} | {in_words(found['invoke'])} | {in_words(found['invoke'] / MHZ / 1000)} |")
        if options.write_readme and not wrong:
            write_table("pure", "\n".join(rows), part=True)
    except (BoardError, MiteError) as error:
        console.print(str(error), style="red", markup=False)
        return 1
    console.print(table)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
