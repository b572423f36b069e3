"""Bring what is missing: Debian packages and MicroPython's source.

    python -m mite_tools.board.provision emulator compilers micropython

Idempotent, and quick when everything is there: a group whose programs answer is never looked at again.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .errors import BoardError, SetupError
from .steps import console, human_bytes, step
from .tree import BUILD, compiler_environment, locked

MICROPYTHON_RELEASE = "v1.26.1"
MICROPYTHON_URL = "https://github.com/micropython/micropython"
# The qemu port as it is used here (board folders outside the tree, VfsRom) is that of 1.25.
MICROPYTHON_OLDEST = (1, 25)
ANSWER_TIMEOUT_S = 20
DOWNLOADS = BUILD / "downloads.json"


@dataclass(frozen=True)
class Group:
    """Debian packages, and how to tell without a package manager that they are not needed."""

    packages: tuple[str, ...]
    programs: tuple[str, ...] = ()
    # (compiler, file): the file is there if the compiler finds it.
    libraries: tuple[tuple[str, str], ...] = ()
    headers: tuple[Path, ...] = ()

    def missing(self) -> list[str]:
        """The programs, libraries and headers that are not there."""
        absent = [program for program in self.programs if not shutil.which(program)]
        absent += [str(header) for header in self.headers if not header.exists()]
        for compiler, file in self.libraries:
            if shutil.which(compiler):
                # A file that is found is printed with its folder, else the bare name comes back.
                answer = subprocess.run([compiler, f"-print-file-name={file}"], capture_output=True, text=True)
                if os.sep not in answer.stdout:
                    absent.append(f"{file} of {compiler}")
        return absent


GROUPS = {
    "host": Group(
        ("build-essential", "python3-dev", "pkg-config"),
        ("gcc", "g++", "make", "pkg-config"),
        headers=(Path(sysconfig.get_path("include")) / "Python.h",),
    ),
    "emulator": Group(
        ("qemu-system-arm", "qemu-system-misc"), ("qemu-system-arm", "qemu-system-riscv32")
    ),
    "compilers": Group(
        (
            "gcc-arm-none-eabi", "libnewlib-arm-none-eabi",
            "gcc-riscv64-unknown-elf", "picolibc-riscv64-unknown-elf",
        ),
        ("arm-none-eabi-gcc", "riscv64-unknown-elf-gcc"),
        (("arm-none-eabi-gcc", "libc.a"), ("riscv64-unknown-elf-gcc", "picolibc.specs")),
    ),
    "speech": Group(("espeak-ng",), ("espeak-ng",)),
}


def provision(*names: str) -> Path | None:
    """Bring the groups in `names` (keys of GROUPS, and "micropython" for MicroPython's source).

    Returns the MicroPython folder if it was asked for. Raises SetupError with the command to run by hand.
    """
    for name in names:
        if name not in GROUPS and name != "micropython":
            known = ", ".join([*GROUPS, "micropython"])
            raise SetupError(f"There is no group '{name}' to provision; there are: {known}.")
    wanted = [name for name in names if name in GROUPS and GROUPS[name].missing()]
    if wanted:
        with locked("provision"):
            install_packages(sorted({package for name in wanted for package in GROUPS[name].packages}))
            for name in wanted:
                if absent := GROUPS[name].missing():
                    raise SetupError(
                        f"The packages {' '.join(GROUPS[name].packages)} are installed, and still missing: "
                        f"{', '.join(absent)}. Check the PATH."
                    )
    return micropython_source() if "micropython" in names else None


# Debian packages


def privilege() -> list[str]:
    """The words to put before a command that needs root; SetupError if there is no way."""
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        raise SetupError("needs root, and there is no sudo here")
    # Without a terminal a password cannot be asked for.
    return ["sudo"] if sys.stdin.isatty() else ["sudo", "-n"]


def install_packages(packages: list[str]) -> None:
    """apt-get install, with progress; SetupError with the command to run by hand."""
    by_hand = f"apt-get install --no-install-recommends {' '.join(packages)}"
    if not shutil.which("apt-get"):
        raise SetupError(
            "There is no apt-get here. Install the programs that these Debian packages hold, then run this "
            f"again:\n  {' '.join(packages)}"
        )
    try:
        prefix = privilege()
    except SetupError as error:
        raise SetupError(f"Installing Debian packages {error}. As root, run:\n  {by_hand}") from None
    common = ["apt-get", "-o", "DPkg::Lock::Timeout=120", "-o", "APT::Status-Fd=1", "-y"]
    install = [*common, "install", "--no-install-recommends", *packages]
    # A fresh machine has no package lists, a stale one has wrong ones: update only if it does not work without.
    environment = ["env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C"]
    simulated = subprocess.run(
        [*common, "-s", "install", "--no-install-recommends", *packages], capture_output=True, env=compiler_environment()
    )
    if simulated.returncode:
        apt([*prefix, *environment, *common, "update"], "Debian package lists", by_hand)
    if apt([*prefix, *environment, *install], "Debian packages", by_hand, last=bool(simulated.returncode)):
        apt([*prefix, *environment, *common, "update"], "Debian package lists", by_hand)
        apt([*prefix, *environment, *install], "Debian packages", by_hand)


def apt(command: list[str], title: str, by_hand: str, last: bool = True) -> int:
    """Run one apt-get command and show its progress. A failure raises SetupError, or returns apt's status if not `last`."""
    log = BUILD / "logs" / "apt.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    tail: list[str] = []
    downloaded = 0.0
    with open(log, "a") as record, step(title, 200) as update:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL if "-n" in command else None,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        )
        for line in process.stdout:
            record.write(line)
            status = re.match(r"(dlstatus|pmstatus):[^:]*:([0-9.]+):(.*)", line)
            if status:
                # Download is the first half of the bar, unpacking and configuring the second.
                update(float(status[2]) + (100 if status[1] == "pmstatus" else 0), status[3][:60])
            else:
                tail = [*tail[-14:], line.rstrip()]
            if got := re.match(r"(?:Fetched|Need to get) ([0-9.,]+) ([kMG]?B)", line):
                downloaded = in_bytes(got[1], got[2])
        status = process.wait()
    if status == 0:
        record_download(title, downloaded)
    elif last:
        raise SetupError(
            f"`{' '.join(command)}` failed with status {status}:\n" + "\n".join(f"  {line}" for line in tail)
            + f"\nFull log: {log}\nOnce this works by hand, run this again:\n  {by_hand}"
        )
    return status


# MicroPython's source


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
        if version < MICROPYTHON_OLDEST:
            oldest = ".".join(map(str, MICROPYTHON_OLDEST))
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
        + f"\nGet MicroPython {MICROPYTHON_RELEASE} in another way and name its folder: MPY_DIR=/path/to/micropython"
    )


def clone_micropython(target: Path) -> None:
    """Shallow git clone of the fixed release, given up quickly where the host does not answer."""
    if not shutil.which("git"):
        raise SetupError("git is not installed")
    environment = {**compiler_environment(), "GIT_TERMINAL_PROMPT": "0"}
    with step("Asking for MicroPython's repository"):
        try:
            asked = subprocess.run(
                ["git", "ls-remote", "--exit-code", MICROPYTHON_URL, f"refs/tags/{MICROPYTHON_RELEASE}"],
                capture_output=True, text=True, env=environment, timeout=ANSWER_TIMEOUT_S, stdin=subprocess.DEVNULL,
            )
        except subprocess.TimeoutExpired:
            raise SetupError(f"{MICROPYTHON_URL} did not answer in {ANSWER_TIMEOUT_S} s") from None
    if asked.returncode:
        reason = asked.stderr.strip().splitlines()
        raise SetupError(f"{MICROPYTHON_URL} cannot be reached: {reason[-1] if reason else asked.returncode}")
    command = [
        "git", "-c", "http.lowSpeedLimit=1000", "-c", f"http.lowSpeedTime={ANSWER_TIMEOUT_S}", "-c", "advice.detachedHead=false",
        "clone", "--progress", "--depth", "1", "--branch", MICROPYTHON_RELEASE, MICROPYTHON_URL, str(target),
    ]
    tail, downloaded = "", 0.0
    with step(f"MicroPython {MICROPYTHON_RELEASE}", 100) as update:
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
            raise SetupError(f"git clone of {MICROPYTHON_URL} failed: {tail}")
    record_download("MicroPython's repository", downloaded)


def debian_mirrors(etc: Path = Path("/etc/apt")) -> list[tuple[str, str]]:
    """(URI, options in apt's one-line form) of the machine's own Debian archives, best first.

    Reads both deb822 .sources files and one-line .list files.
    """
    # A second file with the same archive is no new archive: keep the first, in the order of apt itself.
    found: dict[str, str] = {}
    for path in [etc / "sources.list", *sorted((etc / "sources.list.d").glob("*"))]:
        if not path.is_file():
            continue
        text = path.read_text(errors="replace")
        if path.suffix == ".sources":
            entries = deb822_entries(text)
        elif path.suffix == ".list":
            entries = one_line_entries(text)
        else:
            continue
        for uri, suite, signed_by in entries:
            # Other archives (security, a vendor's) have no suite of trixie's main.
            if re.fullmatch(r"[a-z]+(-updates)?", suite) and "security" not in uri:
                found.setdefault(uri, signed_by)
    return [(uri, f"[signed-by={key}] " if key else "") for uri, key in found.items()]


def deb822_entries(text: str):
    """Yield (URI, suite, key file or "") of the enabled stanzas of a .sources file."""
    for stanza in re.split(r"\n\s*\n", text):
        fields: dict[str, str] = {}
        name = ""
        for line in stanza.splitlines():
            if line.startswith("#"):
                continue
            if line[:1].isspace():
                fields[name] = fields.get(name, "") + " " + line.strip()
            elif ":" in line:
                name, _, value = line.partition(":")
                name = name.strip().lower()
                fields[name] = value.strip()
        if fields.get("enabled", "yes").lower() in ("no", "false", "0") or "main" not in fields.get("components", "").split():
            continue
        # A key may stand in the file itself; apt then reads it from there only.
        key = fields.get("signed-by", "")
        for uri in fields.get("uris", "").split():
            for suite in fields.get("suites", "").split():
                yield uri, suite, key if key.startswith("/") and " " not in key else ""


def one_line_entries(text: str):
    """Yield (URI, suite, key file or "") of the deb lines of a .list file."""
    for line in text.splitlines():
        entry = re.match(r"\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#]*)", line)
        if entry and "main" in entry[4].split():
            key = re.search(r"signed-by=(/[^\s,]+)", entry[1] or "")
            yield entry[2], entry[3], key[1] if key else ""


def unpack_debian_source(target: Path) -> None:
    """Debian's source package of MicroPython, through a private apt configuration: the machine's own is not touched."""
    if not shutil.which("apt-get"):
        raise SetupError("this is no Debian machine: its source package cannot be had")
    mirrors = debian_mirrors()
    if not mirrors:
        raise SetupError("no Debian archive is configured in /etc/apt")
    reason = ""
    for suite in ("trixie", "sid"):
        for uri, options in mirrors:
            with tempfile.TemporaryDirectory(dir=BUILD, prefix="apt-") as scratch:
                folder = Path(scratch)
                # apt drops its rights to the user _apt for downloads, who must be able to write here.
                folder.chmod(0o755)
                try:
                    archive = download_debian_source(folder, f"deb-src {options}{uri} {suite} main")
                except SetupError as error:
                    reason = str(error)
                    continue
                with step("Unpacking MicroPython's source"):
                    unpack(archive, target, folder)
                return
    raise SetupError(reason)


def download_debian_source(folder: Path, source_line: str) -> Path:
    """Download the micropython source package into `folder`; returns the path of its .orig.tar.xz."""
    (folder / "sources.list").write_text(source_line + "\n")
    for name in ("lists/partial", "cache/archives/partial", "package"):
        (folder / name).mkdir(parents=True)
    options = []
    for setting in (
        f"Dir::Etc::sourcelist={folder}/sources.list", "Dir::Etc::sourceparts=-", f"Dir::State::Lists={folder}/lists",
        f"Dir::Cache={folder}/cache", "Acquire::Check-Valid-Until=false", "Acquire::Languages=none",
        f"Acquire::http::Timeout={ANSWER_TIMEOUT_S}", "APT::Sandbox::User=root",
    ):
        options += ["-o", setting]
    downloaded = 0.0
    suite = source_line.split()[-2]
    commands = (["update"], ["source", "--download-only", "micropython"])
    for number, command in enumerate(commands):
        title = ("Index of Debian's sources", "MicroPython's source package")[number]
        with step(f"{title} ({suite})"):
            done = subprocess.run(
                ["apt-get", *options, *command], cwd=folder / "package", env=compiler_environment(),
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
            )
        if got := re.search(r"^Fetched ([0-9.,]+) ([kMG]?B)", done.stdout, re.MULTILINE):
            downloaded += in_bytes(got[1], got[2])
        if done.returncode:
            lines = [line for line in done.stdout.splitlines() if line.startswith(("E:", "W:", "Err"))] or ["no reason given"]
            raise SetupError(f"Debian's source package ({suite}): apt-get {command[0]}: {lines[-1]}")
    archives = list((folder / "package").glob("micropython_*.orig.tar.*"))
    if len(archives) != 1:
        raise SetupError(f"Debian's source package ({suite}) came without its .orig.tar")
    record_download("MicroPython's source package", downloaded)
    return archives[0]


def unpack(archive: Path, target: Path, scratch: Path) -> None:
    """Unpack a tar whose only top folder becomes `target`."""
    inside = scratch / "unpacked"
    with tarfile.open(archive) as tar:
        # The 'data' filter is in Python 3.12 and in the security updates of 3.10 and 3.11.
        tar.extractall(inside, **({"filter": "tar"} if hasattr(tarfile, "tar_filter") else {}))
    tops = list(inside.iterdir())
    (tops[0] if len(tops) == 1 and tops[0].is_dir() else inside).rename(target)


# The account of downloads


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


def main() -> None:
    """Provision the groups named on the command line; report in words, never with a traceback."""
    names = sys.argv[1:]
    if not names or names[0] in ("-h", "--help"):
        print(f"usage: python -m mite_tools.board.provision [{' | '.join(GROUPS)} | micropython] ...")
        return
    before = download_summary()
    try:
        provision(*names)
    except BoardError as error:
        console.print(str(error), style="red", markup=False, soft_wrap=True)
        sys.exit(1)
    except KeyboardInterrupt:
        console.print("stopped")
        sys.exit(130)
    if (summary := download_summary()) != before:
        console.print(summary)


if __name__ == "__main__":
    main()
