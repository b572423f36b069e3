"""Numbered frames over a serial line: the computer's half of what firmware/mite/upload.py speaks (SPEC.md, "Upload").

A frame holds neither Ctrl-C nor another start of a frame: stand-ins, bytes that it does not have, take their places. So a board can
always be interrupted, and finds the next frame after whatever damage.
"""

import contextlib
import json
import time
import zlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import serial

from mite import upload as board

from .errors import BoardError

SYNC = bytes([board.SYNC])
COMMAND, WRITE, MASK = 0x80, 0x40, 0x3F  # in a frame's number
PROMPT = b">>> "  # of a board that has started afresh
END = 4  # what the raw REPL says when a program has ended
ANSWER_S = 1.0  # of silence, after which a command is said again
SILENCE_S = 0.4  # of the board in the middle of a transfer, after which it is asked
LONGEST_SILENCE_S = 2.0  # that is waited for a board which has been seen to be slow
SLOWEST = 5.0  # times as much patience in all with such a board
QUIET_S = 0.06  # until what was under way has been read or lost
ECHO_S = 0.15  # in which a board that is sent frames again may still ask for what it has just been promised
STUCK_S = 9  # in which no frame arrives, whatever the board says
PATIENCE_S = 4  # of silence in spite of asking, after which the link counts as broken
LEAST = 64  # bytes in a frame when the line is bad
FADING = 0.95  # of the memory of a silence, with each frame that arrives


class Broken(BoardError):
    """The board does not answer any more: the link may be tried again."""


class Refused(BoardError):
    """The board says that it failed at what it was to do; the text is the board's."""


class Ended(Broken):
    """The program on the board came to its end."""


def stand_ins(body: bytes) -> bytes | None:
    """Two bytes that do not occur in `body` nor mean anything, or None if it has too many different ones."""
    free = sorted(set(range(256)) - set(body) - {board.CTRL_C, board.SYNC, 4, 10, 13, 17, 19})
    return bytes(free[:2]) if len(free) >= 2 else None


def frame(number: int, data: bytes) -> bytes | None:
    """A frame, or None if its data must be shorter."""
    body = bytes([number]) + len(data).to_bytes(2, "little") + data
    body += zlib.crc32(body).to_bytes(4, "little")
    if (free := stand_ins(body)) is None:
        return None
    return SYNC + free + body.replace(bytes([board.CTRL_C]), free[:1]).replace(SYNC, free[1:])


@dataclass
class Sent:
    """A frame that the board has not confirmed."""

    number: int
    end: int  # on the line, in bytes
    data: bytes


class Frames:
    """The line to a board that runs mite.upload.serve().

    port: an open BufferedSerial. window: bytes that may be under way, at most what the board's input buffer holds.
    repl: whether serve() was started from the raw REPL, whose end mark then means that the program has ended.
    """

    def __init__(self, port, window: int, repl: bool):
        self.port = port
        self.timeout = port.timeout  # what others expect of it
        self.window = window
        self.piece = board.PIECE  # bytes that the board thanks for
        self.repl = repl
        self.sent = self.taken = 0  # bytes on the line since the last restart, and of those what the board has read
        self.cut = False  # a frame was not sent to its end
        self.heard = self.alive = time.monotonic()  # anything; something of the protocol
        self.owed = self.alive  # since when the board has something to say
        self.gap = 0.0  # the longest silence, lately, that ended by itself
        self.line: bytearray | None = None  # a reply that is coming in
        self.stray = b""  # the end of what was no part of the protocol
        self.replies: deque[str] = deque()
        self.unconfirmed: deque[Sent] = deque()
        self.confirmed = 0.0  # when a frame was confirmed last
        self.id = int(time.time() * 1000) % 10**9  # of commands: an answer to somebody before us must not be taken for ours
        self.longest = board.LARGEST
        self.again = 0  # times that something had to be sent again
        self.bytes = 0  # sent in all
        self.rate = 0.0  # of the line, bytes/s, as it was for the first command
        self.meanwhile: Callable[[], object] = lambda: None  # a little work, for when there is nothing to do but wait

    @property
    def silence(self) -> float:
        """Seconds without a word after which the board is asked: a slow one is given more time than it has been seen to need."""
        return min(max(SILENCE_S, 3 * self.gap), LONGEST_SILENCE_S)

    @property
    def slowness(self) -> float:
        """By how much patience with this board is longer than with one that answers at once."""
        return min(max(1.0, self.gap / SILENCE_S), SLOWEST)

    def works(self) -> None:
        """The board has taken something: what it needed for that is what it may need again."""
        self.gap = max(self.gap, self.heard - self.owed)
        self.alive = self.owed = self.heard

    def close(self) -> None:
        """Leave the port as it was."""
        with contextlib.suppress(OSError, serial.SerialException):
            self.port.timeout = self.timeout

    def listen(self, timeout_s: float) -> bool:
        """Take what comes within this time; False if nothing came."""
        try:
            if self.port.timeout != timeout_s:
                self.port.timeout = timeout_s
            got = self.port.read(max(1, self.port.in_waiting))
        except (OSError, serial.SerialException) as error:
            raise Broken(f"its port is gone ({error})") from None
        if got:
            self.heard = time.monotonic()
        for at, byte in enumerate(got):
            if byte == board.CREDIT[0]:
                self.taken += self.piece
                self.works()
            elif byte == ord(board.REPLY):
                self.line = bytearray()
            elif byte == END and self.repl:
                self.port.unread(got[at:])
                if self.replies:  # which are to be read first
                    return True
                raise Ended("the program on the board ended")
            elif byte == 10 and self.line is not None:
                text, _, crc = self.line.decode(errors="replace").rpartition(" ")
                self.line = None
                if crc == f"{zlib.crc32((board.REPLY + text).encode()):08x}" and not self.confirm(text):
                    self.replies.append(text)
                    self.alive = self.heard
            elif self.line is not None:
                self.line.append(byte)
            else:
                self.stray = (self.stray + got[at : at + 1])[-len(PROMPT) :]
                if self.stray == PROMPT and self.repl:
                    raise Broken("it was reset")
        return bool(got)

    def waiting(self) -> int:
        """Bytes that can be read at once."""
        try:
            return self.port.in_waiting
        except (OSError, serial.SerialException) as error:
            raise Broken(f"its port is gone ({error})") from None

    def confirm(self, text: str) -> bool:
        """Take an `ack` at once, since the credit that comes behind it is that of later frames. False for other replies."""
        word, _, number = text.partition(" ")
        if word != "ack":
            return False
        numbers = [str(each.number & MASK) for each in self.unconfirmed]
        if number in numbers:
            for _ in range(numbers.index(number) + 1):
                self.taken = self.unconfirmed.popleft().end
            self.gap *= FADING
            self.works()
            self.confirmed = self.heard
            self.longest = min(board.LARGEST, self.longest + self.longest // 4)
        return True

    def write(self, data: bytes) -> None:
        if self.taken >= self.sent:
            self.owed = time.monotonic()
        try:
            self.port.write(data)
        except (OSError, serial.SerialException) as error:
            raise Broken(f"its port is gone ({error})") from None
        self.sent += len(data)
        self.bytes += len(data)

    def send(self, data: bytes) -> None:
        """Put a frame on the line as fast as the board reads, until it says something that changes matters, or nothing at all."""
        self.heard = time.monotonic()
        if self.cut:
            self.pad()
            self.cut = False
        at = 0
        while at < len(data):
            room = min(self.window - (self.sent - self.taken), len(data) - at)
            if room > 0:
                self.write(data[at : at + room])
                at += room
                if at == len(data):
                    return
            if self.rate and not self.waiting():
                self.meanwhile()
            if not self.listen(self.silence) or self.replies:
                self.cut = True
                return

    def pad(self) -> None:
        """End a frame that is not complete, whatever the board has of it. Nobody says when this has been read: it is little."""
        padding = SYNC * (board.MOST + board.LEAST)  # more than a board reads without looking at what it is
        self.write(padding)
        self.sent -= len(padding)

    def ask(self) -> None:
        """Have the board say which frame it expects, whatever it has of the last one."""
        self.pad()
        question = frame(board.ASK, b"")
        self.write(question)
        self.sent -= len(question)

    def hello(self, **values) -> dict:
        """The first command; from then on the board thanks for as many bytes as suit the window."""
        piece = max(board.PIECE, self.window // 4) if self.window > 1000 else board.PIECE
        found = self.command("hello", piece=piece, **values)
        self.piece = piece
        return found

    def settle(self) -> None:
        """Wait until what is under way has been read or lost, and what the board said to it has come."""
        end = time.monotonic() + QUIET_S * self.slowness
        while (left := end - time.monotonic()) > 0:
            self.listen(left)
        self.sent = self.taken = 0
        self.owed = time.monotonic()
        self.replies.clear()
        self.cut = True

    def command(self, do: str, timeout_s: float = PATIENCE_S, answer_s: float = ANSWER_S, **values) -> dict:
        """Have the board do something; its answer. It is said again after answer_s of silence. Broken if there is no answer for timeout_s, Refused if the board fails."""
        self.id += 1
        data = frame(COMMAND, json.dumps({"do": do, "id": self.id, **values}, separators=(",", ":")).encode())
        assert data is not None
        begin = time.monotonic()
        while time.monotonic() - begin < timeout_s * self.slowness:
            self.sent = self.taken = 0
            self.replies.clear()
            self.heard = begun = time.monotonic()
            self.send(data)
            while time.monotonic() - self.heard < answer_s * self.slowness:
                if not self.rate and self.taken >= 3 * self.piece:
                    self.rate = self.taken / (time.monotonic() - begun)
                if self.rate:
                    self.meanwhile()
                self.listen(0.05)
                while self.replies:
                    word, _, text = self.replies.popleft().partition(" ")
                    if word == str(self.id):
                        return said(text)
                    if word == "again":
                        self.heard = 0
            self.again += 1
            self.settle()
        raise Broken(f"it gives no answer ({do})")

    def transfer(self, source, progress: Callable[[], None]) -> None:
        """Send all that the source gives, in frames from number 0 on. Broken if the board stops taking them, Refused if it fails.

        source: take(n) gives at most n bytes, b"" at its end; back(n) takes n of them back; write is true when the board should now write
        what it has.
        """
        number = 0  # of the next frame
        unconfirmed = self.unconfirmed
        unconfirmed.clear()
        probing, rewound = False, 0.0
        self.confirmed = self.alive = time.monotonic()
        while True:
            # Behind a frame that makes the board write nothing is sent until it has written: many boards are deaf meanwhile.
            probing = probing and bool(unconfirmed)
            held = probing or len(unconfirmed) > 30 or unconfirmed and unconfirmed[-1].number & WRITE
            if not held and (framed := self._framed(source, number)):
                parts, sent = framed
                sent.end = self.sent + len(parts)
                unconfirmed.append(sent)
                number = (number + 1) & MASK
                self.send(parts)
            elif not unconfirmed:
                progress()
                return
            else:
                self.listen(self.silence)
            progress()
            again = None
            while self.replies:
                word, _, text = self.replies.popleft().partition(" ")
                numbers = [str(each.number & MASK) for each in unconfirmed] + [str(number)]
                if text in numbers and (word == "again" or word == "want" and probing):
                    again = numbers.index(text)
                elif word == str(self.id):
                    said(text)
            now = time.monotonic()
            if again is not None and (again or probing or now - rewound > ECHO_S * self.slowness):
                # Those before it have arrived.
                for _ in range(again):
                    unconfirmed.popleft()
                    self.confirmed = now
                source.back(sum(len(each.data) for each in unconfirmed))
                number = (number - len(unconfirmed)) & MASK
                if unconfirmed:
                    self.longest = max(LEAST, self.longest // 2)
                    self.again += 1
                unconfirmed.clear()
                self.settle()
                probing, rewound = False, time.monotonic()
            elif now - self.alive > PATIENCE_S * self.slowness or now - self.confirmed > STUCK_S * self.slowness:
                raise Broken("it takes no more data")
            elif now - self.heard > self.silence * (2.5 if probing else 1) and unconfirmed:
                self.ask()
                self.heard = now
                probing = True

    def _framed(self, source, number: int) -> tuple[bytes, Sent] | None:
        """The next frame of what the source gives, as it goes over the line; None at its end."""
        most = self.longest
        while data := source.take(most):
            flags = number | (WRITE if source.write else 0)
            if parts := frame(flags, data):
                return parts, Sent(flags, 0, data)
            source.back(len(data))
            most = len(data) // 2
        return None


def said(text: str) -> dict:
    """What a reply says. Refused if it is an error."""
    found = json.loads(text)
    if "error" in found:
        raise Refused(found["error"])
    return found
