"""Put a model on a board: refused before anything is sent if it cannot run there, sent in checked blocks beside the old one, loaded as a test, then named.

The board's side is firmware/mite/upload.py, from its package or, where that is not, from the source here. Whatever happens on the way, the
board has the old model or the new one; what has arrived stays there, and the next attempt goes on behind it.
"""

import ast
import binascii
import bisect
import contextlib
import functools
import hashlib
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files

from mite import expand
from mite import upload as board

from ..errors import ConvertError
from ..image import spec
from ..image.compress import compress_rest, opened
from ..image.describe import describe
from .errors import BoardError
from .frames import Broken, Ended, Frames, Refused
from .link import BoardException, Link

SHORT = 250  # bytes of a frame that need not be shorter
LITTLE = 4000  # bytes for which compression does not pay
SLOW = 30_000  # bytes/s: a line for which compression pays even where the board expands slowly
SILENT_S, SLOWEST = 8, 10_000  # s; bytes/s: for a board to load the model
RECONNECT_S = 5  # for a board that was reset to come back
START_S, END_S = 2, 5  # of silence while a program is sent to a board that is in the raw REPL; until one that failed has ended
TRIES = 3  # in a row that get no further
UNFIT = tuple(-1 - [name for name, _ in spec.ERRORS].index(name) for name in ("FORMAT", "RUNTIME", "OP"))

# Short, since it waits for the line as well. Without mite there, or with one of long ago, it ends with an exception.
START = f"import mite.upload as m\nprint(m.PROTOCOL)\nif m.PROTOCOL=={board.PROTOCOL}:m.serve(quick=1)"
ABSENT = "ImportError", "AttributeError", "MemoryError"


@dataclass
class Uploaded:
    path: str  # on the board
    bytes: int
    seconds: float
    checked: bool  # loaded there by mite; False where the board has no mite
    sent: int  # bytes on the line, 0 if the board had the model already
    again: int  # times that something had to be sent again
    ram: int = 0  # bytes that it took to load it there, where that was asked


@dataclass
class Needs:
    """What a model wants of a board."""

    image: bytes  # not compressed
    ram: dict[str, int]  # what for -> bytes
    head: bytes  # of an image of one op, which is to follow
    ops: list[int]


def needs(stored: bytes) -> Needs | None:
    """What an image, compressed or not, wants of a board; None for what is no image."""
    try:
        image = opened(stored, "model")
        info = describe(image)
    except ConvertError:
        return None
    ram = {"the image": len(image), "arena": info.header["arena_bytes"], "state": info.header["state_bytes"]}
    size = spec.HEADER.size
    places = dict.fromkeys(("tensors", "program"), size) | dict.fromkeys(("constants", "metadata", "length"), size + spec.RECORD.size)
    head = spec.HEADER.pack(**info.header | places | {"records": 1, "inputs": 0, "outputs": 0})
    return Needs(image, ram, head, sorted({spec.OP_NUMBERS[op.op] for op in info.ops}))


def upload(link: Link, image: bytes, name: str, progress: Callable[[int], None] | None = None) -> Uploaded:
    """Write an image to a board as `name` (a path, or a name in its current folder).

    progress: called with the bytes of the image that are there. Raises BoardError; the board's old file of that name is then as it was.
    """
    if name.startswith("/rom/"):
        raise BoardError(
            f"{name}: ROMFS is no file system that files are written to. `mite upload --romfs MODEL --as {name[5:]}` makes one with the model in it."
        )
    return Upload(link, image, name, progress or (lambda there: None)).run()


class Upload:
    """One model on its way to one board, through as many sessions as the link breaks into."""

    def __init__(self, link: Link, image: bytes, name: str, progress: Callable[[int], None]):
        self.link = link
        self.image = image
        self.name = name
        self.progress = progress
        self.needs = needs(image)
        self.hold = 0  # bytes that the board keeps before it writes them
        self.end = 0.0  # when it was done
        self.reached = self.sent = self.again = 0
        self.frames: Frames | None = None
        self.coded: Coded | None = None  # the image from some byte on, when it is compressed
        self.tries = 0  # that got no further
        self.running = False  # the board's program, as far as is known
        self.there = False  # the same model, before anything was sent

    def run(self) -> Uploaded:
        start = time.monotonic()
        self.tries = 0
        while True:
            before = self.reached
            try:
                checked = self.session()
                break
            except Broken as error:
                self.running = False
                slowness = self.frames.slowness if self.frames else 1
                self.tries = 1 if self.reached > before else self.tries + 1
                if self.tries > TRIES and not self.link.repl and not self.reached:
                    raise BoardError(
                        f"No program at {self.link.port} takes a model. Does it call mite.upload.serve(), and at this baud rate? "
                        "Without --serve, mite upload starts one of its own."
                    ) from None
                if self.tries > TRIES:
                    raise BoardError(f"The link to the board at {self.link.port} broke {self.tries} times: {error}. {self.left()}") from None
                self.count()
                self.link.reconnect(RECONNECT_S * slowness, self.left())
            except BaseException as error:
                self.leave(broken_off=True)
                if not isinstance(error, Refused):
                    raise
                full = "ENOSPC" in str(error) or str(error).endswith(" 28")
                what = "its file system is full: delete something there first" if full else error
                raise BoardError(f"The board at {self.link.port} does not take {self.name}: {what}. The old one, if there was one, is as it was.") from None
        self.count()
        return Uploaded(self.name, len(self.image), self.end - start, checked, 0 if self.there else self.sent, self.again)

    def leave(self, broken_off: bool = False) -> None:
        """Bring the board's program to its end, in the middle of a transfer perhaps; what has arrived stays there."""
        if not self.running:
            return
        self.running = False
        try:
            if broken_off:
                self.frames.settle()
            # In turn behind all that was sent: Ctrl-C would overtake it, and leave it to the REPL.
            self.frames.command("quit", 2)
            if self.link.repl:
                self.link.finish(timeout_s=2)
        except BoardError:
            if self.link.repl:
                with contextlib.suppress(BoardError):
                    self.link.recover()
        finally:
            self.frames.close()

    def count(self) -> None:
        if self.frames:
            self.sent += self.frames.bytes
            self.again += self.frames.again
            self.frames = None

    def left(self) -> str:
        """What a failure leaves behind, in words."""
        return f"The old {self.name}, if there was one, is as it was; upload again, and it goes on from byte {self.reached:,}."

    def session(self) -> bool:
        """From the start of the board's program to its end; whether mite has loaded the model. Broken if the link does."""
        self.frames = frames = Frames(self.link.serial, self.link.block_bytes, self.link.repl)
        try:
            if self.link.repl:
                self.start()
            self.running = True
            checked = self.send(frames)
            self.end = time.monotonic()
            self.leave()
            return checked
        except Ended:
            self.running = False
            reason = ""
            try:
                self.link.finish(timeout_s=2)
            except BoardError as error:
                # A damaged byte can be a Ctrl-C, or in the program: it is tried again.
                reason = f": {error.last_line}" if isinstance(error, BoardException) else ""
            raise Broken(f"its program ended{reason}") from None
        finally:
            frames.close()

    def start(self) -> None:
        """Have the board's side run there."""
        try:
            ways = self.programs()
            for way in ways:
                if self.starts(way()):
                    return
                try:
                    self.link.finish(timeout_s=END_S)
                except BoardException as error:
                    # It may lack mite, what unpacks the program, or memory for that.
                    if not error.last_line.startswith(ABSENT) or way is ways[-1]:
                        raise
            raise Broken("its program does not begin")
        except Broken:
            raise
        except BoardError as error:
            raise Broken(error.last_line if isinstance(error, BoardException) else str(error)) from None

    def programs(self) -> list[Callable[[], str]]:
        """What makes the board's side run, one to be tried after the other."""
        return [lambda: START, *(lambda code=code: code() + "\nprint(PROTOCOL)\nserve(quick=True)" for code in (packed, source))]

    def starts(self, code: str) -> bool:
        """Does this bring the board's side to run?"""
        self.link.start(code, START_S * 2**self.tries)
        said = self.link.line()
        if said and not said.isdigit():
            raise Broken("it was reset")
        return said == str(board.PROTOCOL)

    def send(self, frames: Frames) -> bool:
        wanted = self.needs
        hashes = [hashlib.sha256(self.image).hexdigest(), f"{zlib.crc32(self.image):08x}"]
        probe = {"head": wanted.head.hex(), "ops": wanted.ops} if wanted else {"head": "", "ops": []}
        self.coded = Coded(self.image, 0)
        frames.meanwhile = lambda: self.pays(frames, 0) and self.coded.ahead()
        found = frames.hello(name=self.name, size=len(self.image), hashes=hashes, **probe)
        if found["done"]:
            self.there = self.reached == 0
            self.progress(len(self.image))
            return found["mite"]
        self.hold = found["hold"]
        self.refuse(found)
        at = self.kept(found)
        for _ in range(2):
            self.reached = at
            self.body(frames, at, found["expand"] == expand.VERSION)
            # To load it can take long, in silence: where the interpreter is in Python, or the image is compressed.
            answer = frames.command("end", SILENT_S + len(self.image) / SLOWEST, answer_s=3)
            if answer["done"]:
                return answer["loaded"]
            at = 0  # a damaged byte slipped through, or the file is not what it was
        raise BoardError(f"{self.name} arrives damaged at {self.link.port}, again and again: is its file system sound? {self.left()}")

    def kept(self, found: dict) -> int:
        """How many bytes the board has from an earlier attempt."""
        have = found["have"]
        if not 0 < have <= len(self.image):
            return 0
        part = self.image[:have]
        return have if found["hash"] in (hashlib.sha256(part).hexdigest(), f"{zlib.crc32(part):08x}") else 0

    def body(self, frames: Frames, at: int, can_expand: bool) -> None:
        """All from byte `at` on, in the way that is fastest."""
        if can_expand and self.pays(frames, at):
            if not self.coded or self.coded.begin != at:
                self.coded = Coded(self.image, at)
            frames.meanwhile = self.coded.ahead
            self.part(frames, self.coded)
            self.coded = None
        else:
            self.part(frames, Plain(self.image, at))

    def pays(self, frames: Frames, at: int) -> bool:
        """Is it better to compress what there is from byte `at` on?"""
        plain_image = self.needs is not None and self.needs.image is self.image
        return plain_image and frames.rate < SLOW and len(self.image) - at > LITTLE

    def part(self, frames: Frames, source) -> None:
        # The board is to write what it has before it can hold no more, whatever the next frame brings.
        source.group = max(self.hold // 2, self.hold - 2 * board.LARGEST)
        frames.command("begin", **{"from": source.begin, "coded": isinstance(source, Coded)})

        def on_progress() -> None:
            self.reached = max(self.reached, source.there())
            self.progress(self.reached)

        frames.transfer(source, on_progress)

    def refuse(self, found: dict) -> None:
        """BoardError if the model cannot be kept or run there, with what would help."""
        where = f"the board at {self.link.port}"
        if len(self.image) > found["free"]:
            raise BoardError(f"{self.name} has {len(self.image):,} bytes, and the file system of {where} {max(found['free'], 0):,} free: delete something there first.")
        if not self.needs:
            return
        faults = {tuple(fault) for fault in found["faults"] if fault and fault[0] in UNFIT}
        versions = [fault for fault in faults if fault[0] != UNFIT[2]]
        if versions:
            code, *_, a, b = versions[0]
            raise BoardError(f"{where[0].upper()}{where[1:]} has a mite that cannot read {self.name}: {spec.ERRORS[-code - 1][1].format(a, b)}.")
        if lacks := sorted(spec.OP_OF_NUMBER[fault[3]].name for fault in faults):
            raise BoardError(
                f"The mite on {where} lacks what {self.name} needs: {', '.join(lacks)}. Put a newer or more complete one there "
                f"(`mite install`, or `mite build --for {self.name}` for a module with just these ops)."
            )
        ram = {what: size for what, size in self.needs.ram.items() if size}
        if sum(ram.values()) > found["memory"]:
            parts = ", ".join(f"{what} {size:,}" for what, size in ram.items())
            raise BoardError(
                f"{self.name} needs {sum(ram.values()):,} bytes of RAM ({parts}), and {where} has {found['memory']:,} free. "
                "`mite convert --ram BYTES` makes the arena smaller; in ROMFS (`mite upload --romfs`) or frozen into firmware the image itself takes no RAM."
            )


class Plain:
    """An image as it is, from a byte on, for Frames.transfer."""

    def __init__(self, image: bytes, begin: int):
        self.image = image
        self.begin = self.at = begin
        self.write = False
        self.group = 0  # bytes after which the board is to write
        self.written = self.before = self.there()  # bytes of the image that it has been told to write, and the time before

    def take(self, most: int) -> bytes:
        return self.taken(self.image[self.at : self.at + most])

    def taken(self, data: bytes) -> bytes:
        self.at += len(data)
        self.write = self.there() - self.written >= self.group
        if self.write:
            self.before, self.written = self.written, self.there()
        return data

    def back(self, count: int) -> None:
        self.at -= count
        if self.there() < self.written:
            self.written = self.before

    def there(self) -> int:
        """Bytes of the image that the board has at most, when all that was taken has arrived."""
        return self.at


class Coded(Plain):
    """An image from a byte on, compressed while what is there already is on its way."""

    def __init__(self, image: bytes, begin: int):
        self.ready = bytearray()
        self.marks = [(0, begin)]  # bytes ready, and of the image that they stand for
        super().__init__(b"", 0)
        self.begin = begin
        self.pieces = compress_rest(image, begin)

    def ahead(self) -> bool:
        """Compress a little more; False at the end."""
        for piece, count in self.pieces:
            self.ready += piece
            self.marks.append((len(self.ready), self.begin + count))
            return True
        return False

    def take(self, most: int) -> bytes:
        # Where this computer is slower than the line, short frames are better than none.
        while len(self.ready) < self.at + min(most, SHORT) and self.ahead():
            pass
        return self.taken(bytes(self.ready[self.at : self.at + most]))

    def there(self) -> int:
        return self.marks[bisect.bisect_left(self.marks, (self.at,))][1]


@functools.cache
def source() -> str:
    """The board's side as short source."""
    return shorten((files("mite") / "upload.py").read_text())


def shorten(text: str) -> str:
    """Source without comments, and indented by single spaces."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node) is not None:
            node.body[:1] = [] if len(node.body) > 1 else [ast.Pass()]
    lines = ast.unparse(tree).splitlines()
    return "\n".join(" " * ((len(line) - len(line.lstrip())) // 4) + line.lstrip() for line in lines if line)


@functools.cache
def packed() -> str:
    """The same in a third of the bytes, for boards that can unpack it."""
    return pack(source())


def pack(text: str) -> str:
    """Source that unpacks this source and runs it."""
    data = zlib.compress(text.encode(), 9, wbits=10)
    return (
        f"import binascii, deflate, io\ndata = binascii.a2b_base64({binascii.b2a_base64(data, newline=False)!r})\n"
        f"if binascii.crc32(data) != {zlib.crc32(data)}:\n raise ValueError('damaged on its way')\n"
        "exec(deflate.DeflateIO(io.BytesIO(data), deflate.ZLIB).read())"
    )
