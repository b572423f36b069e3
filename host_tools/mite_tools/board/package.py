"""What is installed on a board: the mite package, compiled to .mpy, and the native modules _mite and _mite_sensors."""

import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from .errors import BoardError, BuildError
from .firmware import FIRMWARE, NATMOD_ARCHS, PORT, build_mpy_cross, build_natmod, build_sensors
from .identity import ARCHITECTURES, MPY_SUB_VERSION, MPY_VERSION, Identity
from .tree import BUILD, require_tree

# Beside mite, all demos go there, which commands start; but one is to be read, and one is for benchmarks.
LEFT_OUT = ("demos/custom_op/", "demos/mlperf/")
# Their loops are compiled on the board, for that board's processor; where there is no compiler, others in plain Python take their place.
SOURCES = ("mite/pure/viper.py", "demos/shorten.py")


@dataclass
class Package:
    """Files for a board, by their path in its library folder.

    module: the architecture of _mite among them, or "" if the interpreter in Python takes its place.
    notes: what the user should know of how it came about.
    """

    files: dict[str, bytes]
    module: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def bytes(self) -> int:
        return sum(map(len, self.files.values()))


SENSORS = "_mite_sensors.mpy"


def make_package(module: bytes | None = None, sensors: bytes | None = None, pure: bool = False, compiled: bool = True) -> Package:
    """The package with this native module, with the interpreter in Python, or with neither, for firmware that has _mite.

    sensors: _mite_sensors, for a module without sound and vision.

    compiled: as .mpy files, where mpy-cross can be had.
    """
    require_tree()
    paths = sorted(path.relative_to(FIRMWARE).as_posix() for folder in ("mite", "demos") for path in (FIRMWARE / folder).rglob("*.py"))
    paths = [path for path in paths if not path.startswith(LEFT_OUT if pure else (*LEFT_OUT, "mite/pure/"))]
    package = Package({path: (FIRMWARE / path).read_bytes() for path in paths})
    if compiled:
        try:
            package.files = compile_files(package.files)
        except BoardError as error:
            package.notes.append(f"as .py files, which take more room and start slower: {str(error).splitlines()[0]}")
    if module is not None:
        package.module = module_architecture(module)
        package.files["_mite.mpy"] = module
    if sensors is not None:
        package.files[SENSORS] = sensors
    return package


def compile_files(files: dict[str, bytes]) -> dict[str, bytes]:
    """Python files to .mpy files, for any processor. Line numbers stay, assertions go. BoardError where mpy-cross cannot be had."""
    mpy_cross = build_mpy_cross()
    found = {}
    with tempfile.TemporaryDirectory() as scratch:
        for path, content in files.items():
            if path in SOURCES:
                found[path] = content
                continue
            source, made = Path(scratch) / "source.py", Path(scratch) / "made.mpy"
            source.write_bytes(content)
            done = subprocess.run([mpy_cross, "-O2", "-s", path, "-o", made, source], capture_output=True, text=True)
            if done.returncode:
                raise BuildError(f"mpy-cross does not take {path}: {done.stderr.strip()}")
            found[path.removesuffix(".py") + ".mpy"] = made.read_bytes()
    return found


def module_architecture(module: bytes, name: str = "_mite.mpy") -> str:
    """The architecture of a native module, from its first bytes. BoardError if it is none, or of another .mpy version."""
    if len(module) < 4 or module[:1] != b"M":
        raise BoardError(f"{name} is no .mpy file.")
    architecture = ARCHITECTURES.get(module[2] >> 2 & 15, ("", ()))[0]
    if module[1] != MPY_VERSION or (module[2] & 3) != MPY_SUB_VERSION or architecture in ("none", ""):
        raise BoardError(f"{name} is no native module of .mpy version {MPY_VERSION}.{MPY_SUB_VERSION}: make it again with `make natmod`.")
    return architecture


def native_module(board: Identity) -> tuple[str, bytes]:
    """(architecture, bytes) of the best _mite for a board: as it lies in build/natmod, or built. BoardError with the way out."""
    reasons = []
    for arch in board.modules:
        if arch not in NATMOD_ARCHS:
            reasons.append(f"mite has no module for {arch}")
            continue
        try:
            return arch, module_of(arch, build_natmod, "_mite.mpy")
        except BoardError as error:
            reasons.append(f"{arch}: {str(error).strip().splitlines()[0]}")
    raise BoardError(
        f"There is no native module for this board ({board}): {'; '.join(reasons) or 'it takes none'}. "
        + (f"`make natmod ARCH={board.modules[0]}` brings the compilers and builds it; " if board.modules else "")
        + "`mite install --pure` installs the interpreter in Python, which is slower, but runs everywhere."
    )


def sensors_module(arch: str) -> bytes:
    """_mite_sensors for an architecture of NATMOD_ARCHS, as native_module()."""
    return module_of(arch, build_sensors, f"sensors/{SENSORS}")


def module_of(arch: str, build: Callable[[str], Path], name: str) -> bytes:
    """A module as it lies in build/natmod, or as build(arch) makes it."""
    made = BUILD / "natmod" / arch / name
    return (made if fresh(made) else build(arch)).read_bytes()


def fresh(made: Path) -> bool:
    """Whether a module is there and no older than its sources."""
    sources = [path for kind in ("c", "h", "mk") for path in PORT.glob(f"*/*.{kind}")]
    return made.is_file() and made.stat().st_mtime >= max(path.stat().st_mtime for path in sources)
