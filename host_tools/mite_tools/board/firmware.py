"""Build MicroPython: firmware for a board, the unix port, and native modules.

    python -m mite_tools.board.firmware board QEMU_M4 | unix | natmod armv7emsp

Everything is built under build/: a MicroPython checkout named by MPY_DIR stays as it was.
"""

import hashlib
import os
import re
import subprocess
import sys
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from . import rp2, selection, toolchain
from .catalogue import Board, find_board
from .errors import BoardError, BuildError, SetupError
from .micropython import micropython_source
from .provision import provision
from .steps import console, step
from .tree import BOARDS, BUILD, ROOT, compiler_environment, locked, require_tree

PORT = ROOT / "port"
FIRMWARE = ROOT / "firmware"
NATIVE = PORT / "micropython" / "native.mk"
# One name for it, however this was started: a changed name would be taken for changed settings.
PYTHON = Path(sys.prefix) / "bin" / "python3"
NATMOD_ARCHS = ("x64", "armv6m", "armv7m", "armv7emsp", "armv7emdp", "rv32imc", "xtensa", "xtensawin")


def build_firmware(board: str, user_modules: bool = True, frozen: bool = True) -> Path:
    """Firmware for `board`, under build/firmware/: its ELF, or the UF2 file that a Pico takes.

    user_modules: with _mite built in. frozen: with firmware/mite and firmware/demos frozen.
    Without either it is stock MicroPython, as a user's board has it.
    """
    target = find_board(board)
    if target.settings.get("port") == "rp2":
        return build_rp2(target, user_modules, frozen)
    if not target.emulated:
        raise SetupError(f"Firmware for {target.name} is not built here: it is known only to `mite check --board`.")
    provision("host", "compilers")
    build = BUILD / "firmware" / (target.name + suffix(user_modules, frozen))
    mpy_cross = build_mpy_cross()
    with locked(build.name):
        manifest = write_manifest(build, target, frozen, user_modules)
        make(
            f"Firmware for {target.name}", build, micropython_source() / "ports" / "qemu",
            {
                "BOARD": target.name, "BOARD_DIR": target.folder, "BUILD": build, "FROZEN_MANIFEST": manifest,
                "MICROPY_MPYCROSS": mpy_cross, "MICROPY_MPYCROSS_DEPENDENCY": "", "MPY_LIB_DIR": library_folder(),
                "MICROPY_HEAP_SIZE": target.settings["heap_bytes"], "PYTHON": PYTHON,
                "USER_C_MODULES": PORT if user_modules else "",
                "MPY_CROSS_FLAGS": f"-march={target.mpy_arch}",  # for viper's functions
            },
        )
    return build / "firmware.elf"


def build_rp2(board: Board, user_modules: bool, frozen: bool) -> Path:
    """Firmware for a board of the rp2 port: the UF2 file. Other arguments as for build_firmware()."""
    rp2.require_no_radio(board, micropython_source())
    provision("host", "compilers", "cmake")
    sdk, tinyusb = rp2.sources()
    romfs_bytes = board.settings.get("build", {}).get("romfs_bytes", 0) if user_modules or frozen else 0
    build = BUILD / "firmware" / (board.name + suffix(user_modules, frozen))
    mpy_cross = build_mpy_cross()
    with locked(build.name):
        manifest = write_manifest(build, None, frozen, user_modules, ['freeze("$(PORT_DIR)/modules")'])
        variables = {
            "MICROPY_BOARD": board.name, "MICROPY_BOARD_DIR": BOARDS / "common" / "rp2", "PICO_SDK_PATH_OVERRIDE": sdk,
            "MITE_TINYUSB": tinyusb, "PICO_NO_PICOTOOL": 1, "MICROPY_LIB_DIR": library_folder(), "MICROPY_FROZEN_MANIFEST": manifest,
            "USER_C_MODULES": PORT / "micropython" / "micropython.cmake" if user_modules else "", "Python3_EXECUTABLE": PYTHON,
            "MITE_ROMFS_BYTES": romfs_bytes,
        }
        objects = build / "objects"
        source = micropython_source() / "ports" / "rp2"
        configure = ["cmake", "-G", "Unix Makefiles", "-S", str(source), "-B", str(objects), *(f"-D{k}={v}" for k, v in variables.items())]
        log = f"firmware-{build.name}"
        environment = {"MICROPY_MPYCROSS": str(mpy_cross)}
        # cmake looks only when it is told to whether there are new files.
        state, stamp = "\n".join([*configure, makefiles_digest(), *map(str, sorted(PORT.rglob("*.c")))]), build / "settings.txt"
        if not (stamp.exists() and stamp.read_text() == state):
            run_build(f"Settings of the firmware for {board.name}", configure, f"{log}-settings", environment)
            stamp.write_text(state)
        run_build(f"Firmware for {board.name}", ["make", "-C", str(objects), jobs()], log, environment)
        uf2 = build / "firmware.uf2"
        program = (objects / "firmware.bin").read_bytes()
        begin, end = board.settings["flash"]["range"]
        if len(program) > (room := end - begin - board.settings["flash_bytes"] - romfs_bytes):
            raise BuildError(f"The firmware for {board.name} has {len(program):,} bytes; before its file system and its ROMFS there is room for {room:,}.")
        uf2.write_bytes(rp2.pack_uf2(program, board.settings["flash"]["family"]))
    return uf2


def build_unix(user_modules: bool = True, frozen: bool = True, modules: Path = PORT, name: str = "") -> Path:
    """MicroPython's unix port: the path of the program. The first arguments are those of build_firmware().

    modules: the folder of user C modules, where there are others beside mite's; then name tells the build's folder from the usual one.
    """
    require_tree()
    provision("host")
    build = BUILD / "firmware" / ("UNIX" + suffix(user_modules, frozen) + name)
    mpy_cross = build_mpy_cross()
    with locked(build.name):
        make(
            "MicroPython for unix", build, micropython_source() / "ports" / "unix",
            {
                # These three want submodules that a source package lacks.
                "MICROPY_PY_BTREE": 0, "MICROPY_PY_FFI": 0, "MICROPY_PY_SSL": 0,
                "BUILD": build, "FROZEN_MANIFEST": write_manifest(build, None, frozen, user_modules),
                "MICROPY_MPYCROSS": mpy_cross, "MICROPY_MPYCROSS_DEPENDENCY": "", "MPY_LIB_DIR": library_folder(),
                "PYTHON": PYTHON, "USER_C_MODULES": modules if user_modules else "", "MPY_CROSS_FLAGS": "-march=x64",
                "PROG": "micropython-unix",  # `micropython` is the folder of the user module's objects
            },
        )
    return build / "micropython-unix"


def build_natmod(arch: str) -> Path:
    """_mite with all ops as a native module for `arch` (one of NATMOD_ARCHS): the path of the .mpy, under build/natmod/."""
    return build_module(NATIVE, "_mite", arch, BUILD / "natmod" / arch)


def build_sensors(arch: str) -> Path:
    """_mite_sensors, the native part of mite.audio and mite.vision, as build_natmod()."""
    return build_module(NATIVE, "_mite_sensors", arch, BUILD / "natmod" / arch / "sensors", {"MITE_SENSORS": 1})


def build_module(makefile: Path, name: str, arch: str, build: Path, more: dict | None = None) -> Path:
    """A native module for `arch`: the path of the .mpy, in the folder `build`, which lies in build/.

    The makefile names the sources and includes MicroPython's dynruntime.mk. more: variables for it.
    """
    require_tree()
    if arch not in NATMOD_ARCHS:
        raise SetupError(f"There is no native module for '{arch}'; there are: {', '.join(NATMOD_ARCHS)}.")
    toolchain.tools(arch)
    mpy_cross = build_mpy_cross()
    with locked(f"natmod-{name}-{arch}"):
        build.mkdir(parents=True, exist_ok=True)
        make(
            # In build/, because the linker leaves a cache in its working folder.
            f"{name} for {arch}", build, build,
            {
                "ARCH": arch, "MPY_DIR": micropython_source(), "BUILD": "objects", "MPY_CROSS": mpy_cross,
                "PYTHON": PYTHON, **toolchain.variables(arch), **(more or {}),
            },
            makefile=str(makefile),
        )
        check_no_variables(arch, build / "objects")
    return build / f"{name}.mpy"


def build_selected_natmod(arch: str, ops: set[str], parts: set[str]) -> tuple[Path, int]:
    """(_mite as a native module with these ops alone, and these of selection.PARTS: the path of the .mpy; the bytes of those with everything)."""
    whole, sensors = build_natmod(arch), build_sensors(arch)
    folder = BUILD / "natmod" / f"{arch}-selected"
    with locked(f"natmod-{arch}"):
        sources = selection.sources(toolchain.lister(arch), whole.parent, ops, parts)
    mpy_cross = build_mpy_cross()
    with locked(f"natmod-{arch}-selected"):
        make(
            f"Native module for {arch} with {len(ops)} ops", folder, folder,
            {
                "ARCH": arch, "MPY_DIR": micropython_source(), "BUILD": "objects", "MPY_CROSS": mpy_cross, "PYTHON": PYTHON,
                "MITE_SRC": " ".join(sources), **toolchain.variables(arch, ops, parts),
            },
            makefile=str(NATIVE),
        )
        check_no_variables(arch, folder / "objects")
    return folder / "_mite.mpy", whole.stat().st_size + (sensors.stat().st_size if parts else 0)


def build_mpy_cross() -> Path:
    """MicroPython's cross compiler, in build/mpy-cross."""
    build = BUILD / "mpy-cross"
    with locked("mpy-cross"):
        make(
            "mpy-cross", build, micropython_source() / "mpy-cross",
            {"BUILD": build, "PYTHON": PYTHON, "USER_C_MODULES": ""},
        )
    return build / "mpy-cross"


def suffix(user_modules: bool, frozen: bool) -> str:
    """What is appended to a build folder's name, so that builds with and without a part lie side by side."""
    return {(True, True): "", (False, False): "-stock", (True, False): "-native", (False, True): "-python"}[
        user_modules, frozen
    ]


def library_folder() -> Path:
    """A stand-in for micropython-lib: nothing of it is used, but the build asks for its README."""
    folder = BUILD / "micropython-lib"
    folder.mkdir(parents=True, exist_ok=True)
    write_if_changed(folder / "README.md", "Empty on purpose: this build freezes nothing of micropython-lib.\n")
    return folder


def write_manifest(build: Path, board: Board | None, frozen: bool, native: bool, more: Sequence[str] = ()) -> Path:
    """The list of what is frozen into the firmware, and _board.py, which tells _boot.py of the memory.

    board: an emulated one. native: with _mite in it, firmware needs no interpreter in Python. more: lines of the port's own.
    """
    lines = ['include("$(MPY_DIR)/extmod/asyncio")', *more]
    generated = build / "generated"
    generated.mkdir(parents=True, exist_ok=True)
    if board:
        memory = board.settings["memory"]
        write_if_changed(
            generated / "_board.py",
            f"# From {board.name}/board.toml: (address, bytes).\n"
            f"RAM_DISK = {tuple(memory['ram_disk'])}\nSPARE_MEMORY = {tuple(memory['spare'])}\n",
        )
        lines += [f'module("_board.py", base_path="{generated}")']
        lines += [f'module("_boot.py", base_path="{board.folder.parent / "common"}")']
    if frozen:
        for name in ("mite", "demos"):
            paths = sorted(path.relative_to(FIRMWARE / name) for path in (FIRMWARE / name).rglob("*.py"))
            files = [str(path) for path in paths if not (native and path.parts[0] == "pure")]
            lines += [f'package("{name}", files={files}, base_path="{FIRMWARE}")']
    path = generated / "manifest.py"
    write_if_changed(path, "\n".join(lines) + "\n")
    return path


def write_if_changed(path: Path, text: str) -> None:
    """Write a file, but leave an equal one alone, so that make sees nothing new."""
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def make(title: str, build: Path, folder: Path, variables: dict, makefile: str = "Makefile") -> None:
    """Run make in `folder`, as run_build() does. A build of other settings than the last one starts afresh, because make
    knows of changed files, not of changed variables.
    """
    if not (folder / makefile).exists():
        raise BuildError(f"{title}: there is no {folder / makefile}.")
    build.mkdir(parents=True, exist_ok=True)
    settings = [f"{name}={value}" for name, value in variables.items()]
    state = "\n".join([str(folder), *settings, makefiles_digest()])
    stamp = build / "settings.txt"
    same = stamp.exists() and stamp.read_text() == state
    command = ["make", "-C", str(folder), "-f", makefile, jobs(), *([] if same else ["-B"]), *settings]
    run_build(title, command, "-".join(build.relative_to(BUILD).parts))
    stamp.write_text(state)


def jobs() -> str:
    """make's argument for one job a processor."""
    return f"-j{os.cpu_count() or 1}"


def run_build(title: str, command: list[str], name: str, more_environment: dict[str, str] | None = None) -> None:
    """Run make or cmake; quiet if it works, else BuildError with the end of what it printed. All of it goes to build/logs/NAME.log."""
    log = BUILD / "logs" / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    # A source without its own repository would else be labelled with this one's state, and rebuilt at each commit.
    environment = {
        **compiler_environment(), "GIT_CEILING_DIRECTORIES": str(BUILD), "PYTHONDONTWRITEBYTECODE": "1", **(more_environment or {}),
    }
    with open(log, "w") as record, step(title) as update:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True,
            errors="replace", env=environment,
        )
        tail = deque(maxlen=30)
        try:
            for line in process.stdout:
                record.write(line)
                tail.append(line)
                update(detail=line.strip()[:60])
            status = process.wait()
        except BaseException:
            process.terminate()
            raise
    if status:
        raise BuildError(f"{title}: {command[0]} failed. The end of what it printed:\n{''.join(tail)}Full log: {log}")


def makefiles_digest() -> str:
    """A digest of our own makefiles, on which MicroPython's objects depend without make's knowledge."""
    paths = sorted(path for kind in ("mk", "cmake") for path in (*BOARDS.rglob(f"*.{kind}"), *PORT.rglob(f"*.{kind}")))
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:16]


def check_no_variables(arch: str, folder: Path) -> None:
    """BuildError if an object holds writable data: the loader of native modules gives it no memory, and on some
    architectures the linker does not notice."""
    size = toolchain.tools(arch) + "size"
    objects = sorted(folder.rglob("*.o"))
    listing = subprocess.run([size, "-A", *objects], capture_output=True, text=True, check=True).stdout
    offenders = []
    name = ""
    for line in listing.splitlines():
        if found := re.match(r"(.*\.o) *:", line):
            name = Path(found[1]).name
        elif found := re.match(r"(\.(?:bss|data|sbss|sdata|tdata|tbss)(?:\.(?!rel\.ro)\S+)?)\s+(\d+)", line):
            if int(found[2]):
                offenders.append(f"{name}: {found[2]} bytes in {found[1]}")
    if offenders:
        raise BuildError(
            f"A native module cannot have variables outside of functions, and the one for {arch} has:\n  "
            + "\n  ".join(offenders)
        )


def main() -> None:
    """Command line: board NAME... [--stock] | unix [--stock] | natmod ARCH...|all."""
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    stock = "--stock" in sys.argv
    try:
        match words:
            case ["board", _, *_]:
                built = [build_firmware(name, not stock, not stock) for name in words[1:]]
            case ["unix"]:
                built = [build_unix(not stock, not stock)]
            case ["natmod", _, *_]:
                archs = NATMOD_ARCHS if words[1:] == ["all"] else words[1:]
                built = [build(arch) for arch in archs for build in (build_natmod, build_sensors)]
            case _:
                print("usage: python -m mite_tools.board.firmware board NAME... | unix | natmod ARCH...|all  [--stock]")
                sys.exit(2)
    except BoardError as error:
        console.print(str(error), style="red", markup=False, soft_wrap=True)
        sys.exit(1)
    except KeyboardInterrupt:
        console.print("stopped")
        sys.exit(130)
    for path in built:
        print(f"{path.relative_to(ROOT)}  {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
