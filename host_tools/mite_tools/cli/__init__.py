"""The `mite` command. A command is a file here, and its name in COMMANDS: what it takes (HELP, arguments()) and what it does (run())."""

import argparse
import os
import sys
from importlib import import_module

from ..board.errors import BoardError
from ..errors import MiteError

# In the order of `mite --help`: a model's way from the host to a board.
COMMANDS = (
    "check", "quantize", "convert", "verify", "info", "report", "run", "strip",
    "boards", "flash", "build", "install", "upload", "listen", "bench", "repl",
    "demo", "wake", "see", "watch", "emulate",
)  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the process's exit status: 0, 1 for a mistake (explained on stderr), 2 for wrong usage."""
    try:
        options = parser().parse_args(arguments)
        status = options.run(options) or 0
        sys.stdout.flush()  # while its errors can be told
        return status
    except (MiteError, BoardError) as error:
        print(f"mite: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # What reads our output has gone.
        _drop_output()
        return 141
    except OSError as error:
        where = "the output" if error.filename is None else error.filename
        print(f"mite: {where}: {error.strerror or error}", file=sys.stderr)
        if error.filename is None:
            _drop_output()
        return 1
    except ValueError as error:
        from mite import ModelError

        if not isinstance(error, ModelError):
            raise
        print(f"mite: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130


def _drop_output() -> None:
    """Python must not try to write at its end what cannot be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def parser() -> argparse.ArgumentParser:
    """The command line. Commands import what they need when they run."""
    top = argparse.ArgumentParser(prog="mite", description="TensorFlow Lite models on MicroPython boards.")
    top.add_argument("--version", action="version", version=f"mite {version()}")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    for name in COMMANDS:
        command = import_module(f".{name}", __name__)
        sub = commands.add_parser(name, aliases=getattr(command, "ALIASES", ()), help=command.HELP, description=command.HELP[0].upper() + command.HELP[1:] + ".")
        command.arguments(sub)
        sub.set_defaults(run=command.run)
    return top


def version() -> str:
    """The installed distribution's version."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("micropython-mite")
    except PackageNotFoundError:
        return "(not installed)"
