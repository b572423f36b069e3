"""What an installer puts on a board, and the checks of tests/scripts/model_checks.py there."""

import subprocess
from pathlib import Path

from mite_tools.board.link import Link

SCRIPT = Path(__file__).parents[1] / "scripts" / "model_checks.py"
FIRMWARE = Path(__file__).parents[2] / "firmware"
# Golden models: what a board's memory and an emulator's speed allow.
GOLDENS = ("kws_ref_model", "hello_world_int8", "hello_world_float")


def put_package(link: Link, root: Path, pure: bool = False) -> None:
    """The mite package in /lib, without or with the interpreter in Python."""
    source = root / "firmware" / "mite"
    folders = ["", "pure/", "pure/ops/"] if pure else [""]
    link.exec(f"import os\nos.mkdir('lib')\nfor folder in {folders}:\n    os.mkdir('lib/mite/' + folder[:-1] if folder else 'lib/mite')")
    for folder in folders:
        for path in sorted((source / folder).glob("*.py")):
            link.put(f"lib/mite/{folder}{path.name}", path.read_bytes())


def passes(link: Link, files: dict[str, bytes], timeout_s: float = 300) -> None:
    """Run the script on a board that has `import mite`."""
    for name, content in files.items():
        link.put(name, content)
    link.put("model_checks.py", SCRIPT.read_bytes())
    output = link.exec("import model_checks", timeout_s=timeout_s)
    lines = output.split("\r\n")
    assert lines[-2].startswith("all "), output
    print(*(line for line in lines if line.startswith("SKIP ")), sep="\n")


def passes_on_unix(micropython: Path, files: dict[str, bytes], folder: Path, heap: str, timeout_s: float) -> None:
    """Run the script on the unix port, whose imports come from `folder` and then from this tree. files: written to `folder`."""
    for name, content in files.items():
        (folder / name).write_bytes(content)
    done = subprocess.run(
        [micropython, "-X", f"heapsize={heap}", SCRIPT, folder],
        env={"MICROPYPATH": f"{folder}:{FIRMWARE}"}, capture_output=True, text=True, timeout=timeout_s,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1].startswith("all "), done.stdout + done.stderr
