"""Put a model on a board: written beside the old one, checked there by loading it, then named."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from .errors import BoardError
from .link import BoardException, Link


@dataclass
class Uploaded:
    path: str  # on the board
    bytes: int
    seconds: float
    checked: bool  # loaded there by mite; False where the board has no mite


def upload(link: Link, image: bytes, name: str, progress: Callable[[int], None] | None = None) -> Uploaded:
    """Write an image to a board as `name` (a path, or a name in its current folder).

    The old file of that name stays until the new one is complete and the board has loaded it. Raises BoardError.
    """
    free = link.eval("(lambda s: s[0] * s[3])(__import__('os').statvfs('.'))")
    if free < len(image) + 4096:
        raise BoardError(f"{name} has {len(image)} bytes, and the board's file system {free} free: delete something there first.")
    start = time.monotonic()
    temporary = name + ".new"
    try:
        link.put(temporary, image, progress)
        checked = link.exec(CHECK.format(temporary=temporary, name=name)).strip() == "checked"
    except BoardException as error:
        link.exec(REMOVE.format(temporary=temporary))
        raise BoardError(f"The board does not take {name}: {error.last_line}") from None
    return Uploaded(name, len(image), time.monotonic() - start, checked)


CHECK = """
import os, gc
try:
    import mite
except ImportError:
    mite = None
if mite:
    mite.Model({temporary!r})
    gc.collect()
    print('checked')
os.rename({temporary!r}, {name!r})
"""

REMOVE = """
import os
try:
    os.remove({temporary!r})
except OSError:
    pass
"""
