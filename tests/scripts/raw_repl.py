# The raw REPL on MicroPython's unix port, which has none: what a board's serial port speaks, on standard input and output.
#
#   micropython raw_repl.py FLASH FULL
#
# FLASH: a file that is the board's flash (littlefs). While a file FULL is there, writing to it fails as on a full one.

import errno
import io
import os
import sys
import vfs

BLOCK_BYTES = 4096
WINDOW = 128


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
            raise OSError(errno.ENOSPC)

    def ioctl(self, operation, argument):
        if operation == 4:
            return self.file.seek(0, 2) // BLOCK_BYTES
        if operation == 5:
            return BLOCK_BYTES
        if operation == 6:
            return 0


def mount():
    flash = Flash(sys.argv[1], sys.argv[2])
    try:
        files = vfs.VfsLfs2(flash, progsize=256)
    except OSError:
        vfs.VfsLfs2.mkfs(flash, progsize=256)
        files = vfs.VfsLfs2(flash, progsize=256)
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


def serve():
    names, code, raw = {"__name__": "__main__"}, bytearray(), False
    say(b"MicroPython\r\n>>> ")
    while True:
        byte = read(1)
        if not byte:
            return
        if byte == b"\x01":
            say(b"raw REPL; CTRL-B to exit\r\n>")
            raw, code = True, bytearray()
        elif byte == b"\x02":
            say(b"\r\n>>> ")
            raw = False
        elif byte == b"\x03":
            code = bytearray()
        elif not raw:
            pass
        elif byte == b"\x05" and not code:
            read(2)
            text = paste()
            execute(text, names)
        elif byte == b"\x04" and code:
            say(b"OK")
            text, code = bytes(code), bytearray()
            execute(text, names)
        elif byte == b"\x04":
            names = {"__name__": "__main__"}
            say(b"OK\r\nMPY: soft reboot\r\nraw REPL; CTRL-B to exit\r\n>")
        else:
            code += byte


mount()
serve()
