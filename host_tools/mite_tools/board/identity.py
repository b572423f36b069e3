"""What a board says of itself: its processor, the MicroPython on it, which .mpy files it takes, and what of mite it has."""

import ast
from dataclasses import dataclass

from .errors import BoardError
from .link import Link

MPY_VERSION, MPY_SUB_VERSION = 6, 3  # of the .mpy files made here; the latter counts for native code only
# The architecture by its number in sys.implementation._mpy (py/persistentcode.h), and which modules run there, the best first: an
# ARMv7-M takes what is made for a smaller one.
ARCHITECTURES = {
    0: ("none", ()), 1: ("x86", ()), 2: ("x64", ("x64",)), 3: ("armv6", ()), 4: ("armv6m", ("armv6m",)), 5: ("armv7m", ("armv7m", "armv6m")),
    6: ("armv7em", ("armv7m", "armv6m")), 7: ("armv7emsp", ("armv7emsp", "armv7m", "armv6m")), 8: ("armv7emdp", ("armv7emdp", "armv7m", "armv6m")),
    9: ("xtensa", ("xtensa",)), 10: ("xtensawin", ("xtensawin",)), 11: ("rv32imc", ("rv32imc",)),
}  # fmt: skip
NUMBERS = {name: number for number, (name, _) in ARCHITECTURES.items()}


@dataclass(frozen=True)
class Identity:
    """A board's answers. mpy: sys.implementation._mpy, 0 where no .mpy file can be loaded."""

    machine: str
    version: tuple[int, ...]
    mpy: int
    library: str  # the folder where packages go
    listed: bool  # whether sys.path has it
    free_bytes: int  # of the file system there
    block_bytes: int  # what a file takes at least
    module_inside: bool  # _mite is part of the firmware
    package_inside: str  # the version of a mite that is frozen into the firmware, or ""

    @property
    def architecture(self) -> str:
        """The name of the .mpy architecture, such as "armv7emsp"; "none" without a loader of native code."""
        return ARCHITECTURES.get(self.mpy >> 10 & 15, ("of an unknown number", ()))[0]

    @property
    def takes_native(self) -> bool:
        """Whether native code of mite's .mpy version is loaded there, for whatever architecture."""
        return self.takes_mpy and self.mpy >> 8 & 3 == MPY_SUB_VERSION

    @property
    def modules(self) -> tuple[str, ...]:
        """The architectures whose native modules it takes, the best first."""
        return ARCHITECTURES.get(self.mpy >> 10 & 15, ("", ()))[1] if self.takes_native else ()

    @property
    def takes_mpy(self) -> bool:
        """Whether Python compiled here runs there."""
        return self.mpy & 0xFF == MPY_VERSION

    def __str__(self) -> str:
        version = ".".join(map(str, self.version[:3]))
        loads = f".mpy {self.mpy & 0xFF}.{self.mpy >> 8 & 3} for {self.architecture}" if self.mpy else "no .mpy files"
        return f"{self.machine}, MicroPython {version}, {loads}"


def answer(link: Link, code: str):
    """The value of the last line that `code` prints on the board: any literal."""
    return ast.literal_eval(link.exec(code).strip().splitlines()[-1])


def identify(link: Link) -> Identity:
    """Ask a board. BoardError for one that has no file system to install to."""
    found = answer(link, QUESTION)
    library, free, block = found.pop("library"), found.pop("free"), found.pop("block")
    if free < 0:
        raise BoardError(
            f"The board at {link.port} ({found['machine']}) has no file system, so nothing can be installed there. Build firmware with mite "
            "in it, or format its flash (MicroPython's documentation says how for this port)."
        )
    return Identity(library=library[0], listed=library[1], free_bytes=free, block_bytes=block, **found)


QUESTION = """
import sys, gc
def answer():
    import os
    i = sys.implementation
    path = sys.path[:]
    found = {'machine': getattr(i, '_machine', sys.platform), 'version': tuple(x for x in i.version[:3]), 'mpy': getattr(i, '_mpy', 0)}
    listed = [p for p in path if p.endswith('/lib') and not p.startswith('/rom')]
    library = listed[0] if listed else ('' if os.getcwd() == '/' else os.getcwd()) + '/lib'
    found['library'] = (library, bool(listed))
    try:
        s = os.statvfs(library[:-4] or '/')
        found['free'], found['block'] = s[1] * s[3], s[1]
        if not s[2]:
            found['free'] = -1
    except (OSError, AttributeError):
        found['free'] = found['block'] = -1
    # Only what is in the firmware.
    known = [n for n in ('mite', '_mite', '_mite_sensors') if n in sys.modules]
    for name in known:
        del sys.modules[name]
    sys.path[:] = [p for p in path if p == '.frozen']
    try:
        import _mite
        found['module_inside'] = True
    except (ImportError, ValueError):
        found['module_inside'] = False
    try:
        import mite
        found['package_inside'] = mite.__version__
    except (ImportError, ValueError, AttributeError):
        found['package_inside'] = ''
    sys.path[:] = path
    return found
print(repr(answer()))
"""
