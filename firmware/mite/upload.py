"""The board's side of `mite upload`: takes a model in numbered blocks and gives it its name when it is whole, and not before.

    import mite.upload
    path = mite.upload.serve()              # one upload over the serial port that the REPL has, or None after 10 s without one
    path = mite.upload.serve(uart, 1000)    # over any stream

`mite upload` starts serve() by itself, from the package or, on a board without it, from this source; `mite upload --serve` expects a
program that calls it. SPEC.md has the protocol ("Upload").
"""

import binascii
import gc
import json
import os
import sys

PROTOCOL = 2
CTRL_C, SYNC, SYNC_BYTE, CREDIT, REPLY = 3, 0x16, b"\x16", b"\x06", "\x02"
HEAD = 6  # SYNC, two stand-ins, number, length
LEAST = HEAD + 4  # bytes of a frame without content
LARGEST = 1024  # bytes of content
ASK = 255  # number of a frame without content that asks which is expected
MOST = 128  # bytes that are read at once, so that padding in place of a frame's end need not be longer
PIECE = 56  # bytes of a frame that the board thanks for, until a hello says how many: the computer never has more under way than fit the input buffer
# Bytes of the model that wait for the computer to be silent: while flash is written, serial bytes may get lost. More where there is memory.
HOLDS = (240000, 32768), (120000, 16384), (0, 4096)  # of which free memory, how many
STALL_MS = 250  # silence in the middle of a frame
BEAT_MS = 50  # of work without a sign of it
SYNC_MS = 2000  # of upload after which a reset loses nothing of what came before
FREE = 8192  # bytes of the file system for directories and the like


def serve(stream=None, timeout_ms=10000, quick=False):
    """Takes one model. Its path, or None if none came: nothing at all for timeout_ms, or the computer gave up.

    stream: with readinto(), write() and whatever select.poll() wants, such as machine.UART; by default the REPL's.
    quick: read many bytes at once, which only Ctrl-C or more bytes end when the computer falls silent between two of them.
    The model is written to NAME.new, compared with its SHA-256, loaded, and only then takes its name: whatever happens, the old one or the
    new one is there. A model that does not load is removed. Exceptions are the stream's own.
    """
    gc.collect()
    return _Server(stream, timeout_ms, MOST if quick else 1).run()


def crc32(data, crc=0):
    """As zlib's; some boards' binascii lacks it."""
    if hasattr(binascii, "crc32"):
        return binascii.crc32(data, crc)
    crc ^= 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xEDB88320 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


class _Silence(Exception):
    """Nothing came for too long."""


class _Turn(Exception):
    """The computer broke a transfer off and wants something else."""


class _Server:
    def __init__(self, stream, timeout_ms, most):
        self.timeout_ms = timeout_ms
        self.piece, self.most = PIECE, most  # bytes to thank for; to be read at once
        self.repl = stream is None
        source, sink = stream or sys.stdin, stream or sys.stdout
        self.readinto = getattr(source, "buffer", source).readinto
        self.write = getattr(sink, "buffer", sink).write
        self.buffer = memoryview(bytearray(HEAD + LARGEST + 4))
        free = _free()
        self.hold = memoryview(bytearray([size for least, size in HOLDS if free >= least][0]))
        self.held = self.number = 0  # bytes in self.hold; the frame that is expected
        self.have = 0  # bytes in self.buffer, of a frame that has begun
        self.file = self.order = None  # being written; the command that ended a transfer
        self.id, self.answer = 0, "idle"  # of the command that was obeyed last
        try:
            import select

            poll = select.poll()
            poll.register(source, select.POLLIN)
            self.ready = poll.poll
        except (ImportError, AttributeError):
            self.ready = lambda timeout_ms: True

    def run(self):
        """Obeys until all is done; the model's path, or None."""
        done = None
        try:
            while True:
                order = self.order or self.command()
                self.order = None
                self.id, answer = order["id"], {}
                try:
                    if order["do"] != "quit":
                        answer = getattr(self, "do_" + order["do"])(order)
                except _Turn:
                    continue
                except (OSError, ValueError, MemoryError, AttributeError, KeyError, TypeError) as error:
                    answer = {"error": "%s: %s" % (type(error).__name__, error)}
                    if self.order:  # it was to follow what failed
                        self.id, self.order = self.order["id"], None
                if answer is not None:
                    self.reply(answer)
                    done = self.name if answer.get("done") else done
                if order["do"] == "quit":
                    return done
        except _Silence:
            return done
        finally:
            self.close()

    # Frames.

    def say(self, text):
        text = REPLY + text
        self.write(("%s %08x\n" % (text, crc32(text.encode()))).encode())

    def reply(self, answer):
        self.answer = "%d %s" % (self.id, json.dumps(answer))
        self.say(self.answer)

    def beat(self):
        """Says that work goes on."""
        self.write(CREDIT)

    def take(self, begin, end):
        got = self.readinto(self.buffer[begin:end])
        if got == 0:
            raise EOFError
        return got or 0

    def fill(self, end):
        """Reads until `end` bytes of a frame are there. False if the computer stops before, or begins another frame; None if none had begun."""
        while self.have < end:
            have = self.have
            if not self.ready(STALL_MS):
                self.have = 0
                return False if have else None
            edge = (have // self.piece + 1) * self.piece
            got = self.take(have, min(end, edge, have + self.most))
            piece = bytes(self.buffer[have : have + got])
            if self.repl and b"\x03" in piece:  # Ctrl-C, where it is not an interrupt anyway
                raise KeyboardInterrupt
            at = piece.rfind(SYNC_BYTE)
            if at >= 0 and have + at:  # a frame begins: what came before was noise, padding or one whose end will not come
                self.have = got - at
                self.buffer[: self.have] = piece[at:]
                if have > 1:
                    return False
            elif have or at == 0:
                self.have += got
                if got and self.have == edge:
                    self.write(CREDIT)
        return True

    def frame(self):
        """The next frame's content; its number goes to self.kind. _Silence if none comes."""
        while True:
            if not self.have and not self.ready(self.timeout_ms):
                raise _Silence
            good = self.fill(LEAST)  # no frame is shorter, so reading this waits for nothing that may not come
            if good:
                head = self.plain(HEAD)
                end = LEAST + (head[1] | head[2] << 8)
                good = end <= len(self.buffer) and self.fill(end)
                if good:
                    self.have = 0
                    body = self.plain(end)
                    good = crc32(body[:-4]) == int.from_bytes(body[-4:], "little")
                    if good and body[0] != ASK:
                        self.kind = body[0]
                        return body[3:-4]
                elif end > len(self.buffer):
                    self.have = 0
            if good is not None:
                self.say("%s %d" % ("want" if good else "again", self.number))

    def plain(self, end):
        """The frame's bytes, with what they stand for in place of the stand-ins."""
        stand_ins = bytes(self.buffer[1:3])
        return bytes(self.buffer[3:end]).replace(stand_ins[:1], b"\x03").replace(stand_ins[1:], b"\x16")

    def command(self):
        """The next command. What the computer missed the answer to it says again, and gets the same answer."""
        while True:
            data = self.frame()
            if self.kind & 0x80:
                order = json.loads(data)
                if order["id"] != self.id:
                    return order
            self.say(self.answer)

    def payloads(self):
        """Yields what comes until the next command, which goes to self.order."""
        while True:
            data = self.frame()
            if self.kind & 0x80:
                order = json.loads(data)
                if order["id"] != self.id:
                    self.order = order
                    return
                self.say(self.answer)
                continue
            ahead = (self.kind - self.number) & 63
            if not ahead:
                yield data
                if self.kind & 64:
                    self.flush()
                self.number = (self.number + 1) & 63
            if ahead in (0, 63):  # 63: it came twice, because the answer was lost
                self.say("ack %d" % (self.kind & 63))
            else:
                self.say("again %d" % self.number)

    # Commands.

    def do_hello(self, order):
        """What is there already, and what speaks against the model."""
        self.meet(order)
        self.temporary = self.name + ".new"
        have = _size(self.temporary)
        space = os.statvfs(self.name.rpartition("/")[0] or ("/" if self.name[:1] == "/" else "."))
        gc.collect()
        answer = {
            "protocol": PROTOCOL, "done": self.whole(self.name), "have": have, "hash": _hash(self.temporary, self.beat) if have else "",
            "free": space[0] * space[3] + have - FREE, "memory": _free(), "hold": len(self.hold),
            "expand": 0, "mite": False, "faults": (),
        }  # fmt: skip
        return self.judge(order, answer)

    def meet(self, order):
        self.close()
        self.piece = order["piece"]
        self.timeout_ms = max(self.timeout_ms, 10000)
        self.name, self.size, self.hashes = order["name"], order["size"], order["hashes"]

    def judge(self, order, answer):
        """The answer, with what mite on this board says to such a model."""
        try:
            from mite import expand
            from mite.model import Program
        except ImportError:
            return answer
        answer["mite"] = True
        if hasattr(expand, "fast") and expand.fast():
            answer["expand"] = expand.VERSION
        # An image of each op says whether this build has it.
        head, faults = binascii.unhexlify(order["head"]), []
        for op in order["ops"]:
            rest = head[16:] + bytes((op, 0, 4, 0))
            try:
                Program(bytearray(head[:12] + crc32(head[:12] + rest).to_bytes(4, "little") + rest))
            except ValueError as error:
                faults.append(error.args)
        answer["faults"] = faults
        return answer

    def do_begin(self, order):
        """Takes the rest of the model from a byte on, until the next command."""
        self.close()
        self.file = self.opened(order["from"])
        self.since = _ticks_ms()
        self.number = 0
        self.reply({})
        if order["coded"]:
            from mite.expand import pieces

            source = _Coded(self)
            for piece in pieces(source):
                self.put(piece)
            source.drain()
        else:
            for data in self.payloads():
                self.put(data)
        self.close()

    def do_end(self, order):
        """Is it whole, and does it load? Then it takes its name."""
        self.close()
        if self.whole(self.temporary):
            try:
                import mite
            except ImportError:
                mite = None
            try:
                if mite:
                    gc.collect()
                    mite.Model(self.temporary)
                    gc.collect()
            except Exception:
                _remove(self.temporary)
                raise
            os.rename(self.temporary, self.name)
            return {"done": True, "loaded": bool(mite)}
        if self.whole(self.name):  # it has been done, and the answer was lost
            return {"done": True, "loaded": "mite" in sys.modules}
        _remove(self.temporary)
        return {"done": False}

    # Files.

    def opened(self, begin):
        """The file that takes what comes, from this byte on."""
        if begin and begin != _size(self.temporary):
            raise ValueError("%s has %d bytes" % (self.temporary, _size(self.temporary)))
        return open(self.temporary, "ab" if begin else "wb")

    def put(self, data):
        """Keeps bytes of the model until it is a good time to write them, or memory is full."""
        view, at = memoryview(data), 0
        while at < len(view):
            if self.held == len(self.hold):
                self.flush()
            n = min(len(view) - at, len(self.hold) - self.held)
            self.hold[self.held : self.held + n] = view[at : at + n]
            self.held += n
            at += n

    def flush(self):
        """Writes what is kept. When the disk is full, what is there of the model is in the way and goes."""
        try:
            for at in range(0, self.held, 2048):
                self.file.write(self.hold[at : min(at + 2048, self.held)])
                self.beat()
            if _ticks_ms() - self.since & 0x3FFFFFFF > SYNC_MS:
                self.file.flush()
                self.since = _ticks_ms()
        except OSError:
            file, self.file = self.file, None
            try:
                file.close()
            except OSError:
                pass
            _remove(self.temporary)
            raise
        finally:
            self.held = 0

    def close(self):
        if self.file:
            self.flush()
            file, self.file = self.file, None
            try:
                file.close()
            except OSError:
                _remove(self.temporary)
                raise

    def whole(self, path):
        return _size(path) == self.size and _hash(path, self.beat) in self.hashes


class _Coded:
    """The frames as the file that mite.expand reads: behind their end come zeros."""

    def __init__(self, server):
        self.server = server
        self.payloads = server.payloads()
        self.rest = b""

    def read(self, size):
        while len(self.rest) < size:
            for data in self.payloads:
                break
            else:
                if self.server.order["do"] != "end":
                    raise _Turn
                data = bytes(size)
            self.rest += data
        data, self.rest = self.rest[:size], self.rest[size:]
        return data

    def drain(self):
        for _ in self.payloads:
            pass


def _free():
    """Bytes of memory, on a board."""
    return gc.mem_free() if hasattr(gc, "mem_free") else 1 << 30


def _hash(path, beat):
    """_hash_of() a file."""
    with open(path, "rb") as file:
        return _hash_of(_parts(file), beat)


def _parts(file):
    buffer = bytearray(1024)
    view = memoryview(buffer)
    while True:
        n = file.readinto(buffer)
        if not n:
            return
        yield view[:n]


def _hash_of(parts, beat):
    """SHA-256 of bytes that come in parts, in hexadecimal digits, or CRC-32 on a board that lacks it."""
    try:
        import hashlib

        sha = hashlib.sha256()
    except (ImportError, AttributeError):
        sha = None
    crc, since = 0, _ticks_ms()
    for part in parts:
        if sha:
            sha.update(part)
        else:
            crc = crc32(part, crc)
        if _ticks_ms() - since & 0x3FFFFFFF > BEAT_MS:
            beat()
            since = _ticks_ms()
    return binascii.hexlify(sha.digest()).decode() if sha else "%08x" % crc


def _size(path):
    """Bytes of a file, 0 if there is none."""
    try:
        return os.stat(path)[6]
    except OSError:
        return 0


def _remove(path):
    try:
        os.remove(path)
    except OSError:
        pass


def _ticks_ms():
    import time

    return time.ticks_ms() if hasattr(time, "ticks_ms") else int(time.monotonic() * 1000)
