"""The computer's side of firmware/mite/wire.py: blocks of bytes to a program that runs on the board."""

import json
from collections.abc import Callable

from .link import Link

Handler = Callable[[str], None]


def stream(link: Link, code: str, data: bytes, on_line: Handler, on_sent: Callable[[int], None] | None = None) -> None:
    """Run `code` on the board, which reads `data` with mite.wire.blocks().

    on_line gets each line that the board prints; on_sent the number of bytes sent so far. Returns when the code has ended. Raises
    BoardException if it fails on the board, BoardError if the board falls silent.
    """
    line = bytearray()
    sent = 0

    def receive(byte: bytes) -> None:
        nonlocal sent
        if byte not in (b"\n", b"\x04"):  # the raw REPL marks the end of the output with the latter
            line.extend(byte)
            return
        text = line.decode(errors="replace").strip()
        line.clear()
        if text.startswith("+"):
            block = data[sent : sent + int(text[1:])]
            link.serial.write(len(block).to_bytes(2, "little") + block)
            sent += len(block)
            if on_sent:
                on_sent(sent)
        elif text:
            on_line(text)

    link.start(code)
    link.finish(receive)


def objects(on_show: Callable[[dict], None]) -> Handler:
    """A handler of lines that gives on_show the objects among them (SPEC.md, "Lines of a board"), each with its "kind"."""

    def on_line(line: str) -> None:
        if line.startswith("{"):
            try:
                shown = json.loads(line)
            except ValueError:
                return  # cut off: a board that was reset, or a line in which two programs wrote
            if isinstance(shown.get("kind"), str):
                on_show(shown)

    return on_line
