"""Builds with only the ops that some models use: what is defined for the compiler, and which files such a native module takes."""

import re
import subprocess
from pathlib import Path

from ..image import spec
from ..image.describe import describe
from .errors import BuildError
from .tree import ROOT

PORT = ROOT / "port"
# What a build has beside ops -> (the key of an image's metadata that asks for it, the file that calls all of it).
PARTS = {"frontend": ("frontend", "micropython/frontend.c"), "vision": ("pixels", "micropython/vision.c")}


def ops_of(images: dict[str, bytes]) -> tuple[set[str], set[str]]:
    """(the ops that images use, those of PARTS that they ask for). images: by their names. ConvertError for what is no image."""
    found = [describe(image, name) for name, image in images.items()]
    parts = {part for part, (key, _) in PARTS.items() if any(key in info.metadata for info in found)}
    return {op.op for info in found for op in info.ops}, parts


def defines(ops: set[str] | None, parts: set[str] = frozenset(PARTS)) -> list[str]:
    """The compiler's flags for a build with these ops alone (None: with all of them), and with these of PARTS."""
    known = [op.op for op in spec.OPS]
    if ops is not None and (unknown := ops - set(known)):
        raise BuildError(f"There is no op {', '.join(sorted(unknown))}; there are: {', '.join(known)}.")
    chosen = [] if ops is None else ["-DMITE_SELECT", *(f"-DMITE_WITH_{op}" for op in known if op in ops)]
    return chosen + [f"-DMITE_WITHOUT_{part.upper()}" for part in PARTS if part not in parts]


def sources(lister: str, modules: Path, ops: set[str], parts: set[str]) -> list[str]:
    """The files, relative to port/, that a native module with these ops and these of PARTS takes: the linker takes all that it is given.

    lister: the program that lists an object's names. modules: the folder of the modules with everything, whose objects tell who calls whom.
    """
    gives: dict[str, str] = {}  # public name -> the file that defines it
    wants: dict[str, set[str]] = {}  # file -> the names that it uses
    for made in sorted(modules.glob("**/objects/*/*.o")):
        file = f"{made.parent.name}/{made.stem}.c"
        if not (PORT / file).is_file():
            continue
        listing = subprocess.run([lister, made], capture_output=True, text=True, check=True).stdout
        for kind, name in re.findall(r"^[0-9a-f ]+ (\w) (\S+)$", listing, re.MULTILINE):
            if kind in "TRDBW":
                gives[name] = file
            elif kind == "U":
                wants.setdefault(file, set()).add(name)
    # The table of ops names all of them; a selected one only these.
    names = {op.name for op in spec.OPS if op.op not in ops}
    left_out = {f"mite_{what}_{name}" for name in names for what in ("check", "run", "scratch")}
    wants["ops/ops.c"] = wants.get("ops/ops.c", set()) - left_out
    wants["micropython/module.c"] = set()  # some of what the modules with everything have between them
    needed, todo = set(), [f"micropython/{name}.c" for name in ("module", "program", "divide", "runtime")]
    todo += [file for part, (_, file) in PARTS.items() if part in parts]
    while todo:
        file = todo.pop()
        if file not in needed and (PORT / file).is_file():
            needed.add(file)
            todo += [gives[name] for name in wants.get(file, ()) if name in gives]
    if not {"core/load.c", "ops/ops.c"} <= needed:
        raise BuildError(f"The objects in {modules} are not those of a native module: remove the folder, and build again.")
    return sorted(needed)
