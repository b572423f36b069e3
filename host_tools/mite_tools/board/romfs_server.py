"""The board's side of `mite upload --romfs`. It goes to the board as source, behind that of mite.upload, and runs from its memory: what
runs from ROMFS itself cannot write it.
"""

import binascii
import gc

from mite.upload import PROTOCOL, _free, _hash_of, _Server, crc32

MOUNT = "/rom"
CHUNK, PAGE = 4096, 256  # bytes that are written at once, at most and at least


def serve(quick=False):
    """As mite.upload.serve(), for commands that read and write ROMFS (SPEC.md, "Upload")."""
    gc.collect()
    return _RomServer(None, 10000, 128 if quick else 1).run()


class _Rom:
    """The board's ROMFS partition; written from `at` on like a file. A block device, or memory that vfs.rom_ioctl() writes."""

    def __init__(self):
        import vfs

        self.vfs, self.size, self.at, self.have = vfs, 0, 0, 0
        if not hasattr(vfs, "rom_ioctl") or vfs.rom_ioctl(1) <= 0:
            return
        self.device = vfs.rom_ioctl(2, 0)
        self.blocks = hasattr(self.device, "ioctl")
        if self.blocks:
            self.block = self.device.ioctl(5, 0)
            self.size = self.block * self.device.ioctl(4, 0)
        else:
            self.size = len(self.device)
            self.block = vfs.rom_ioctl(6, 0)
            if not 0 < self.block < self.size:  # it can only be erased as a whole
                self.block = self.size
        self.buffer = memoryview(bytearray(min(CHUNK, self.block)))

    def read(self, begin, end):
        try:
            return memoryview(self.device)[begin:end]
        except TypeError:  # a block device that does not lie in memory
            first = begin // self.block
            data = bytearray(-(-(end - first * self.block) // self.block) * self.block)
            self.device.readblocks(first, data)
            return memoryview(data)[begin - first * self.block : end - first * self.block]

    def length(self):
        """Bytes of the ROMFS that is there; 0 for a partition that holds nothing; -1 for one that holds something else."""
        head = bytes(self.read(0, 16))
        if head[:3] != b"\xd2\xcd\x31":
            return 0 if head in (b"\xff" * 16, b"\0" * 16) else -1
        value, at = 0, 3
        while at < 16:
            value = value << 7 | head[at] & 127
            at += 1
            if not head[at - 1] & 128:
                return at + value if at + value <= self.size else -1
        return -1

    def done(self, result):
        if isinstance(result, int) and result < 0:
            raise OSError(-result)

    def erase(self, size):
        """All up to `size`, where there are no smaller blocks."""
        self.done(self.vfs.rom_ioctl(3, 0, size))

    def write(self, data):
        view, at = memoryview(data), 0
        while at < len(view):
            n = min(len(view) - at, len(self.buffer) - self.have)
            self.buffer[self.have : self.have + n] = view[at : at + n]
            self.have += n
            at += n
            if self.have == len(self.buffer):
                self.put()

    def put(self):
        number, offset = self.at // self.block, self.at % self.block
        if self.blocks:
            if not offset:
                self.done(self.device.ioctl(6, number))
        elif not offset and self.block < self.size:
            self.done(self.vfs.rom_ioctl(3, 0, self.at, self.block))
        # The head comes last: a block that is not programmed to its end is no ROMFS.
        for begin, end in ((PAGE, len(self.buffer)), (0, PAGE)) if not self.at else ((0, len(self.buffer)),):
            part = self.buffer[begin:end]
            if self.blocks:
                self.done(self.device.writeblocks(number, part, offset + begin))
            else:
                self.done(self.vfs.rom_ioctl(4, 0, self.at + begin, part))
        self.at += len(self.buffer)
        self.have = 0

    def flush(self):
        pass  # less than a chunk waits for the rest of it

    def close(self):
        if self.have:
            for i in range(self.have, len(self.buffer)):
                self.buffer[i] = 255
            self.put()
        if not self.blocks:
            self.vfs.rom_ioctl(5, 0)

    def unmount(self):
        try:
            self.vfs.umount(MOUNT)
        except OSError:
            pass

    def mount(self):
        self.unmount()
        self.vfs.mount(self.vfs.VfsRom(self.device), MOUNT)


class _RomServer(_Server):
    def do_hello(self, order):
        """The partition, and what speaks against the model."""
        self.meet(order)
        self.temporary = ""  # there is no file of it
        rom = self.rom = _Rom()
        answer = {"protocol": PROTOCOL, "size": rom.size, "hold": len(self.hold), "memory": _free(), "mite": False, "faults": ()}
        if rom.size:
            answer["block"], answer["chunk"], answer["length"] = rom.block, len(rom.buffer), rom.length()
        return self.judge(order, answer)

    def do_read(self, order):
        """Bytes of the partition, in base64."""
        return {"data": binascii.b2a_base64(self.rom.read(order["from"], order["to"])).decode().strip()}

    def do_check(self, order):
        """The CRC-32 of each of these (begin, end)."""
        found = []
        for begin, end in order["parts"]:
            found.append(crc32(self.rom.read(begin, end)))
            self.beat()
        return {"crcs": found}

    def do_erase(self, order):
        self.rom.unmount()
        self.rom.erase(order["bytes"])
        return {}

    def opened(self, begin):
        self.rom.unmount()
        self.rom.at, self.rom.have = begin, 0
        return self.rom

    def do_end(self, order):
        """Is all of it there? Then it is mounted."""
        self.close()
        parts = (self.rom.read(at, min(at + CHUNK, order["bytes"])) for at in range(0, order["bytes"], CHUNK))
        done = _hash_of(parts, self.beat) in order["hashes"]
        if done:
            self.rom.mount()
        return {"done": done}
