"""MicroPython's source: a checkout of the user's, a git clone of a fixed release, or Debian's source package."""

import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from .debian import ANSWER_TIMEOUT_S, fetched
from .downloads import record_download
from .errors import BoardError, SetupError
from .steps import step
from .tree import BUILD, compiler_environment, locked

RELEASE = "v1.26.1"
URL = "https://github.com/micropython/micropython"
# The qemu port as it is used here (board folders outside the tree, VfsRom) is that of 1.25.
OLDEST = (1, 25)


def micropython_version(folder: Path) -> tuple[int, int, int] | None:
    """The version that py/mpconfig.h states, or None if `folder` is no MicroPython checkout."""
    try:
        text = (folder / "py" / "mpconfig.h").read_text()
    except OSError:
        return None
    numbers = [re.search(rf"#define MICROPY_VERSION_{part} (\d+)", text) for part in ("MAJOR", "MINOR", "MICRO")]
    return tuple(int(number[1]) for number in numbers) if all(numbers) else None


def micropython_source() -> Path:
    """MicroPython's source: $MPY_DIR, else build/micropython, which is brought if it is not there."""
    if given := os.environ.get("MPY_DIR"):
        folder = Path(given).expanduser().resolve()
        version = micropython_version(folder)
        if version is None:
            raise SetupError(f"MPY_DIR={given} holds no MicroPython source (no py/mpconfig.h with a version).")
        if version < OLDEST:
            oldest = ".".join(map(str, OLDEST))
            raise SetupError(
                f"MPY_DIR={given} holds MicroPython {'.'.join(map(str, version))}; {oldest} or newer is needed. "
                "Unset MPY_DIR and one is brought."
            )
        return folder
    folder = BUILD / "micropython"
    if micropython_version(folder):
        return folder
    with locked("provision"):
        if not micropython_version(folder):
            fetch_micropython(folder)
    return folder


def fetch_micropython(folder: Path) -> None:
    """Clone the release, or take Debian's source package; `folder` appears complete or not at all."""
    reasons = []
    shutil.rmtree(folder, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=BUILD, prefix="micropython-") as scratch:
        target = Path(scratch) / "source"
        for source in (clone_micropython, unpack_debian_source):
            try:
                source(target)
            except (BoardError, OSError, subprocess.SubprocessError, tarfile.TarError) as error:
                reasons.append(str(error))
                shutil.rmtree(target, ignore_errors=True)
                continue
            if micropython_version(target):
                target.rename(folder)
                return
            reasons.append(f"{source.__name__} gave no MicroPython source")
    raise SetupError(
        "MicroPython's source could not be brought:\n" + "\n".join(f"  - {reason}" for reason in reasons)
        + f"\nGet MicroPython {RELEASE} in another way and name its folder: MPY_DIR=/path/to/micropython"
    )


def clone_micropython(target: Path) -> None:
    """Shallow git clone of the fixed release, given up quickly where the host does not answer."""
    if not shutil.which("git"):
        raise SetupError("git is not installed")
    environment = {**compiler_environment(), "GIT_TERMINAL_PROMPT": "0"}
    with step("Asking for MicroPython's repository"):
        try:
            asked = subprocess.run(
                ["git", "ls-remote", "--exit-code", URL, f"refs/tags/{RELEASE}"],
                capture_output=True, text=True, env=environment, timeout=ANSWER_TIMEOUT_S, stdin=subprocess.DEVNULL,
            )
        except subprocess.TimeoutExpired:
            raise SetupError(f"{URL} did not answer in {ANSWER_TIMEOUT_S} s") from None
    if asked.returncode:
        reason = asked.stderr.strip().splitlines()
        raise SetupError(f"{URL} cannot be reached: {reason[-1] if reason else asked.returncode}")
    command = [
        "git", "-c", "http.lowSpeedLimit=1000", "-c", f"http.lowSpeedTime={ANSWER_TIMEOUT_S}", "-c", "advice.detachedHead=false",
        "clone", "--progress", "--depth", "1", "--branch", RELEASE, URL, str(target),
    ]
    tail, downloaded = "", 0.0
    with step(f"MicroPython {RELEASE}", 100) as update:
        # Universal newlines: git ends its progress lines with carriage returns.
        process = subprocess.Popen(
            command, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, errors="replace", env=environment
        )
        for line in process.stderr:
            tail = line.strip() or tail
            if got := re.search(r"Receiving objects: +(\d+)%(?:.*, ([0-9.]+) ([KMG])iB)?", line):
                update(float(got[1]))
                if got[2]:
                    downloaded = float(got[2]) * {"K": 2**10, "M": 2**20, "G": 2**30}[got[3]]
        if process.wait():
            raise SetupError(f"git clone of {URL} failed: {tail}")
    record_download("MicroPython's repository", downloaded)


def unpack_debian_source(target: Path) -> None:
    """Debian's source package of MicroPython."""
    with fetched("MicroPython's source package", ("trixie", "sid"), ["source", "--download-only", "micropython"], source=True) as folder:
        archives = list(folder.glob("micropython_*.orig.tar.*"))
        if len(archives) != 1:
            raise SetupError("Debian's source package of MicroPython came without its .orig.tar")
        with step("Unpacking MicroPython's source"):
            unpack(archives[0], target, folder)


def unpack(archive: Path, target: Path, scratch: Path) -> None:
    """Unpack a tar whose only top folder becomes `target`."""
    inside = scratch / "unpacked"
    with tarfile.open(archive) as tar:
        # The 'data' filter is in Python 3.12 and in the security updates of 3.10 and 3.11.
        tar.extractall(inside, **({"filter": "tar"} if hasattr(tarfile, "tar_filter") else {}))
    tops = list(inside.iterdir())
    (tops[0] if len(tops) == 1 and tops[0].is_dir() else inside).rename(target)
