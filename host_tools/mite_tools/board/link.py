"""A MicroPython board at a serial port, over mpremote's transport: run code, get values, write files.

Works with stock MicroPython. All failures are BoardError: a device that is not there, a board that does not answer,
and an exception on the board (BoardException).
"""

import ast
import contextlib
import math
import struct
import time
import zlib
from collections.abc import Callable

import serial
from mpremote.transport import TransportError, TransportExecError
from mpremote.transport_serial import SerialTransport

from .errors import BoardError

# The smallest input buffer of the usual ports.
INPUT_BYTES = 256
BLOCK = b"+"  # what a block of put() begins with
ECHO_S = 0.1  # in which a board goes on with what it is saying


class BoardException(BoardError):
    """Code on the board raised an exception. `traceback` is the board's text, `last_line` names the exception."""

    def __init__(self, traceback: str, output: str = ""):
        self.traceback = traceback.strip()
        self.output = output
        self.last_line = self.traceback.splitlines()[-1].strip() if self.traceback else "unknown error"
        super().__init__(f"the board raised {self.last_line}")


class BufferedSerial:
    """A pyserial port that is read in as large pieces as there are: the transport asks for single bytes."""

    def __init__(self, port):
        self._port = port
        self._buffer = bytearray()
        self._recent = b""

    def read(self, size: int = 1) -> bytes:
        """`size` bytes, or fewer if the port's timeout passes."""
        if len(self._buffer) < size:
            got = self._port.read(max(size - len(self._buffer), self._port.in_waiting))
            self._recent = (self._recent + got)[-500:]
            self._buffer += got
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def last_words(self) -> str:
        """What the board said last, without control characters."""
        text = self._recent.decode("ascii", errors="replace").rpartition("\x04")[2]
        return " ".join("".join(c if c.isprintable() else " " for c in text).split())[-300:]

    def unread(self, data: bytes) -> None:
        """Put back what was read."""
        self._buffer[:0] = data

    def wait(self, timeout_s: float) -> bool:
        """Is there something to read, within this time?"""
        if not self._buffer and not self._port.in_waiting:
            usual, self._port.timeout = self._port.timeout, max(timeout_s, 0)
            try:
                self.unread(self.read(1))
            finally:
                with contextlib.suppress(OSError, serial.SerialException):
                    self._port.timeout = usual
        return bool(self.in_waiting)

    @property
    def in_waiting(self) -> int:
        """Bytes that can be read at once."""
        return len(self._buffer) + self._port.in_waiting

    def inWaiting(self) -> int:  # noqa: N802, the name the transport uses
        return self.in_waiting

    def __getattr__(self, name):
        return getattr(self._port, name)

    def __setattr__(self, name, value):
        if name.startswith("_"):
            super().__setattr__(name, value)
        else:
            setattr(self._port, name, value)


class Transport(SerialTransport):
    """mpremote's, which here waits no longer than until a byte comes, and can be told to wait less long for that."""

    most_s = 10.0  # that is waited for a byte, where the caller names no time of its own

    def read_until(self, min_num_bytes, ending, timeout=None, data_consumer=None, timeout_overall=None):
        """What comes up to `ending`, or before a silence of timeout seconds or the end of timeout_overall; to data_consumer byte by byte, then only the last of it is returned."""
        data, end = b"", time.monotonic() + (math.inf if timeout_overall is None else timeout_overall)
        while not data.endswith(ending):
            if not self.serial.wait(min(timeout or self.most_s, end - time.monotonic())):
                break
            byte = self.serial.read(1)
            if data_consumer:
                data_consumer(byte)
            data = byte if data_consumer else data + byte
        return data


class Link:
    """A board at `port` (a device, or a pyserial URL such as socket://host:port), in raw REPL mode.

    alive: called when the board does not answer, and may raise a BoardError that says why (Emulator.check).
    timeout_s: how long the board may be silent before it counts as gone.
    input_bytes: the size of the board's input buffer. More makes put() faster, and loses bytes if it is not true.
    repl: False leaves alone what runs there: only the port is opened, and only what asks for no code can be used.
    """

    def __init__(
        self, port: str, baudrate: int = 115200, timeout_s: float = 30, alive: Callable[[], None] | None = None,
        input_bytes: int = INPUT_BYTES, repl: bool = True,
    ):
        self.port = port
        self.baudrate = baudrate
        self.timeout_s = timeout_s
        # One byte of a ring is always empty, and the last command's end may still be in it.
        self.block_bytes = input_bytes - 16
        self.repl = repl
        self._alive = alive or (lambda: None)
        self._transport: Transport | None = None
        self.connect()

    def __enter__(self) -> "Link":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    @contextlib.contextmanager
    def _errors(self, what: str):
        """Turn the transport's errors into BoardError."""
        try:
            yield
        except TransportExecError as error:
            output = error.status_code if isinstance(error.status_code, bytes) else b""
            raise BoardException(error.error_output, output.decode(errors="replace")) from None
        except (TransportError, OSError, struct.error, serial.SerialException) as error:
            said = f" The last it said: {words}" if (words := self._last_words()) else ""
            try:
                self._alive()
            except BoardError as gone:
                raise BoardError(f"{gone}{said}") from None
            raise BoardError(
                f"The board at {self.port} does not answer ({what}: {str(error) or 'time-out'}).{said}"
            ) from None

    @contextlib.contextmanager
    def _silence(self, timeout_s: float):
        """Let reads wait no longer than this; the port's own time-out is what bounds the transport's."""
        usual = self.serial.timeout
        if timeout_s != usual:
            self.serial.timeout = timeout_s
        try:
            yield
        finally:
            if timeout_s != usual:
                # Setting it fails if the port has gone, which is then already on its way to the caller.
                with contextlib.suppress(OSError, serial.SerialException):
                    self.serial.timeout = usual

    def _last_words(self) -> str:
        # What came while nobody read is still in the port.
        with contextlib.suppress(OSError, serial.SerialException, AttributeError):
            self.serial.timeout = 0
            self.serial.unread(self.serial.read(4096))
        return self.serial.last_words() if self._transport else ""

    def connect(self, patience_s: float = 30) -> None:
        """Open the port, stop what runs there and enter the raw REPL, all of it tried for so long."""
        try:
            transport = Transport(self.port, self.baudrate, timeout=self.timeout_s)
        except (TransportError, OSError, ValueError) as error:
            self._alive()
            raise BoardError(
                f"The port {self.port} cannot be opened: {error}. Is the board plugged in, is the name right "
                "(`mpremote devs` lists the ports), and has no other program opened it?"
            ) from None
        transport.serial = BufferedSerial(transport.serial)
        self._transport = transport
        try:
            if self.repl:
                self._enter_raw_repl(False, patience_s)
        except BaseException:
            self.close()
            raise

    def _enter_raw_repl(self, soft_reset: bool, patience_s: float = 30) -> None:
        # The transport prints what it did not understand.
        with contextlib.redirect_stdout(None), contextlib.suppress(OSError), self._silence(1):
            end = time.monotonic() + patience_s
            for attempt in range(5):
                if (left := end - time.monotonic()) <= 0:
                    break
                if attempt:
                    # It may still wait for a block of put() from a host that has gone, and hear no Ctrl-C. Prompts ignore zeros.
                    self.serial.write(bytes(INPUT_BYTES))
                with contextlib.suppress(TransportError):
                    # A board that was just starting has not heard the first one: it is asked again soon.
                    self._transport.enter_raw_repl(soft_reset=soft_reset, timeout_overall=min(2**attempt, left))
                    if attempt:
                        self._skip_echoes()
                        # An echo that came later still would be taken for an answer: then once more.
                        self._transport.exec_raw("pass", timeout=2)
                    return
        self._alive()
        raise BoardError(
            f"No MicroPython prompt at {self.port}. Is MicroPython on the board, is the baud rate {self.baudrate} right?"
        )

    def _skip_echoes(self) -> None:
        """Drop what the board says to attempts of entering the raw REPL that it had heard all the same, down to the prompt."""
        said = self.serial.read(1)
        while more := self.serial.in_waiting:
            said += self.serial.read(more)
            time.sleep(ECHO_S)
        self.serial.unread(said[-1:])

    def reconnect(self, patience_s: float, hint: str = "") -> None:
        """Close the port and connect again, to a board that may just be starting. BoardError, with the hint, after so long without one."""
        self.close()
        end = time.monotonic() + patience_s
        while True:
            try:
                return self.connect(max(end - time.monotonic(), 1))
            except BoardError as error:
                if time.monotonic() > end - 0.2:
                    raise BoardError(f"{error} {hint}".strip()) from None
                time.sleep(0.2)

    def close(self) -> None:
        """Leave the raw REPL and close the port."""
        if self._transport:
            with contextlib.suppress(OSError, serial.SerialException):
                if self._transport.in_raw_repl:
                    self._transport.exit_raw_repl()
            with contextlib.suppress(OSError, serial.SerialException):
                self._transport.serial.close()
            self._transport = None

    @property
    def serial(self) -> BufferedSerial:
        """The port itself, for protocols of one's own between start() and finish()."""
        return self._transport.serial

    def start(self, code: str, timeout_s: float | None = None) -> None:
        """Start `code` and return at once; finish() must follow. timeout_s: of silence, for a board that is known to be quick."""
        with self._errors("starting code"), self._silence(timeout_s or self.timeout_s):
            self._transport.most_s = timeout_s or Transport.most_s
            try:
                self._transport.exec_raw_no_follow(code)
            finally:
                self._transport.most_s = Transport.most_s

    def line(self, timeout_s: float = 5) -> str:
        """A line that the code under way prints; "" if it ends without one."""
        with self._errors("running code"), self._silence(timeout_s):
            text = self._transport.read_until(1, b"\n", timeout=timeout_s)
        if b"\x04" in text or not text.endswith(b"\n"):
            self.serial.unread(text)
            return ""
        return text.decode(errors="replace").strip()

    def finish(self, data_consumer: Callable[[bytes], None] | None = None, timeout_s: float | None = None) -> str:
        """Wait for the end of what start() began; returns what it printed. Raises BoardException."""
        with self._errors("running code"), self._silence(timeout_s or self.timeout_s):
            output, error = self._transport.follow(timeout_s or self.timeout_s, data_consumer)
        if error:
            raise BoardException(error.decode(errors="replace"), output.decode(errors="replace"))
        return output.decode(errors="replace")

    def exec(
        self, code: str, data_consumer: Callable[[bytes], None] | None = None, timeout_s: float | None = None
    ) -> str:
        """Run `code` on the board; returns what it printed.

        data_consumer gets the output byte by byte as it comes (nothing is returned then).
        timeout_s: the longest silence, by default the link's. Raises BoardException if the code does.
        """
        self.start(code)
        return self.finish(data_consumer, timeout_s)

    def eval(self, expression: str, timeout_s: float | None = None):
        """The value of a Python expression on the board: any literal."""
        return ast.literal_eval(self.exec(f"print(repr(({expression})))", timeout_s=timeout_s).strip())

    def put(self, path: str, content: bytes, progress: Callable[[int], None] | None = None) -> None:
        """Write a file, checked by its CRC-32. progress: called with the bytes written so far."""
        with_crc = f"{zlib.crc32(content):#x}" if content else "0"
        with memoryview(content) as view:
            self.start(RECEIVER.format(path=path, size=len(content), block=self.block_bytes, crc=with_crc, mark=BLOCK[0]))
            with self._errors(f"writing {path}"), self._given_up():
                for start in range(0, len(content), self.block_bytes):
                    # The board asks for each block, so its input buffer cannot overflow; anything else is an exception.
                    answer = self.serial.read(1)
                    if answer != b"+":
                        self.serial.unread(answer)
                        break
                    self.serial.write(BLOCK + view[start : start + self.block_bytes])
                    if progress:
                        progress(min(start + self.block_bytes, len(content)))
        try:
            self.finish()
        except BoardException as error:
            raise BoardException(error.traceback, error.output) from None

    @contextlib.contextmanager
    def _given_up(self):
        """Where put() ends early, such as by Ctrl-C, so does the receiver on the board, which hears no Ctrl-C: what is missing of its block comes, and no other."""
        try:
            yield
        except BaseException:
            with contextlib.suppress(OSError, serial.SerialException):
                self.serial.write(bytes(self.block_bytes + len(BLOCK)))
            raise

    def get(self, path: str) -> bytes:
        """The content of a file on the board."""
        return self.eval(f"open({path!r}, 'rb').read()")

    def remove_files(self, folder: str = "/ram") -> None:
        """Remove everything in a folder of the board."""
        self.exec(REMOVER.format(folder=folder))

    def interrupt(self) -> None:
        """Ctrl-C: stop what runs."""
        with self._errors("interrupting"):
            self.serial.write(b"\x03")

    def recover(self) -> None:
        """Come back to the raw REPL, whatever state the board is in. Raises BoardError."""
        with self._errors("stopping what runs"):
            self._enter_raw_repl(False, 3)

    def reset(self) -> None:
        """Soft reset: a fresh interpreter; files stay."""
        with self._errors("resetting"):
            self._enter_raw_repl(soft_reset=True)


# Blocks of raw bytes, each asked for with a '+'. Ctrl-C's byte is data here, so a host that goes away must be noticed.
RECEIVER = """
import sys, micropython, binascii
def receive(path, size, block, crc):
    buffer = bytearray(block); view = memoryview(buffer); got = 0
    try:
        import select
        poll = select.poll(); poll.register(sys.stdin, select.POLLIN)
    except ImportError:
        poll = None
    with open(path, 'wb') as f:
        micropython.kbd_intr(-1)
        try:
            while size:
                n = min(size, block)
                sys.stdout.write('+')
                if poll and not poll.poll(10000):
                    raise OSError('no data from the host')
                sys.stdin.buffer.readinto(view[:1])
                if view[0] != {mark}:
                    raise OSError('the host gave it up')
                sys.stdin.buffer.readinto(view[:n])
                got = binascii.crc32(view[:n], got)
                f.write(view[:n])
                size -= n
        finally:
            micropython.kbd_intr(3)
    if got != crc:
        raise OSError('the bytes were damaged on their way')
receive({path!r}, {size}, {block}, {crc})
"""

REMOVER = """
import os
def remove(folder):
    for name, kind, *_ in os.ilistdir(folder):
        path = folder + '/' + name
        if kind == 0x4000:
            remove(path)
            os.rmdir(path)
        else:
            os.remove(path)
remove({folder!r})
"""
