"""A compiler for windowed Xtensa code, which the ESP32 runs and Debian's own Xtensa compiler does not make: LLVM of Debian's sid.

Its packages are unpacked into build/xtensa and run from there with their own loader and C library; nothing is installed but Debian's
linker for Xtensa. `python -m mite_tools.bench.xtensa` then takes the arguments of gcc, as far as bench.build uses them.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from ..board.debian import fetched, install_packages
from ..board.errors import SetupError
from ..board.steps import step
from ..board.tree import BUILD, ROOT, locked

FOLDER = BUILD / "xtensa"
VERSION = "23"  # 22 writes no objects
PACKAGES = (
    f"clang-{VERSION}", f"libclang-cpp{VERSION}", f"libclang-common-{VERSION}-dev", f"libllvm{VERSION}", "libc6", "libgcc-s1", "libstdc++6",
    "libedit2", "libffi8", "libxml2-16", "libz3-4", "libzstd1", "zlib1g", "libtinfo6", "libbsd0", "libmd0",
)  # fmt: skip
LINKER = "xtensa-lx106-elf-ld"
# What QEMU's dc233c and the ESP32 both have.
FEATURES = (
    "density", "windowed", "loop", "mul16", "mul32", "div32", "nsa", "sext", "minmax", "bool", "miscsr", "exception", "interrupt", "mac16",
    "threadptr",
)  # fmt: skip


def compiler(stage: str = "-Xclang") -> list[str]:
    """The words that start clang; stage: -Xclangas for its assembler alone."""
    root = FOLDER / "unpacked" / "usr" / "lib"
    libraries = root / "x86_64-linux-gnu"
    resources = root / f"llvm-{VERSION}" / "lib" / "clang" / VERSION
    features = [word for name in FEATURES for word in (stage, "-target-feature", stage, f"+{name}")]
    return [
        str(libraries / "ld-linux-x86-64.so.2"), "--library-path", f"{libraries}:{root / f'llvm-{VERSION}' / 'lib'}",
        str(root / f"llvm-{VERSION}" / "bin" / "clang"), "--target=xtensa", *features, "-resource-dir", str(resources), "-nostdlibinc",
        "-fno-builtin", "-fomit-frame-pointer", "-fno-jump-tables", f"-I{ROOT / 'port' / 'bench' / 'xtensa'}",
    ]  # fmt: skip


def is_there() -> bool:
    """Have the compiler and linker been brought already?"""
    return (FOLDER / "bin" / "xtensa-gcc").exists() and shutil.which(LINKER) is not None


def ensure() -> str:
    """Bring the compiler and linker; the prefix of the tools' names. SetupError where they cannot be had."""
    prefix = FOLDER / "bin" / "xtensa-"
    script = Path(f"{prefix}gcc")
    if is_there():
        return str(prefix)
    with locked("xtensa"):
        if not shutil.which("qemu-system-xtensa"):
            install_packages(["qemu-system-misc"])
        if not shutil.which(LINKER):
            install_packages(["binutils-xtensa-lx106"])
        if not script.exists():
            _unpack()
            script.parent.mkdir(exist_ok=True)
            script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m {__name__} "$@"\n')
            script.chmod(0o755)
            for tool in ("nm", "objdump", "size", "addr2line"):
                link = Path(f"{prefix}{tool}")
                link.unlink(missing_ok=True)
                link.symlink_to(shutil.which(f"xtensa-lx106-elf-{tool}"))
    return str(prefix)


def _unpack() -> None:
    """Download the packages and unpack them. Raises SetupError."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    with fetched("An Xtensa compiler", ("sid",), ["download", *PACKAGES]) as folder:
        with step("Unpacking the Xtensa compiler"):
            for package in folder.glob("*.deb"):
                subprocess.run(["dpkg", "-x", str(package), str(folder / "unpacked")], check=True, stdout=subprocess.DEVNULL)
            FOLDER.mkdir(parents=True)
            (folder / "unpacked").rename(FOLDER / "unpacked")
    if subprocess.run([*compiler(), "--version"], capture_output=True).returncode:
        raise SetupError(f"{FOLDER}/unpacked: clang-{VERSION} does not start: Debian's sid has changed what it needs")


def main(arguments: list[str]) -> int:
    """gcc's part: compile one file with -c, or link."""
    if "-c" in arguments:
        sources = [word for word in arguments if word.endswith(".S")]
        if not sources:
            return subprocess.run([*compiler(), *arguments]).returncode
        words = [word for word in arguments if word not in ("-c", "-MMD", *sources)]
        at = words.index("-o")
        return _assemble(sources[0], words[:at] + words[at + 2 :], words[at + 1])
    words = [part for word in arguments for part in (word[4:].split(",") if word.startswith("-Wl,") else [word])]
    with tempfile.TemporaryDirectory() as folder:
        ready = []
        for word in words:
            if word.endswith(".S"):
                made = str(Path(folder) / f"{len(ready)}.o")
                if status := _assemble(word, [define for define in words if define.startswith("-D")], made):
                    return status
                ready.append(made)
            elif not word.startswith(("-D", "-O", "-f", "-std", "-m", "-I")):
                ready.append(word)
        return subprocess.run([LINKER, "--no-relax", *ready]).returncode


def _assemble(source: str, flags: list[str], made: str) -> int:
    # In two steps: started through its loader, clang cannot start itself for the second of two.
    with tempfile.NamedTemporaryFile(suffix=".s") as text:
        done = subprocess.run([*compiler(), *flags, "-E", "-P", source, "-o", text.name])
        return done.returncode or subprocess.run([*compiler("-Xclangas"), "-Wno-unused-command-line-argument", "-c", text.name, "-o", made]).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
