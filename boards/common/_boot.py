# Runs at power on and at each soft reset: the file system.
#
# These machines have no flash. A RAM disk takes its place, outside of MicroPython's heap and of what a reset clears:
# as with flash, a soft reset keeps the files. _board.py is made from board.toml at build time.

import os
import sys
import vfs

import _board
from uctypes import bytearray_at


# Large pieces: each one is a call into Python.
LITTLEFS = {"readsize": 512, "progsize": 512, "lookahead": 128}


class RamDisk:
    BLOCK_BYTES = 4096

    def __init__(self, address, size):
        self.memory = memoryview(bytearray_at(address, size))

    def readblocks(self, block, buffer, offset=0):
        start = block * self.BLOCK_BYTES + offset
        buffer[:] = self.memory[start : start + len(buffer)]

    def writeblocks(self, block, buffer, offset=0):
        start = block * self.BLOCK_BYTES + offset
        # Assigning to a slice of the whole would move all that lies behind it.
        self.memory[start : start + len(buffer)][:] = buffer

    def ioctl(self, operation, argument):
        if operation == 4:
            return len(self.memory) // self.BLOCK_BYTES
        if operation == 5:
            return self.BLOCK_BYTES
        if operation == 6:
            return 0


def mount():
    disk = RamDisk(*_board.RAM_DISK)
    try:
        files = vfs.VfsLfs2(disk, **LITTLEFS)
    except OSError:
        vfs.VfsLfs2.mkfs(disk, **LITTLEFS)
        files = vfs.VfsLfs2(disk, **LITTLEFS)
    vfs.mount(files, "/ram")
    # A ROMFS image that the emulator was told to load is read in place, as from a board's flash.
    address, size = _board.SPARE_MEMORY
    spare = memoryview(bytearray_at(address, size))
    if bytes(spare[:3]) == b"\xd2\xcd\x31":
        vfs.mount(vfs.VfsRom(spare), "/rom")
    os.chdir("/ram")
    sys.path[:] = ["", "/ram/lib", "/rom", ".frozen"]


mount()
