"""Debian's packages: installed on this machine, or fetched through a private apt configuration that leaves the machine's own alone."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from .downloads import in_bytes, record_download
from .errors import SetupError
from .steps import step
from .tree import BUILD, compiler_environment

ANSWER_TIMEOUT_S = 20


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


@contextlib.contextmanager
def fetched(what: str, suites: tuple[str, ...], command: list[str], source: bool = False):
    """The folder into which `apt-get COMMAND` has put packages of the first suite that has them; it is gone after the block.

    what: for messages. source: of the source archive. Raises SetupError with apt's reason.
    """
    if not shutil.which("apt-get"):
        raise SetupError(f"{what}: this is no Debian machine")
    mirrors = debian_mirrors()
    if not mirrors:
        raise SetupError(f"{what}: no Debian archive is configured in /etc/apt")
    with tempfile.TemporaryDirectory(dir=BUILD, prefix="apt-") as scratch:
        reason = ""
        for number, (suite, (uri, options)) in enumerate((s, m) for s in suites for m in mirrors):
            folder = Path(scratch) / str(number)
            try:
                _fetch(folder, what, f"{'deb-src' if source else 'deb'} {options}{uri} {suite} main", command)
                break
            except SetupError as error:
                reason = str(error)
        else:
            raise SetupError(reason)
        yield folder / "packages"


def _fetch(folder: Path, what: str, source_line: str, command: list[str]) -> None:
    for name in ("lists/partial", "cache/archives/partial", "packages"):
        (folder / name).mkdir(parents=True)
    # apt drops its rights to the user _apt for downloads, who must be able to write here.
    folder.parent.chmod(0o755)
    (folder / "sources.list").write_text(source_line + "\n")
    settings = (
        f"Dir::Etc::sourcelist={folder}/sources.list", "Dir::Etc::sourceparts=-", f"Dir::State::Lists={folder}/lists",
        f"Dir::Cache={folder}/cache", "Acquire::Check-Valid-Until=false", "Acquire::Languages=none",
        f"Acquire::http::Timeout={ANSWER_TIMEOUT_S}", "APT::Sandbox::User=root",
        # Where apt-file is installed, apt wants the list of all files of all packages, too.
        *(f"Acquire::IndexTargets::{kind}::DefaultEnabled=false" for kind in ("deb::Contents-deb", "deb-src::Contents-dsc")),
    )  # fmt: skip
    options = [word for setting in settings for word in ("-o", setting)]
    downloaded, suite = 0.0, source_line.split()[-2]
    for title, words in (("Index of Debian's packages", ["update"]), (what, command)):
        with step(f"{title} ({suite})"):
            done = subprocess.run(
                ["apt-get", *options, *words], cwd=folder / "packages", env=compiler_environment(),
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
            )  # fmt: skip
        if got := re.search(r"^Fetched ([0-9.,]+) ([kMG]?B)", done.stdout, re.MULTILINE):
            downloaded += in_bytes(got[1], got[2])
        if done.returncode:
            lines = [line for line in done.stdout.splitlines() if line.startswith(("E:", "W:", "Err"))] or ["no reason given"]
            raise SetupError(f"{what} ({suite}): apt-get {words[0]}: {lines[-1]}")
    record_download(what, downloaded)


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
