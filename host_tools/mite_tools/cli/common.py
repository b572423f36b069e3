"""What several commands share: the console, files, models, options."""

import argparse
from pathlib import Path

from rich.console import Console

from ..errors import MiteError

console = Console(highlight=False, soft_wrap=True)


def add_ram(command: argparse.ArgumentParser) -> None:
    command.add_argument("--ram", type=byte_count, metavar="BYTES", help="arena and state may have so many bytes (24k is 24,576): ops run in bands of "
                         "rows where that is needed, for more multiply-adds")  # fmt: skip
    command.add_argument("--rows", action="store_true", help="with --ram: the first input, a picture, comes in rows (model.rows(source)), and is never there as a whole")


def limits(options) -> tuple[int | None, bool]:
    """What add_ram()'s options say. MiteError if they do not go together."""
    if options.rows and options.ram is None:
        raise MiteError("--rows wants --ram: how much memory may be used")
    return options.ram, options.rows


def byte_count(text: str) -> int:
    """24k -> 24576. For argparse."""
    number, unit = (text[:-1], 1024 ** (1 + "km".index(text[-1].lower()))) if text[-1:].lower() in ("k", "m") else (text, 1)
    try:
        count = float(number) * unit
    except ValueError:
        count = 0
    if not 0 < count < 2**32:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of bytes, such as 16000 or 24k")
    return int(count)


def count(text: str) -> int:
    """A whole number from 1. For argparse."""
    return _whole_number(text, 1)


def seed(text: str) -> int:
    """A whole number from 0. For argparse."""
    return _whole_number(text, 0)


def _whole_number(text: str, least: int) -> int:
    number = int(text) if text.isdecimal() else -1
    if not least <= number < 2**31:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {least}")
    return number


def seconds(text: str) -> float:
    """A time in seconds that is more than none. For argparse."""
    try:
        number = float(text)
    except ValueError:
        number = 0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no time in seconds")
    return number


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that a broken run leaves the old one, or none. What is no file, such as /dev/stdout, is written to as it is."""
    if path.is_dir():
        raise MiteError(f"{path} is a folder: give the name of a file in it")
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    temporary = path.with_name(path.name + ".part")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    except OSError as error:
        # Of the name that was given, not of the temporary one. Some (a full disk) name no file at all.
        raise MiteError(f"{path} cannot be written: {error.strerror}") from None
    finally:
        temporary.unlink(missing_ok=True)


def named(path: Path, *suffixes: str) -> Path:
    """The name of a file to be written. MiteError if it does not end as such a file's does."""
    if path.suffix.lower() not in suffixes:
        raise MiteError(f"{path}: the name must end with {' or '.join(suffixes)}")
    return path


def load_image(path: Path) -> bytes:
    """An image: read from a .mite file, or made of a .tflite model."""
    return load(path)[0]


def load(path: Path, ram: int | None = None, in_rows: bool = False):
    """(an image, how it came about: a Compiled, or None for one that was read from a .mite file, compressed or not). MiteError for one that
    is damaged, with the file's name."""
    from ..image.compress import opened
    from ..image.describe import describe

    data = path.read_bytes()
    if data[4:8] == b"TFL3" or path.suffix == ".tflite":
        from ..compile import compile_model

        compiled = compile_model(path, ram=ram, in_rows=in_rows)
        return compiled.image, compiled
    if ram is not None:
        raise MiteError(f"{path}: its memory is planned already; --ram is for the .tflite that it was made of")
    image = opened(data, str(path))
    describe(image, str(path))  # before a board sees it
    return image, None


def add_metadata(command: argparse.ArgumentParser) -> None:
    command.add_argument("--labels", type=Path, help="a text file with the name of a class on each line")
    command.add_argument("--metadata", type=Path, help="a JSON file whose keys go into the image (labels, frontend, decoder, ...)")
    command.add_argument("--manifest", type=Path, help="the JSON manifest of a wake word's model (microWakeWord): word, front-end and cutoff go into the image")


def read_metadata(options) -> dict:
    """What goes into the image's JSON, from the command's files."""
    from ..image.metadata import check, read_lines, read_object

    metadata = check(read_object(options.metadata), str(options.metadata)) if options.metadata else {}
    if options.manifest:
        from ..wake import read_manifest

        metadata |= read_manifest(options.manifest)
    if options.labels:
        metadata["labels"] = read_lines(options.labels)
    return metadata


def add_custom(command: argparse.ArgumentParser) -> None:
    command.add_argument("--custom", type=Path, help="a Python file with the model's custom ops: it calls mite.register(NAME, function)")


def take_customs(options) -> None:
    """Register the ops of mite.signal and run the file that registers others, if one was given. MiteError with the place in it where it fails."""
    import mite.signal

    from ..user_code import run_file

    mite.signal.register()
    if options.custom is not None:
        run_file(options.custom)


def savings(compiled) -> dict[str, str]:
    """What the passes and the plan saved, in words, under their names."""
    saved = {name: text for name, text in compiled.saved.items() if text}
    if apart := compiled.plan.apart_bytes - compiled.plan.arena_bytes:
        saved["plan"] = f"{apart:,} bytes of arena, {compiled.plan.apart_bytes:,} if no output lay over an input"
    return saved


def add_port(command: argparse.ArgumentParser) -> None:
    command.add_argument("--port", help="the board's serial port, such as /dev/ttyACM0; may be left out where there is only one board")


def opened_port(options, **how):
    """A Link, opened as `how` says, to the board that --port names or to the only one there is. BoardError, which lists the ports, if it is not clear which."""
    from ..board.link import Link
    from ..board.ports import only_port

    return Link(options.port or only_port(), **how)
