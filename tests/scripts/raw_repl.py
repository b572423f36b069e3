# The raw REPL on MicroPython's unix port, which has none: what a board's serial port speaks, on standard input and output.
#
#   micropython raw_repl.py FLASH FULL KIND [ROM HOW]
#
# FLASH: a file that is the board's flash. While a file FULL is there, writing to it fails as on a full one. KIND of file system: lfs or fat.
# ROM: a file that is the memory of the board's ROMFS. HOW it is written: as a "device" of blocks, in "blocks" by rom_ioctl(), or as a "whole".

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


class Rom:
    """Takes the place of the module vfs: MicroPython's unix port has VfsRom, but no ROMFS partition."""

    def __init__(self, path, how):
        self.file, self.how = open(path, "r+b"), how
        self.memory = bytearray(self.file.read())

    def __getattr__(self, name):
        return getattr(vfs, name)

    def VfsRom(self, device):
        return vfs.VfsRom(self.memory)

    def rom_ioctl(self, command, number=0, at=0, what=None):
        if command == 1:
            return 1
        if number:
            return -22
        if command == 2:
            return RomDevice(self) if self.how == "device" else memoryview(self.memory)
        if command == 3 and self.how == "whole":
            return self.erase(0, at)
        if command == 3:
            return self.erase(at, what)
        if command == 4:
            return self.write(at, what)
        if command == 6:
            return BLOCK_BYTES if self.how == "blocks" else -22
        return 0

    def erase(self, at, size):
        size = -(-size // BLOCK_BYTES) * BLOCK_BYTES
        self.memory[at : at + size] = b"\xff" * size
        return self.save(at, size)

    def write(self, at, data):
        for i in range(len(data)):
            self.memory[at + i] &= data[i]  # flash only loses bits
        return self.save(at, len(data))

    def save(self, at, size):
        self.file.seek(at)
        self.file.write(memoryview(self.memory)[at : at + size])
        self.file.flush()
        return 16


class RomDevice:
    def __init__(self, rom):
        self.rom = rom

    def ioctl(self, operation, argument):
        if operation == 4:
            return len(self.rom.memory) // BLOCK_BYTES
        if operation == 5:
            return BLOCK_BYTES
        if operation == 6:
            self.rom.erase(argument * BLOCK_BYTES, BLOCK_BYTES)
        return 0

    def readblocks(self, block, buffer, offset=0):
        at = block * BLOCK_BYTES + offset
        buffer[:] = self.rom.memory[at : at + len(buffer)]

    def writeblocks(self, block, buffer, offset=0):
        self.rom.write(block * BLOCK_BYTES + offset, buffer)


def mount_rom():
    rom = sys.modules["vfs"] = Rom(*sys.argv[4:6])
    try:
        vfs.mount(rom.VfsRom(None), "/rom")
    except OSError:
        pass  # there is none yet


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
if len(sys.argv) > 4:
    mount_rom()
serve()
