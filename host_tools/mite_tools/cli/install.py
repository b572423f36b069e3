"""mite install: mite onto a board with MicroPython."""

from pathlib import Path

from ..errors import MiteError
from .common import add_port, console, load_image, opened_port

HELP = "put mite on a board that has MicroPython, and try it there"


def arguments(command) -> None:
    add_port(command)
    kind = command.add_mutually_exclusive_group()
    kind.add_argument("--for", dest="models", type=Path, nargs="+", metavar="MODEL", help="a native module with only the ops of these models: smaller")
    kind.add_argument("--module", type=Path, help="a native module of your own, such as `mite build` makes")
    kind.add_argument("--pure", action="store_true", help="the interpreter in Python, for a MicroPython that loads no native code")
    command.add_argument(
        "--no-sensors", dest="sensors", action="store_false", help="without what mite.audio and mite.vision need: less RAM where neither is used"
    )


def run(options) -> None:
    from rich.progress import TransferSpeedColumn

    from ..board.install import install
    from ..board.steps import bar

    images = {str(path): load_image(path) for path in options.models or ()}
    module = options.module.read_bytes() if options.module else None
    with opened_port(options) as link, bar(console, TransferSpeedColumn(), disable=not console.is_terminal) as progress:
        task = progress.add_task("Asking the board", total=None)
        if images:
            module = selected(images, link)
        done = install(link, module, options.pure, next(iter(images.values()), None), options.sensors,
                       lambda path, sent, of: progress.update(task, description=f"Copying {path}", completed=sent, total=of),
                       lambda board: console.print(f"Board: [bold]{board}[/bold], at {link.port}"))  # fmt: skip
    for note in done.package.notes:
        console.print(f"Note: {note}.")
    if done.bytes:
        what = f"_mite for {done.package.module}" if done.package.module else "the interpreter in Python" if not done.native else "no module: the firmware has it"
        console.print(f"Copied mite {done.version} and {what} to {done.board.library}: {len(done.package.files)} files, {done.bytes:,} bytes, in {done.seconds:.1f} s")
        if not done.board.listed:
            console.print(f"Note: sys.path on the board lacks {done.board.library}: add `import sys; sys.path.append({done.board.library!r})` to its boot.py.")
    else:
        console.print(f"Nothing to copy: mite {done.version} is in the firmware.")
    audio = ", the audio front-end" if done.audio else ""
    console.print(f"Self-test: [green]passed[/green]: a small model{audio}, every byte as on this computer; an inference took {done.micros / 1000:.1f} ms")


def selected(images: dict[str, bytes], link) -> bytes:
    """A native module for the board at `link` with the ops of some images."""
    from ..board.firmware import NATMOD_ARCHS, build_selected_natmod
    from ..board.identity import identify
    from ..board.selection import ops_of

    board = identify(link)
    arch = next((arch for arch in board.modules if arch in NATMOD_ARCHS), None)
    if arch is None:
        raise MiteError(f"--for is of use only where native modules are loaded, and this board ({board}) takes none that mite can build: leave it out")
    return build_selected_natmod(arch, *ops_of(images))[0].read_bytes()
