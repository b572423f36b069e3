"""An image in the form that its file's name asks for: as it is, as a C array, or as a Python module to freeze."""

import keyword
import re
from pathlib import Path

from ..errors import ConvertError
from . import spec

COLUMNS = 20  # bytes in a line
ALIGN = 16
SUFFIXES = (".mite", ".h", ".py")


def form(path: Path) -> str:
    """The suffix, which says what form an image takes at `path`. ConvertError for a name that says nothing of it, or that cannot be imported."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise ConvertError(f"{path}: what shall it be? The name must end with one of {', '.join(SUFFIXES)}")
    if suffix == ".py" and (not path.stem.isidentifier() or keyword.iskeyword(path.stem)):
        raise ConvertError(f"{path}: a module of this name cannot be imported: letters, digits and _ are wanted, and no word of Python's own")
    return suffix


def render(image: bytes, path: Path, name: str) -> bytes:
    """What to write to `path`. image: perhaps compressed; name: of the model. ConvertError of form()."""
    suffix = form(path)
    if suffix == ".h":
        return c_header(image, path.name, name).encode()
    return python_module(image, name).encode() if suffix == ".py" else image


def c_header(image: bytes, file: str, name: str) -> str:
    """A header that C and C++ can include: the image as an array at a multiple of 16, and its sizes."""
    word = re.sub(r"\W", "_", Path(file).stem)
    word = "_" * word[:1].isdigit() + word
    guard = f"MITE_IMAGE_{word.upper()}_H"
    lines = [
        f"// {_comment(name)}: a model's .mite image, made by `mite convert`.",
        f"#ifndef {guard}", f"#define {guard}", "",
        "#include <stdint.h>", "",
        "#if defined(__cplusplus)", f"alignas({ALIGN})",
        "#elif defined(__GNUC__)", f"__attribute__((aligned({ALIGN})))",
        "#else", f"_Alignas({ALIGN})", "#endif",
        f"static const uint8_t {word}[{len(image)}] = {{",
        *(f"    {', '.join(f'0x{byte:02x}' for byte in image[at : at + COLUMNS])}," for at in range(0, len(image), COLUMNS)),
        "};", "",
    ]  # fmt: skip
    if image[:4] == spec.MAGIC:
        header = spec.HEADER.unpack(image)
        lines += [
            f"enum {{ {word}_arena_bytes = {header['arena_bytes']}, {word}_state_bytes = {header['state_bytes']} }};", "",
        ]  # fmt: skip
    return "\n".join([*lines, "#endif", ""])


def python_module(image: bytes, name: str) -> str:
    """A module with the bytes IMAGE, to be frozen into firmware."""
    rows = [image[at : at + COLUMNS] for at in range(0, len(image), COLUMNS)]
    return "\n".join((
        f"# {_comment(name)}: a model's .mite image, made by `mite convert`. Frozen into firmware it is read in place:",
        "#     import mite, MODULE; model = mite.Model(MODULE.IMAGE)",
        "# It must come to lie at a multiple of 4. gcc sees to that where it does not compile for size; where mite.Model complains, add to",
        "# the board's mpconfigboard.mk: $(BUILD)/frozen_content.o: CFLAGS += -O2",
        "IMAGE = (", *(f"    {row!r}" for row in rows), ")", "",
    ))  # fmt: skip


def _comment(name: str) -> str:
    """A name that cannot end a comment's line."""
    return "".join(c if c.isprintable() else " " for c in name) or "model"
