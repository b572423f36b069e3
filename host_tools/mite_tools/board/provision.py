"""Bring what is missing: Debian packages and MicroPython's source.

    python -m mite_tools.board.provision emulator compilers micropython

Idempotent, and quick when everything is there: a group whose programs answer is never looked at again.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from .debian import install_packages
from .downloads import download_summary
from .errors import BoardError, SetupError
from .micropython import micropython_source
from .steps import console
from .tree import locked


@dataclass(frozen=True)
class Group:
    """Debian packages, and how to tell without a package manager that they are not needed."""

    packages: tuple[str, ...]
    programs: tuple[str, ...] = ()
    # (compiler, file): the file is there if the compiler finds it.
    libraries: tuple[tuple[str, str], ...] = ()
    headers: tuple[Path, ...] = ()

    def missing(self) -> list[str]:
        """The programs, libraries and headers that are not there."""
        absent = [program for program in self.programs if not shutil.which(program)]
        absent += [str(header) for header in self.headers if not header.exists()]
        for compiler, file in self.libraries:
            if shutil.which(compiler):
                # A file that is found is printed with its folder, else the bare name comes back.
                answer = subprocess.run([compiler, f"-print-file-name={file}"], capture_output=True, text=True)
                if os.sep not in answer.stdout:
                    absent.append(f"{file} of {compiler}")
        return absent


GROUPS = {
    "host": Group(
        ("build-essential", "python3-dev", "pkg-config"),
        ("gcc", "g++", "make", "pkg-config"),
        headers=(Path(sysconfig.get_path("include")) / "Python.h",),
    ),
    "emulator": Group(
        ("qemu-system-arm", "qemu-system-misc"), ("qemu-system-arm", "qemu-system-riscv32")
    ),
    "compilers": Group(
        (
            "gcc-arm-none-eabi", "libnewlib-arm-none-eabi",
            "gcc-riscv64-unknown-elf", "picolibc-riscv64-unknown-elf",
        ),
        ("arm-none-eabi-gcc", "riscv64-unknown-elf-gcc"),
        (("arm-none-eabi-gcc", "libc.a"), ("riscv64-unknown-elf-gcc", "picolibc.specs")),
    ),
    "xtensa": Group(
        ("gcc-xtensa-lx106", "picolibc-xtensa-lx106-elf"), ("xtensa-lx106-elf-gcc",),
        headers=(Path("/usr/lib/xtensa-lx106-elf/include/stdint.h"),),
    ),
    "cmake": Group(("cmake",), ("cmake",)),  # for the Pico's firmware
    "speech": Group(("espeak-ng",), ("espeak-ng",)),
}


def provision(*names: str) -> Path | None:
    """Bring the groups in `names` (keys of GROUPS, and "micropython" for MicroPython's source).

    Returns the MicroPython folder if it was asked for. Raises SetupError with the command to run by hand.
    """
    for name in names:
        if name not in GROUPS and name != "micropython":
            known = ", ".join([*GROUPS, "micropython"])
            raise SetupError(f"There is no group '{name}' to provision; there are: {known}.")
    wanted = [name for name in names if name in GROUPS and GROUPS[name].missing()]
    if wanted:
        with locked("provision"):
            install_packages(sorted({package for name in wanted for package in GROUPS[name].packages}))
            for name in wanted:
                if absent := GROUPS[name].missing():
                    raise SetupError(
                        f"The packages {' '.join(GROUPS[name].packages)} are installed, and still missing: "
                        f"{', '.join(absent)}. Check the PATH."
                    )
    return micropython_source() if "micropython" in names else None


def main() -> None:
    """Provision the groups named on the command line; report in words, never with a traceback."""
    names = sys.argv[1:]
    if not names or names[0] in ("-h", "--help"):
        print(f"usage: python -m mite_tools.board.provision [{' | '.join(GROUPS)} | micropython] ...")
        return
    before = download_summary()
    try:
        provision(*names)
    except BoardError as error:
        console.print(str(error), style="red", markup=False, soft_wrap=True)
        sys.exit(1)
    except KeyboardInterrupt:
        console.print("stopped")
        sys.exit(130)
    if (summary := download_summary()) != before:
        console.print(summary)


if __name__ == "__main__":
    main()
