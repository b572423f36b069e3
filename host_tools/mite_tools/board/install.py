"""Put mite on a board that has MicroPython: `mite install`.

The new files are written beside the old ones, in LIBRARY/mite.new, and answer a question there; only then they take their places. What
goes wrong before that leaves the board as it was. Taking the places is a few renames; one that was cut short in the middle of them is
undone by the next installation.
"""

import contextlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from . import selftest
from .errors import BoardError
from .identity import MPY_SUB_VERSION, MPY_VERSION, Identity, identify
from .link import BoardException, Link
from .package import SENSORS, Package, make_package, module_architecture, native_module, sensors_module


NO_ROOM = re.compile(r"OSError: .*(\b28\b|ENOSPC)")


@dataclass
class Installed:
    """What was done. bytes: 0 where the firmware has mite already. micros: of one inference of the self-test's model."""

    board: Identity
    package: Package
    bytes: int
    seconds: float
    native: bool
    version: str
    micros: int
    audio: bool | None  # whether the front-end was tried, and is right


def install(
    link: Link, module: bytes | None = None, pure: bool = False, image: bytes | None = None, sensors: bool = True,
    progress: Callable[[str, int, int], None] | None = None, on_board: Callable[[Identity], None] | None = None,
) -> Installed:  # fmt: skip
    """Install mite on the board at `link`.

    module: a _mite of the user's own in place of the one with all ops. sensors: with _mite_sensors beside that one, if there is room.
    pure: the interpreter in Python instead of a native module.
    image: a model for the self-test, for a module that has only its ops.
    progress(path, sent, of): with the bytes of all files. on_board: gets what the board says of itself, before anything is sent.
    Raises BoardError; the board then has what it had.
    """
    begin = time.monotonic()
    link.reset()
    board = identify(link)
    if on_board:
        on_board(board)
    asked = selftest.question(image)
    if board.package_inside and board.module_inside:
        if module or pure:
            raise BoardError(f"The firmware of this board ({board}) has mite and _mite in it, which a file cannot replace: flash other firmware for that.")
        package = Package({})
        path = board.library.removesuffix("/lib") + "/mite-test.mite"
        answer = _tested(link, "", path, asked, package)
        link.exec(HELPERS + f"gone({path!r})")
    else:
        package = choose(board, module, pure, sensors)
        folder = f"{board.library}/mite.new"
        link.exec(HELPERS + f"undo({board.library!r})")
        try:
            _write(link, folder, package, progress)
            link.reset()
            answer = _tested(link, folder, f"{folder}/test.mite", asked, package)
            link.reset()
            link.exec(HELPERS + f"swap({board.library!r}, {sorted(package.files)!r})")
        except BoardException as error:
            _undo(link, board)
            raise _explained(error, identify(link), package) from None
        except BaseException:
            _undo(link, board)
            raise
    link.reset()
    return Installed(board, package, package.bytes, time.monotonic() - begin, answer["native"], answer["version"], answer["micros"], answer["audio"])


def choose(board: Identity, module: bytes | None = None, pure: bool = False, sensors: bool = True) -> Package:
    """The files for a board. BoardError, with the way out, if the module or all modules are for others."""
    if pure:
        return make_package(pure=True, compiled=board.takes_mpy)
    if module is not None:
        arch = module_architecture(module)
        if arch not in board.modules:
            wanted = f"{' or '.join(board.modules)}: make it with --arch {board.modules[0]}" if board.modules else "no native modules: try --pure"
            raise BoardError(f"The module is for {arch}, and the board ({board}) takes {wanted}.")
        return make_package(module, compiled=board.takes_mpy)
    if board.module_inside:
        return make_package(compiled=board.takes_mpy)
    if board.mpy and not board.takes_native:
        raise BoardError(
            f"The board ({board}) loads .mpy files of another version than mite's native modules, which are {MPY_VERSION}.{MPY_SUB_VERSION}. Flash "
            "MicroPython 1.23 or newer (`mite flash`), or install the interpreter in Python, which is slower: `mite install --pure`."
        )
    if not board.modules:
        package = make_package(pure=True, compiled=board.takes_mpy)
        package.notes.append(
            f"this MicroPython loads no native code that mite has ({board.architecture}), so it is the interpreter in Python: the same bytes, "
            "slower, without the audio front-end. Firmware with mite in it would be fast"
        )
        return package
    arch, module = native_module(board)
    package = make_package(module, sensors_module(arch) if sensors else None)
    if sensors and 0 <= board.free_bytes < package.bytes:
        without = package.files.pop(SENSORS)
        package.notes.append(f"the board has no room for {SENSORS} ({len(without):,} bytes), without which there is no mite.audio and no mite.vision")
    return package


def _write(link: Link, folder: str, package: Package, progress) -> None:
    """All files into a folder of the board, which is made."""
    folders = {folder, folder.rpartition("/")[0]}
    for path in package.files:
        folders |= {f"{folder}/{parent}" for parent in PurePosixPath(path).parents if str(parent) != "."}
    link.exec(HELPERS + f"make({sorted(folders)!r})")
    sent = 0
    # The module first: the largest file shows soonest that there is no room.
    for path, content in sorted(package.files.items(), key=lambda item: -len(item[1])):
        link.put(f"{folder}/{path}", content, (lambda done: progress(path, sent + done, package.bytes)) if progress else None)
        sent += len(content)


def _tested(link: Link, folder: str, path: str, asked: selftest.Question, package: Package) -> dict:
    """The board's answer. BoardError if it is wrong."""
    answer = selftest.ask(link, folder, path, asked, not package.files or bool(package.module))
    if not answer["right"] or answer["audio"] is False:
        raise BoardError(
            f"mite runs on the board at {link.port}, but its self-test gave other bytes than on this computer"
            + (", in the audio front-end. " if answer["right"] else ". ")
            + "Nothing was installed. Please report this with the name of the board."
        )
    return answer


def _undo(link: Link, board: Identity) -> None:
    """As it was. Without effect where the board has gone: then the next installation does it."""
    with contextlib.suppress(BoardError):
        link.reset()
        link.exec(HELPERS + f"undo({board.library!r})")


def _explained(error: BoardException, board: Identity, package: Package) -> BoardError:
    """What an exception on the board means. board: as it is after _undo()."""
    kept = "What was on the board is as it was."
    if NO_ROOM.search(error.last_line):
        return BoardError(
            f"The board's file system is full: mite takes {package.bytes:,} bytes beside what is there, {board.free_bytes:,} are free in "
            f"{board.library}. {kept} Delete something, or install only the ops that your model uses: `mite install --for MODEL.mite`."
        )
    if "MemoryError" in error.last_line:
        return BoardError(
            f"The board has too little memory for mite with all its ops ({error.last_line}). {kept} Install only the ops that your model uses: "
            "`mite install --for MODEL.mite`."
        )
    return BoardError(f"mite does not run on the board: {error.last_line}. {kept}")


# On the board. Files are known by their paths in the library folder.
HELPERS = """
import os
def there(path):
    try:
        os.stat(path)
        return True
    except OSError:
        return False
def gone(path):
    if not there(path):
        return
    if os.stat(path)[0] & 0x4000:
        for name in [entry[0] for entry in os.ilistdir(path)]:
            gone(path + '/' + name)
        os.rmdir(path)
    else:
        os.remove(path)
def make(folders):
    for path in folders:
        if not there(path):
            os.mkdir(path)
WHOLE = ('mite', '_mite.mpy', '_mite_sensors.mpy')
def undo(library):
    for name in WHOLE:
        old = library + '/mite.old/' + name
        if there(old) and not there(library + '/' + name):
            os.rename(old, library + '/' + name)
    gone(library + '/mite.old')
    gone(library + '/mite.new')
def swap(library, files):
    new, old = library + '/mite.new/', library + '/mite.old'
    make([old])
    for name in WHOLE:
        if there(library + '/' + name):
            os.rename(library + '/' + name, old + '/' + name)
    for name in WHOLE:
        if there(new + name):
            os.rename(new + name, library + '/' + name)
    for path in files:
        if path.startswith('demos/'):
            stem = library + '/' + path.rsplit('.', 1)[0]
            make([stem[:at] for at in range(len(library) + 1, len(stem)) if stem[at] == '/'])
            gone(stem + '.py')
            gone(stem + '.mpy')
            os.rename(new + path, library + '/' + path)
    gone(old)
    gone(library + '/mite.new')
"""
