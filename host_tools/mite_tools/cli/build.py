"""mite build: a native module with the ops of some models."""

from pathlib import Path

from ..errors import MiteError
from .common import console, load_image, write_whole

HELP = "make a native module _mite with only the ops that some models use"


def arguments(command) -> None:
    command.add_argument("--for", dest="models", type=Path, nargs="+", required=True, metavar="MODEL", help="MODEL.mite or MODEL.tflite")
    command.add_argument("--arch", help="the board's architecture: x64, armv6m, armv7m, armv7emsp, armv7emdp, rv32imc, xtensa or xtensawin (`mite boards` names it)")
    command.add_argument("-o", "--output", type=Path, default=Path("_mite.mpy"), help="where to write the module (_mite.mpy)")
    command.add_argument("--vision", action="store_true", help="with mite.vision, which an image asks for by \"pixels\" in its metadata")
    command.add_argument("--flags", action="store_true", help="print the compiler's flags for _mite in firmware instead: make CFLAGS_EXTRA=...")


def run(options) -> None:
    from ..board.firmware import build_selected_natmod
    from ..board.selection import defines, ops_of

    ops, parts = ops_of({str(path): load_image(path) for path in options.models})
    parts |= {"vision"} if options.vision else set()
    if options.flags:
        print(*defines(ops, parts))
        return
    if not options.arch:
        raise MiteError("--arch says for which architecture (or --flags, for firmware of your own)")
    module, whole = build_selected_natmod(options.arch, ops, parts)
    data = module.read_bytes()
    write_whole(options.output, data)
    console.print(f"  ops: {', '.join(sorted(ops))}{'; the audio front-end' if 'frontend' in parts else ''}{'; vision' if 'vision' in parts else ''}")
    console.print(f"[bold]{options.output}[/bold] for {options.arch}: {len(data):,} bytes; {whole:,} with everything")
