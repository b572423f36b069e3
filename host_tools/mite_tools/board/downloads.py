"""The account of what was downloaded."""

import json
import re

from .steps import human_bytes
from .tree import BUILD

DOWNLOADS = BUILD / "downloads.json"


def record_download(what: str, count: float) -> None:
    """Add to build/downloads.json: what was downloaded, in bytes."""
    if not count:
        return
    BUILD.mkdir(exist_ok=True)
    account = json.loads(DOWNLOADS.read_text()) if DOWNLOADS.exists() else {}
    account[what] = account.get(what, 0) + int(count)
    DOWNLOADS.write_text(json.dumps(account, indent=1))


def downloads() -> dict[str, int]:
    """What was downloaded since build/ was made, in bytes: by this module, and by the Makefile's first steps."""
    found = {
        "Debian packages for Python": logged_bytes("bootstrap.log", r"^Fetched ([\d.,]+) ([kMG]?B)"),
        "Python packages": logged_bytes("pip.log", r" Downloading .*\(([\d.]+) ([kMG]?B)\)"),
    }
    if DOWNLOADS.exists():
        found |= json.loads(DOWNLOADS.read_text())
    return {what: count for what, count in found.items() if count}


def logged_bytes(name: str, pattern: str) -> int:
    """The sum of what a log in build/logs says of downloads: `pattern` gives number and unit."""
    log = BUILD / "logs" / name
    text = log.read_text(errors="replace") if log.exists() else ""
    return int(sum(in_bytes(*found) for found in re.findall(pattern, text, re.MULTILINE)))


def in_bytes(number: str, unit: str) -> float:
    """('12.3', 'MB') -> 12300000.0."""
    return float(number.replace(",", "")) * {"B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9}[unit]


def download_summary() -> str:
    """One line on downloads(), or "" if there were none."""
    if not (account := downloads()):
        return ""
    parts = ", ".join(f"{what} {human_bytes(count)}" for what, count in account.items())
    return f"Downloaded so far: {human_bytes(sum(account.values()))} ({parts})."
