"""Put a model into a board's ROMFS, where it is run in place: it takes no RAM there but its arena.

ROMFS is one image, which is written as a whole, so there is no old model beside the new one until that is good. What can be done is done:
the image that was there is read first and kept in a file on this computer, only blocks that differ are written, the first of them last. If
nothing is replaced, the old image is thus whole until then; else the ROMFS is an empty one until then, never a broken one.
"""

import binascii
import hashlib
import zlib
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path

from mite import upload as board

from . import romfs
from .errors import BoardError
from .frames import Frames
from .link import BoardException, Link
from .upload import SILENT_S, Plain, Upload, Uploaded, needs, pack, shorten

READ, MOST = 1024, 32  # bytes that are read at once; blocks that are checked at once
LOAD = """
import gc, mite
gc.collect()
before = gc.mem_alloc()
model = mite.Model({path!r})
gc.collect()
print(gc.mem_alloc() - before)
"""


def upload_to_rom(
    link: Link, image: bytes, name: str, backup: Path, progress: Callable[[int], None] | None = None, replace: bool = False
) -> Uploaded:
    """Write an image to a board's ROMFS as /rom/NAME, beside what else is there, and load it there.

    backup: a file for the ROMFS that was there, while there is no other copy; it goes when all is well. replace: give up what is in a
    ROMFS that cannot be read. Raises BoardError.
    """
    return RomUpload(link, image, name, backup, progress or (lambda there: None), replace).run()


class RomUpload(Upload):
    """As Upload; `image` is that of the ROMFS as soon as the board has said what is in it."""

    def __init__(self, link: Link, model: bytes, name: str, backup: Path, progress: Callable[[int], None], replace: bool):
        super().__init__(link, b"", f"/rom/{name}", progress)
        self.needs = needs(model)
        if self.needs:
            del self.needs.ram["the image"]  # which stays where it is
        self.model, self.file, self.backup, self.replace = model, name, backup, replace
        self.old: bytes | None = None  # the ROMFS that was there
        self.ram = 0  # bytes that the model takes when it is loaded

    def run(self) -> Uploaded:
        if "/" in self.file or not self.file:
            raise BoardError(f"'{self.file}': a model's name in ROMFS has no folder.")
        done = super().run()
        try:
            done.checked = self.loads()
        except BoardException as error:
            self.image = self.old or romfs.EMPTY
            super().run()
            self.forget()
            raise BoardError(f"{self.name} does not load: {error.last_line}. The ROMFS is again as it was.") from None
        self.forget()
        done.bytes, done.ram = len(self.model), self.ram
        return done

    def forget(self) -> None:
        """The board has all of it again."""
        self.backup.unlink(missing_ok=True)

    def loads(self) -> bool:
        """Has mite on the board, after a reset, loaded it there? False if there is no mite. BoardException if it does not load."""
        self.link.reset()
        try:
            self.ram = int(self.link.exec(LOAD.format(path=self.name), timeout_s=SILENT_S + len(self.model) / 10_000))
        except BoardException as error:
            if "no module named 'mite'" in error.last_line:
                return False
            raise
        return True

    def left(self) -> str:
        kept = f" What was in ROMFS is in {self.backup}." if self.backup.exists() else ""
        return f"Until it is complete, the ROMFS may be empty: upload again, with {self.file} and from this folder, and it goes on.{kept}"

    def programs(self) -> list[Callable[[], str]]:
        return [lambda code=code: code() + "\nprint(PROTOCOL)\nserve(quick=True)" for code in (packed, source)]

    def send(self, frames: Frames) -> bool:
        wanted = self.needs
        probe = {"head": wanted.head.hex(), "ops": wanted.ops} if wanted else {"head": "", "ops": []}
        found = frames.hello(name=self.name, size=0, hashes=[], **probe)
        self.hold = found["hold"]
        if not found["size"]:
            raise BoardError(
                f"The board at {self.link.port} has no ROMFS that can be written: its MicroPython must be 1.25 or newer, and built with a ROMFS "
                "partition (`make firmware BOARD=RPI_PICO` is; many boards' variants are). Without --romfs the model goes to the file system."
            )
        self.refuse({**found, "free": found["size"]})
        if self.old is None:
            self.plan(frames, found)
        if len(self.image) > found["size"]:
            raise BoardError(
                f"{self.name} makes the ROMFS {len(self.image):,} bytes long, and there is room for {found['size']:,}: "
                "deploy it anew without what is not needed (`mpremote romfs deploy FOLDER`), or upload to the file system."
            )
        for _ in range(2):
            if self.write(frames, found):
                return True
        raise BoardError(f"{self.name} arrives damaged at {self.link.port}, again and again: is its flash sound? {self.left()}")

    def plan(self, frames: Frames, found: dict) -> None:
        """Read what is there, and find what is to be there."""
        old = bytearray()
        while len(old) < found["length"]:
            part = {"from": len(old), "to": min(len(old) + READ, found["length"])}
            old += binascii.a2b_base64(frames.command("read", **part)["data"])
        kept = bytes(old)
        broken = found["length"] < 0 or kept and not romfs.sound(kept)
        if self.backup.exists() and (broken or kept in (b"", romfs.EMPTY)):
            kept = self.backup.read_bytes()  # of an upload that did not come to its end
        elif broken and self.replace:
            kept = b""
        elif broken:
            raise BoardError(
                f"The ROMFS of the board at {self.link.port} is damaged, or something else lies there: --replace makes a new one, and loses it."
            )
        self.image = romfs.with_file(kept, self.file, self.model)
        if set(romfs.files(kept)) - {self.file} and self.image != kept and len(self.image) <= found["size"]:
            self.backup.write_bytes(kept)
        self.old = kept

    def write(self, frames: Frames, found: dict) -> bool:
        """Write what differs, the start last; is all of it there?"""
        image, block = self.image, found["block"]
        whole = block >= found["size"]  # it can be erased in one piece only
        unit = found["chunk"] if whole else block
        parts = [(at, min(at + unit, len(image))) for at in range(0, len(image), unit)]
        there: list[int] = []
        for at in range(0, len(parts), MOST):
            there += frames.command("check", parts=parts[at : at + MOST])["crcs"]
        changed = [part for part, crc in zip(parts, there) if zlib.crc32(image[slice(*part)]) != crc]
        self.there = not changed and self.sent == 0
        if changed and whole:
            frames.command("erase", SILENT_S + len(image) / 10_000, bytes=len(image))
            changed = parts
        elif changed and changed != parts[:1] and not self.grows():
            self.part(frames, Plain(romfs.EMPTY, 0))
            changed = sorted({parts[0], *changed})
        runs: list[list[int]] = []
        for begin, end in [*changed[1:], *changed[:1]] if changed and changed[0][0] == 0 else changed:
            if runs and runs[-1][1] == begin:
                runs[-1][1] = end
            else:
                runs.append([begin, end])
        for begin, end in runs:
            self.part(frames, Plain(image[:end], begin))
        self.reached = len(image)
        hashes = [hashlib.sha256(image).hexdigest(), f"{zlib.crc32(image):08x}"]
        return frames.command("end", SILENT_S + len(image) / 10_000, answer_s=3, bytes=len(image), hashes=hashes)["done"]

    def grows(self) -> bool:
        """Is the old image, apart from its head, the beginning of the new one?"""
        if not self.old or self.old == romfs.EMPTY:
            return False
        _, head = romfs.records(self.old)
        return self.image[head : len(self.old)] == self.old[head:]


@cache
def source() -> str:
    """The board's side: that of mite.upload and what this adds to it, as short source."""
    text = (files("mite") / "upload.py").read_text() + "\n" + (files(__package__) / "romfs_server.py").read_text()
    return shorten("\n".join(line for line in text.splitlines() if not line.startswith("from mite.upload ")))


@cache
def packed() -> str:
    """The same in a third of the bytes, for boards that can unpack it."""
    return pack(source())
