"""Compiles and links the bare-metal programs of port/bench, and no more of them than has changed."""

import hashlib
import os
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ..board.errors import BuildError
from ..board.selection import defines
from ..board.tree import BUILD, ROOT, compiler_environment, locked
from . import xtensa
from .targets import CFLAGS, Target

PORT = ROOT / "port"
FOLDER = BUILD / "bench"
CORE = ("core", "ops", "kernels")


def core_sources(folders: tuple[str, ...] = CORE) -> list[Path]:
    """Every C file of the core, its ops and its kernels."""
    return sorted(path for folder in folders for path in (PORT / folder).glob("*.c"))


def tools(target: Target) -> str:
    """The prefix of the compiler's and its tools' names. Raises SetupError where they cannot be had."""
    return xtensa.ensure() if target.name == "xtensa" else target.prefix


def lock(target: Target):
    """Held while objects of this target are made or linked."""
    return locked(f"bench-{target.name}")


def objects(target: Target, opt: str, sources: list[Path], extra: tuple[str, ...] = ()) -> list[Path]:
    """Compile what is newer than its object; the objects in the order of the sources. Raises BuildError, SetupError."""
    with lock(target):
        return _objects(target, opt, sources, extra)


def _objects(target: Target, opt: str, sources: list[Path], extra: tuple[str, ...] = ()) -> list[Path]:
    folder = FOLDER / target.name / opt
    folder.mkdir(parents=True, exist_ok=True)
    flags = [*CFLAGS, f"-{opt}", *target.flags, *extra]
    prefix = tools(target)
    key = hashlib.sha256(" ".join([prefix, *flags]).encode()).hexdigest()[:8]
    jobs = []
    for source in sources:
        made = folder / f"{source.parent.name}-{source.stem}-{key}.o"
        if _stale(made, source):
            made.unlink(missing_ok=True)
            jobs.append((made, [f"{prefix}gcc", *flags, "-MMD", "-c", "-o", str(made), str(source)]))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda job: _compile(job[1], job[0]), jobs))
    return [folder / f"{source.parent.name}-{source.stem}-{key}.o" for source in sources]


def core_objects(target: Target, opt: str, ops: set[str] | None = None, extra: tuple[str, ...] = ()) -> list[Path]:
    """The core, its kernels and ops, of which only these (None: all) are in the table of ops: a linker drops what nothing refers to.

    The caller holds the lock.
    """
    table = [source for source in core_sources() if source.name == "ops.c"]
    rest = [source for source in core_sources() if source not in table]
    return _objects(target, opt, rest, extra) + _objects(target, opt, table, (*extra, *defines(ops)))


def program(
    target: Target, opt: str, main: str, bundle: Path | None = None, name: str = "",
    extra: tuple[str, ...] = (), more: tuple[str, ...] = (), ops: set[str] | None = None,
) -> Path:  # fmt: skip
    """Link port/bench/MAIN.c with the core, and a bundle behind it; the path of the .elf. Raises BuildError.

    extra: flags for the files of port/bench; more: other files there, without .c; ops: a build with these alone.
    """
    sources = [PORT / "bench" / f"{file}.c" for file in (target.start, "print", main, *more)]
    sources += [PORT / "bench" / file for file in target.more]
    elf = FOLDER / target.name / opt / f"{name or main}.elf"
    command = [f"{tools(target)}gcc", *target.flags, *target.link]
    if target.script:
        command += [f"-L{PORT / 'bench'}", f"-T{target.script}.ld"]
    if bundle:
        command += [f'-DBENCH_BUNDLE="{bundle}"', str(PORT / "bench" / "bundle.S")]
    # Another process may be running the program: it keeps the one that it has.
    fresh = elf.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
    with lock(target):
        made = core_objects(target, opt, ops) + _objects(target, opt, sources, extra)
        run([*command, "-Wl,--gc-sections", *map(str, made), "-o", str(fresh)], fresh)
    fresh.rename(elf)
    return elf


def _stale(made: Path, source: Path) -> bool:
    """Is the object absent, or older than a file that it was made of?"""
    try:
        written = made.stat().st_mtime
        names = made.with_suffix(".d").read_text().partition(":")[2].replace("\\\n", " ").split()
        return any(Path(name).stat().st_mtime > written for name in (*names, source))
    except OSError:
        return True


def _compile(command: list[str], made: Path) -> None:
    begun = time.time()
    run(command, made)
    # What was edited meanwhile is newer than the object.
    os.utime(made, (begun, begun))


def run(command: list[str], made: Path) -> None:
    """Run a compiler or linker that makes `made`. Raises BuildError with what it says."""
    done = subprocess.run(command, capture_output=True, text=True, env=compiler_environment())
    if done.returncode:
        made.unlink(missing_ok=True)
        lines = (done.stderr or done.stdout).strip().splitlines()
        shown = "\n".join(f"  {line}" for line in lines[:30])
        raise BuildError(f"{command[0]} could not make {made.relative_to(ROOT)}:\n{shown}")
