"""The release of MicroPython that board.toml names: brought once, checked, and kept."""

import hashlib
import os
import urllib.error
import urllib.request
from pathlib import Path

from ..catalogue import Board
from ..errors import BoardError

TIMEOUT_S = 30
PIECE_BYTES = 1 << 16


def cache_folder() -> Path:
    """Where firmware is kept: firmware/ in $XDG_CACHE_HOME/mite, or in ~/.cache/mite."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mite" / "firmware"


def fetch(board: Board, sha256: str | None = None, progress=lambda what, done, of: None) -> tuple[Path, str]:
    """(the file, a remark for the user or "") of a board's release.

    sha256: what it must have; by default what board.toml says. micropython.org has no checksums beside its files, so boards come without: then the file
    must at least be the one of the last time, and the remark says how little is known.
    Raises BoardError, which says how to get the file in another way.
    """
    release = board.settings.get("firmware")
    if not release:
        raise BoardError(f"{board.folder / 'board.toml'} names no firmware: give a file with --firmware.")
    url, wanted = release["url"], (sha256 or release.get("sha256") or "").lower()
    path = cache_folder() / url.rpartition("/")[2]
    record = path.with_name(path.name + ".sha256")
    known = record.read_text().strip() if record.is_file() else ""
    if path.is_file() and digest(path.read_bytes()) == known and wanted in ("", known):
        return path, "" if wanted else remark(known, "the one that was downloaded before")
    data = download(url, release.get("page", url), progress)
    found = digest(data)
    for text, source in ((wanted, "--sha256" if sha256 else "board.toml"), ("" if wanted else known, "the download before this one")):
        if text and found != text:
            raise BoardError(
                f"{url} is not the file that was expected: its SHA-256 is {found}, that of {source} {text}. Nothing was flashed. If a new file "
                f"is right, remove {record}; else get it from {release.get('page', url)} and give it with --firmware."
            )
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    part.replace(path)
    record.write_text(found + "\n")
    secure = "over https" if url.startswith("https:") else "without encryption"
    return path, "" if wanted else remark(found, f"it came {secure} as long as its server said, and is compared with from now on")


def remark(found: str, known: str) -> str:
    """Said where there was nothing to compare with. known: what speaks for the file."""
    return f"its SHA-256 is {found}, and neither board.toml nor --sha256 says what it should be: {known}"


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def download(url: str, page: str, progress) -> bytes:
    """The bytes at an address. BoardError where they do not come, or not all of them."""
    name = url.rpartition("/")[2]
    got = bytearray()
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_S) as answer:
            size = int(answer.headers.get("Content-Length") or 0)
            while piece := answer.read(PIECE_BYTES):
                got += piece
                progress(f"Downloading {name}", len(got), size)
    except (urllib.error.URLError, OSError, ValueError) as error:
        reason = f"{error.code} {error.reason}" if isinstance(error, urllib.error.HTTPError) else getattr(error, "reason", error)
        raise BoardError(f"{url} cannot be downloaded: {reason}. Get the file for your board from {page} in another way, and give it with --firmware.") from None
    if size and len(got) != size:
        raise BoardError(f"{url}: the connection broke after {len(got):,} of {size:,} bytes; try again.")
    if not got:
        raise BoardError(f"{url} is empty. Get the file from {page}, and give it with --firmware.")
    return bytes(got)
