"""What an installer puts on a board, and the checks of tests/scripts/model_checks.py there."""

from pathlib import Path

from mite_tools.board.link import Link

SCRIPT = Path(__file__).parents[1] / "scripts" / "model_checks.py"
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
