"""Tables of README.md that commands write: each stands between two marks, comments that name it."""

from pathlib import Path

from .errors import MiteError

README = Path(__file__).resolve().parents[2] / "README.md"


def marks(name: str) -> tuple[str, str]:
    """The lines before and after a table."""
    return f"<!-- {name}: begin -->", f"<!-- {name}: end -->"


def replaced(text: str, name: str, table: str) -> str:
    """The text with a table in place of what stood between its marks. MiteError where they are not there, or the wrong way around."""
    begin, end = marks(name)
    before, first, rest = text.partition(begin)
    _, second, after = rest.partition(end)
    if not first or not second:
        raise MiteError(f"README.md has no lines '{begin}' and '{end}': put them where the table shall be.")
    return f"{before}{begin}\n{table}\n{end}{after}"


def table_of(text: str, name: str) -> str:
    """What stands between the marks of a table, or "" if they are not there."""
    begin, end = marks(name)
    return text.partition(begin)[2].partition(end)[0].strip("\n")


def merged(old: str, new: str) -> str:
    """The new lines, with those rows of the old table that the new one has no row for: a row is known by its first cell, up to a colon.

    Other lines (heads, what is said below) are the new table's, or the old one's where it has none like it.
    """

    def key(line: str) -> str:
        return line.split("|")[1].partition(":")[0].strip() if line.startswith("|") else line.partition(" ")[0]

    lines = ({key(line): line for line in old.splitlines()} | {key(line): line for line in new.splitlines()}).values()
    return "\n".join(sorted(lines, key=lambda line: not line.startswith("|")))


def write_table(name: str, table: str, part: bool = False) -> None:
    """replaced(), of README.md itself; with part, rows that the table lacks stay as they were."""
    text = README.read_text()
    README.write_text(replaced(text, name, merged(table_of(text, name), table) if part else table))
