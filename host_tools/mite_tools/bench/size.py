"""`python -m mite_tools.bench.size`: bytes of code and constants of each object and of whole builds, and the stack they use.

A build for a model is linked: the interpreter, the ops that the model has, and what of the compiler's library they call. The
stack is the compiler's own account of each function (-fcallgraph-info=su) along the deepest chain of calls.
"""

import argparse
import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ..board.errors import BoardError
from ..board.provision import provision
from ..board.tree import BUILD, ROOT
from ..errors import MiteError
from . import build, models, peers, report
from .targets import TARGETS, Target

RESULTS = BUILD / "size.json"
FOLDERS = (*build.CORE, "audio")
OPTS = ("Os", "O3")
KERNEL_OPTS = ("Os", "O2", "O3")  # firmware and modules have them at -O2 or in between
DEFAULT_TARGETS = ("cortex-m4", "cortex-m0", "rv32imc")
STACK_FLAGS = ("-fcallgraph-info=su",)
# What a program calls; the linker drops what none of these reaches.
MLPERF_TINY = ("kws", "vww", "ic", "ad", "sww")
# picolibc's linker script takes a board to have 64 KB of flash unless told; the others need no such symbol, and ignore it.
FLASH = "-Wl,--defsym=__flash_size=4M"
ENTRIES = ("mite_load", "mite_bind", "mite_reset", "mite_step", "mite_invoke")


@dataclass(frozen=True)
class Bytes:
    code: int = 0
    constants: int = 0
    variables: int = 0  # there must be none

    def __add__(self, other: "Bytes") -> "Bytes":
        return Bytes(self.code + other.code, self.constants + other.constants, self.variables + other.variables)

    @property
    def flash(self) -> int:
        return self.code + self.constants


def section_bytes(target: Target, file: Path) -> Bytes:
    """Bytes by kind of section, of an object or a linked program."""
    text = subprocess.run([f"{target.prefix}size", "-A", str(file)], capture_output=True, text=True, check=True).stdout
    total = Counter()
    for name, size in re.findall(r"^(\.\S+)\s+(\d+)", text, re.MULTILINE):
        kind = {"text": "code", "rodata": "constants", "srodata": "constants", "data": "variables", "sdata": "variables",
                "bss": "variables", "sbss": "variables"}.get(name.split(".")[1])  # fmt: skip
        if kind:
            total[kind] += int(size)
    return Bytes(**total)


def object_bytes(target: Target, opt: str) -> dict[str, Bytes]:
    """"core/load" -> bytes, of every file of the core, its ops, kernels and audio front-end."""
    sources = build.core_sources(FOLDERS)
    made = build.objects(target, opt, sources, STACK_FLAGS)
    return {f"{source.parent.name}/{source.stem}": section_bytes(target, file) for source, file in zip(sources, made)}


def kernels_bytes(target: Target, opt: str) -> Bytes:
    """All that the kernels of the target's own instruction set add to the generic ones."""
    sources = [source for source in build.core_sources(("kernels",)) if "__" in source.stem and not source.stem.endswith("__generic")]
    return sum((section_bytes(target, file) for file in build.objects(target, opt, sources, STACK_FLAGS)), Bytes())


def build_bytes(target: Target, opt: str, ops: set[str] | None, name: str) -> Bytes:
    """A linked interpreter with these ops alone (None: every op). Raises BuildError."""
    with build.lock(target):
        made = build.core_objects(target, opt, ops, STACK_FLAGS)
    program = build.FOLDER / target.name / opt / f"size-{name}.elf"
    roots = [f"-Wl,-u,{entry}" for entry in ENTRIES]
    build.run([f"{target.prefix}gcc", *target.flags, *target.link, f"-Wl,-e,{ENTRIES[0]}", FLASH, "-Wl,--gc-sections", *roots,
               *map(str, made), "-o", str(program)], program)  # fmt: skip
    return section_bytes(target, program)


def stacks(target: Target, opt: str) -> dict[str, tuple[int, list[tuple[str, int]]]]:
    """Entry -> (bytes of stack, the deepest chain of (function, its bytes)). Library functions count as nothing."""
    own: dict[str, int] = {}
    calls: dict[str, set[str]] = {}
    titles: dict[str, str] = {}
    through_table: dict[str, str] = {}  # caller -> how the names begin that it finds in the table of ops
    sources = build.core_sources()
    for source, made in zip(sources, build.objects(target, opt, sources, STACK_FLAGS)):
        text = made.with_suffix(".ci").read_text()
        for title, label in re.findall(r'node: \{ title: "([^"]+)" label: "([^"]*)"', text):
            titles[title] = label.split("\\n")[0]
            if size := re.search(r"(\d+) bytes \(", label):
                own[title] = int(size[1])
        for caller, to in re.findall(r'edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"', text):
            calls.setdefault(caller, set()).add(to)
            if to == "__indirect_call":
                if source.parent.name != "core":
                    raise BoardError(f"{titles[caller]} of {source.name} calls through a pointer: its stack cannot be known")
                through_table[caller] = "mite_check_" if source.stem == "load" else "mite_run_"
    for caller, prefix in through_table.items():
        calls[caller] |= {title for title in own if title.startswith(prefix)}

    known: dict[str, tuple[int, list[tuple[str, int]]]] = {}

    def deepest(title: str, above: tuple[str, ...]) -> tuple[int, list[tuple[str, int]]]:
        if title in above:
            raise BoardError(f"{titles[title]} calls itself: its stack has no bound")
        if title not in known:
            below = max((deepest(to, (*above, title)) for to in calls.get(title, ()) if to in own), default=(0, []), key=lambda d: d[0])
            name = title.rpartition(":")[2].partition(".")[0]
            known[title] = (own[title] + below[0], [(name, own[title]), *below[1]])
        return known[title]

    return {entry: deepest(entry, ()) for entry in ENTRIES if entry in own}


def measure(target: Target, builds: dict[str, tuple[str, set[str] | None]]) -> dict:
    """The entry of size.json for a target. builds: name -> (the peer's name of the model, its ops)."""
    entry: dict = {"objects": {}, "builds": {}, "stack": {}, "kernels": {opt: kernels_bytes(target, opt).flash for opt in KERNEL_OPTS}}
    for opt in OPTS:
        for name, size in object_bytes(target, opt).items():
            if size.variables:
                raise BoardError(f"{name} has {size.variables} bytes of variables: a native module cannot have any")
            entry["objects"].setdefault(name, {})[opt] = {"code": size.code, "constants": size.constants}
        for name, (file, ops) in builds.items():
            size = build_bytes(target, opt, ops, name)
            entry["builds"].setdefault(name, {})[opt] = {"code": size.code, "constants": size.constants}
            if theirs := peers.code_bytes(target.name, file, opt):
                entry["builds"][name][opt]["peer"] = theirs
        entry["stack"][opt] = {
            name: {"bytes": total, "chain": [list(step) for step in chain]} for name, (total, chain) in stacks(target, opt).items()
        }
    return entry


def builds_of(names: list[str]) -> dict[str, tuple[str, set[str] | None]]:
    """The builds that are linked: without ops, for each model that converts, for MLPerf Tiny's five together, with everything."""
    found: dict[str, tuple[str, set[str] | None]] = {"no-ops": ("", set())}
    for name in names:
        try:
            model = models.prepare(name)
        except (BoardError, MiteError):
            continue
        found[name] = (model.file, {layer.info.op for layer in model.layers})
    if all(name in found for name in MLPERF_TINY):
        found["mlperf-tiny"] = ("", set().union(*(found[name][1] for name in MLPERF_TINY)))
    return found | {"all-ops": ("", None)}


def object_table(title: str, entry: dict) -> Table:
    table = Table(title=title, title_justify="left")
    for column in ("object", "code -Os", "constants", "code -O3", "constants"):
        table.add_column(column, justify="left" if column == "object" else "right")
    totals: dict[str, dict[str, Counter]] = {}
    for name, sizes in entry["objects"].items():
        folder = name.partition("/")[0]
        for opt in OPTS:
            totals.setdefault(folder, {}).setdefault(opt, Counter()).update(sizes[opt])
    folders = list(totals)
    for number, folder in enumerate(folders):
        for name, sizes in entry["objects"].items():
            if name.startswith(f"{folder}/"):
                table.add_row(name, *(report.number(sizes[opt][kind]) for opt in OPTS for kind in ("code", "constants")))
        cells = (report.number(totals[folder][opt][kind]) for opt in OPTS for kind in ("code", "constants"))
        table.add_row(f"all of {folder}", *cells, style="bold", end_section=number < len(folders) - 1)
    return table


def build_table(title: str, entry: dict) -> Table:
    table = Table(title=title, title_justify="left")
    for column in ("build", "-Os", "peer", "peer/mite", "-O3", "peer", "peer/mite"):
        table.add_column(column, justify="left" if column == "build" else "right")
    for name, sizes in entry["builds"].items():
        cells = []
        for opt in OPTS:
            flash, theirs = sizes[opt]["code"] + sizes[opt]["constants"], sizes[opt].get("peer")
            cells += [report.number(flash), report.number(theirs), report.ratio(theirs / flash if theirs else None)]
        table.add_row(name, *cells)
    return table


def main(arguments: list[str] | None = None) -> int:
    """0, or 1 if something could not be built."""
    parser = argparse.ArgumentParser(prog="python -m mite_tools.bench.size", description=__doc__.splitlines()[0])
    parser.add_argument("--targets", default="", help=f"some of: {' '.join(TARGETS)} (default: {' '.join(DEFAULT_TARGETS)})")
    options = parser.parse_args(arguments)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    try:
        provision("compilers")
        names = options.targets.replace(",", " ").split() or list(DEFAULT_TARGETS)
        if unknown := [name for name in names if name not in TARGETS]:
            raise BoardError(f"There is no target '{unknown[0]}'; there are: {', '.join(TARGETS)}.")
        builds = builds_of(models.available())
        results = {}
        for name in names:
            entry = results[name] = measure(TARGETS[name], builds)
            console.print(object_table(f"{TARGETS[name].title}: bytes of each object", entry))
            console.print(build_table(f"{TARGETS[name].title}: code and constants of a linked build", entry))
            added = ", ".join(f"{size:,} at -{opt}" for opt, size in entry["kernels"].items())
            console.print(f"The kernels of its own instruction set: {added}")
            for opt in OPTS:
                for function, stack in entry["stack"][opt].items():
                    if function in ("mite_load", "mite_invoke"):
                        chain = " > ".join(f"{step} {size}" for step, size in stack["chain"])
                        console.print(f"-{opt}: {function} takes {stack['bytes']} bytes of stack: {chain}")
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(results, indent=1))
        console.print(f"{RESULTS.relative_to(ROOT)} written", style="dim")
    except (BoardError, MiteError) as error:
        console.print(str(error), style="red", markup=False)
        return 1
    except KeyboardInterrupt:
        console.print("stopped")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
