# The raw REPL on MicroPython's unix port, which has none: what a board's serial port speaks, on standard input and output.
#
#   micropython raw_repl.py FLASH FULL KIND
#
# FLASH: a file that is the board's flash. While a file FULL is there, writing to it fails as on a full one. KIND of file system: lfs or fat.

import io
import os
import sys
import vfs

BLOCK_BYTES = 4096
WINDOW = 128
KINDS = {"lfs": (vfs.VfsLfs2, {"progsize": 256}), "fat": (vfs.VfsFat, {})}


class Flash:
    def __init__(self, path, full):
        self.file = open(path, "r+b")
        self.full = full

    def readblocks(self, block, buffer, offset=0):
        self.file.seek(block * BLOCK_BYTES + offset)
        self.file.readinto(buffer)

    def writeblocks(self, block, buffer, offset=0):
        try:
            os.stat(self.full)
        except OSError:
            self.file.seek(block * BLOCK_BYTES + offset)
            self.file.write(buffer)
            self.file.flush()
        else:
            raise OSError(28)  # ENOSPC

    def ioctl(self, operation, argument):
        if operation == 4:
            return self.file.seek(0, 2) // BLOCK_BYTES
        if operation == 5:
            return BLOCK_BYTES
        if operation == 6:
            return 0


def mount():
    flash, (kind, options) = Flash(sys.argv[1], sys.argv[2]), KINDS[sys.argv[3]]
    try:
        files = kind(flash, **options)
        files.statvfs("/")
    except OSError:
        kind.mkfs(flash, **options)
        files = kind(flash, **options)
    vfs.mount(files, "/flash")
    os.chdir("/flash")


read, say = sys.stdin.buffer.read, sys.stdout.buffer.write


def execute(code, names):
    try:
        exec(code, names)
    except BaseException as error:
        say(b"\x04")
        text = io.StringIO()
        sys.print_exception(error, text)
        say(text.getvalue().encode())
    else:
        say(b"\x04")
    say(b"\x04>")


def paste():
    """Raw paste mode: bytes come in windows, each of which is asked for."""
    say(b"R\x01" + WINDOW.to_bytes(2, "little") + b"\x01")
    code, left = bytearray(), WINDOW
    while True:
        byte = read(1)
        if byte == b"\x04":
            say(b"\x04")
            return bytes(code)
        if byte == b"\x03":
            say(b"\x04")
            return b""
        code += byte
        left -= 1
        if not left:
            say(b"\x01")
            left = WINDOW


class Console:
    def __init__(self):
        self.names, self.code, self.raw = {"__name__": "__main__"}, bytearray(), False

    def take(self, byte):
        if byte == b"\x01":
            self.raw, self.code = True, bytearray()
            say(b"raw REPL; CTRL-B to exit\r\n>")
        elif byte == b"\x02":
            self.raw = False
            say(b"\r\n>>> ")
        elif byte == b"\x03":
            self.code = bytearray()
        elif not self.raw:
            pass
        elif byte == b"\x05" and not self.code:
            read(2)
            execute(paste(), self.names)
        elif byte == b"\x04" and self.code:
            say(b"OK")
            code, self.code = bytes(self.code), bytearray()
            execute(code, self.names)
        elif byte == b"\x04":
            self.names = {"__name__": "__main__"}
            say(b"OK\r\nMPY: soft reboot\r\nraw REPL; CTRL-B to exit\r\n>")
        else:
            self.code += byte


def serve():
    console = Console()
    say(b"MicroPython\r\n>>> ")
    while True:
        try:
            byte = read(1)
            if not byte:
                return
            console.take(byte)
        except KeyboardInterrupt:
            console.code = bytearray()


mount()
serve()
