"""ROMFS images, MicroPython's read-only file system that lies in memory: what is in one, and the same with one file more.

A model is run where it lies, so its bytes begin at a multiple of 16 in the image; mpremote's writer knows nothing of that. What is kept stays
where it is as far as that can be: then all of the old image but its head is a part of the new one.
"""

from dataclasses import dataclass

from mpremote.romfs import VfsRomWriter

from .errors import BoardError

MAGIC = VfsRomWriter.ROMFS_HEADER
EMPTY = MAGIC + b"\x00"
PADDING, POINTER = VfsRomWriter.ROMFS_RECORD_KIND_PADDING, VfsRomWriter.ROMFS_RECORD_KIND_DATA_POINTER
DIRECTORY, FILE = VfsRomWriter.ROMFS_RECORD_KIND_DIRECTORY, VfsRomWriter.ROMFS_RECORD_KIND_FILE
HEAD_BYTES = 8  # of a new image: its length in 35 bits, however short it is, so that it can grow in place
ALIGNMENT = 16


@dataclass
class Record:
    kind: int
    begin: int  # in the image
    content: int  # where its content begins
    end: int
    name: str = ""  # of a file or folder


class Writer(VfsRomWriter):
    """mpremote's writer, for an image with a head of so many bytes, which keeps and chooses places."""

    def __init__(self, head: int):
        super().__init__()
        self.head = head

    def pad(self, place: int) -> None:
        """Go on at a byte that is `place` modulo ALIGNMENT."""
        least = 2  # bytes of a record without content
        count = (place - self.head - len(self._dir_stack[-1][1])) % ALIGNMENT
        if count:
            count += ALIGNMENT if count < least else 0
            self._extend(self._pack(PADDING, bytes(count - least)))

    def keep(self, image: bytes, record: Record) -> None:
        """A record of another image, at a place like its own."""
        self.pad(record.begin % ALIGNMENT)
        self._extend(image[record.begin : record.end])

    def add(self, name: str, content: bytes) -> None:
        """A file whose content is aligned."""
        alone = VfsRomWriter()
        alone.mkfile(name, content)
        self.pad(len(content) - len(alone._dir_stack[-1][1]))
        self.mkfile(name, content)

    def image(self) -> bytes:
        """All of it; BoardError if the head cannot hold its length."""
        _, data = self._dir_stack.pop()
        length = self._encode_uint(len(data))
        if len(MAGIC) + len(length) > self.head:
            raise OverflowError
        # Leading zeros, seven bits each.
        return MAGIC + b"\x80" * (self.head - len(MAGIC) - len(length)) + length + bytes(data)


def with_file(image: bytes, name: str, content: bytes) -> bytes:
    """The image (b"" for none) with a file of this name and content, in place of its own of that name. BoardError if that cannot be."""
    kept, head = [], HEAD_BYTES
    if image and image != EMPTY:
        found, head = records(image)
        for record in found:
            if record.kind == PADDING:
                continue
            if record.name == name and record.kind == DIRECTORY:
                raise BoardError(f"/rom/{name} is a folder there: --as gives the model another name.")
            if any(inner.kind == POINTER for inner in walk(image, record)):
                raise BoardError("The board's ROMFS was made by a tool that mite cannot add to (files that share their content): `mpremote romfs deploy FOLDER`, with the model in the folder.")
            kept.append(record)
    old = [record for record in kept if record.name == name]
    # A model that takes as many bytes as the one before it takes its place, and others stay in theirs.
    same = bool(old) and len(files(image).get(name, b"")) == len(content)
    for head in (head, HEAD_BYTES):
        writer = Writer(head)
        for record in kept:
            if record.name != name:
                writer.keep(image, record)
            elif same:
                writer.add(name, content)
        if not same:
            writer.add(name, content)
        try:
            return writer.image()
        except OverflowError:
            pass
    raise BoardError("A ROMFS cannot be that large.")


def files(image: bytes) -> dict[str, bytes]:
    """Path -> content of the files in an image, those by pointer left out."""
    found: dict[str, bytes] = {}

    def look(inside: list[Record], folder: str) -> None:
        for record in inside:
            if record.kind == DIRECTORY:
                look(between(image, record.content, record.end), f"{folder}{record.name}/")
            elif record.kind == FILE:
                for data in between(image, record.content, record.end):
                    if data.kind == VfsRomWriter.ROMFS_RECORD_KIND_DATA_VERBATIM:
                        found[folder + record.name] = image[data.content : data.end]

    look(records(image)[0] if image else [], "")
    return found


def records(image: bytes) -> tuple[list[Record], int]:
    """(what is in the root folder; bytes of the head). BoardError if it is no sound image."""
    if not image.startswith(MAGIC):
        raise BoardError("The board's ROMFS is damaged.")
    length, head = uint(image, len(MAGIC))
    if head + length > len(image):
        raise BoardError("The board's ROMFS is damaged: it is shorter than it says.")
    return between(image, head, head + length), head


def sound(image: bytes) -> bool:
    """Can all of an image be read?"""
    try:
        return all(walk(image, record) for record in records(image)[0])
    except BoardError:
        return False


def walk(image: bytes, record: Record) -> list[Record]:
    """A record and all that is in it."""
    found = [record]
    if record.kind in (DIRECTORY, FILE):
        for inner in between(image, record.content, record.end):
            found += walk(image, inner)
    return found


def between(image: bytes, begin: int, end: int) -> list[Record]:
    """The records from one byte to another."""
    found = []
    while begin < end:
        kind, at = uint(image, begin)
        length, at = uint(image, at)
        record = Record(kind, begin, at, at + length)
        if record.end > end or kind == 0:
            raise BoardError("The board's ROMFS is damaged: a record in it is longer than what it is in.")
        if kind in (DIRECTORY, FILE):
            size, at = uint(image, at)
            record.name = image[at : at + size].decode(errors="replace")
            record.content = at + size
        found.append(record)
        begin = record.end
    return found


def uint(image: bytes, at: int) -> tuple[int, int]:
    """(a number of seven bits a byte, the highest first; where it ends)."""
    value = 0
    while at < len(image):
        value = value << 7 | image[at] & 127
        at += 1
        if not image[at - 1] & 128:
            return value, at
    raise BoardError("The board's ROMFS is damaged: it ends in the middle of a number.")
