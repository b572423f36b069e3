"""mite repl: a board's prompt."""

import os
import sys

from .common import add_port

HELP = "a board's Python prompt, mpremote's (Ctrl-] leaves it)"


def arguments(command) -> None:
    add_port(command)


def run(options) -> None:
    from ..board.ports import only_port

    port = options.port or only_port()
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "mpremote", "connect", port, "repl"])
