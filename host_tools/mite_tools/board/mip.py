"""Packages for mip, MicroPython's own installer: build/mip/ARCH/package.json and the files that it names.

    python -m mite_tools.board.mip [ARCH ...]

Put build/mip on any web server, or name the file: `mpremote mip install build/mip/armv7emsp/package.json`. mip itself never asks a board
for its architecture, so there is one package for each; `pure`, with the interpreter in Python, is for all of them. `mite install` chooses.
"""

import json
import shutil
import sys
from pathlib import Path

import mite

from .errors import BoardError
from .firmware import NATMOD_ARCHS, build_natmod, build_sensors
from .package import Package, make_package
from .steps import console, human_bytes
from .tree import BUILD, ROOT

FOLDER = BUILD / "mip"
PURE = "pure"


def write_package(package: Package, folder: Path) -> Path:
    """The files of a package and its package.json, in a folder that then holds nothing else. Addresses in it are relative to it."""
    shutil.rmtree(folder, ignore_errors=True)
    for path, content in package.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    listing = folder / "package.json"
    listing.write_text(json.dumps({"urls": [[path, path] for path in sorted(package.files)], "deps": [], "version": mite.__version__}, indent=1) + "\n")
    return listing


def main() -> None:
    """Make the packages of the architectures on the command line, or all; those whose compilers cannot be had are named at the end."""
    missing = []
    for arch in sys.argv[1:] or [*NATMOD_ARCHS, PURE]:
        try:
            package = make_package(pure=True) if arch == PURE else make_package(build_natmod(arch).read_bytes(), build_sensors(arch).read_bytes())
        except BoardError as error:
            missing.append(f"{arch}: {error}")
            continue
        listing = write_package(package, FOLDER / arch)
        print(f"{listing.relative_to(ROOT)}  {len(package.files)} files, {human_bytes(package.bytes)}")
    for text in missing:
        console.print(text, style="red", markup=False, soft_wrap=True)
    sys.exit(1 if missing else 0)


if __name__ == "__main__":
    main()
