"""`make demo-reply SAY="..."`: messages to an emulated board, which suggests replies; its custom ops once in C, once in Python.

    .venv/bin/python -m mite_tools.reply "Would you like to have lunch?" "I lost my keys"
"""

import argparse
import json
import sys
from importlib.resources import files
from pathlib import Path

from rich.console import Console

from .board.emulator import Emulator
from .board.errors import BoardError
from .board.firmware import build_module
from .board.link import Link
from .board.tree import BUILD, ROOT
from .board.upload import upload
from .compile import compile_model

MODEL = files("mite_tools") / "models" / "reply" / "reply.tflite"
DEMO = ROOT / "firmware" / "demos" / "reply"
MESSAGES = ("Would you like to have lunch tomorrow?", "I passed the exam!", "Where are you?", "thanks for the flowers :)")


def reply_image() -> bytes:
    """The reply model, converted: labels and replies are in it."""
    return compile_model(str(MODEL)).image


def native_ops(arch: str) -> Path:
    """The custom ops in C as a native module: the path of the .mpy. Raises BuildError."""
    return build_module(DEMO / "native.mk", "features_op", arch, BUILD / "reply" / arch)


def ask(link: Link, path: str, messages: list[str], in_c: bool = True) -> tuple[str, list[dict]]:
    """(what the ops are written in, for each message {"message", "suggestions", "kinds", "ticks"}) of a board with the model at `path`. Raises BoardError."""
    link.reset()
    lines = link.exec(f"from demos.reply.main import over_serial\nover_serial({path!r}, {messages!r}, {in_c})", timeout_s=60).splitlines()
    return lines[0], [json.loads(line) for line in lines[1:]]


def run(messages: list[str], board: str = "QEMU_M4") -> None:
    """The demo. Raises BoardError."""
    console = Console(highlight=False, soft_wrap=True)
    with Emulator(board) as emulator, emulator.link() as link:
        console.print(f"Board: [bold]{emulator.board.description}[/bold], at {link.port}")
        done = upload(link, reply_image(), "reply.mite")
        console.print(f"Uploaded {done.path}: {done.bytes:,} bytes in {done.seconds:.1f} s\n")
        link.put("features_op.mpy", native_ops(emulator.board.mpy_arch).read_bytes())
        _, quick = ask(link, "reply.mite", messages)
        _, slow = ask(link, "reply.mite", messages, in_c=False)
    for answer, other in zip(quick, slow):
        kind, probability = answer["kinds"][0]
        console.print(answer["message"], style="bold", markup=False)
        console.print(f"  {kind}, {probability:.0%}", style="dim")
        for suggestion in answer["suggestions"]:
            console.print(f"  › {suggestion}", style="green", markup=False)
        console.print(f"  {answer['ticks']:,} instructions; {other['ticks']:,} with the features in Python\n", style="cyan")
        if answer["kinds"] != other["kinds"]:
            raise BoardError(f"The ops in C and in Python differ: {answer['kinds']} and {other['kinds']}")


def main(arguments: list[str] | None = None) -> int:
    """0, or 1 if something failed."""
    parser = argparse.ArgumentParser(prog="python -m mite_tools.reply", description=__doc__.splitlines()[0])
    parser.add_argument("message", nargs="*", help="what was said to you")
    parser.add_argument("--board", default="QEMU_M4", help="an emulated board (QEMU_M4)")
    options = parser.parse_args(arguments)
    try:
        run(options.message or list(MESSAGES), options.board)
    except BoardError as error:
        print(f"mite: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
