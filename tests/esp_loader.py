"""An ESP32's boot loader at a pseudo terminal: the protocol of its ROM and of esptool's stub, with a flash of its own."""

import hashlib
import os
import pty
import select
import struct
import threading
import tty
import zlib

END, ESCAPE = b"\xc0", {b"\xdb\xdc": b"\xc0", b"\xdb\xdd": b"\xdb"}
SPI_BEGIN, SPI_WORD = {"esp32": (0x3FF42000, 0x80), "esp32c3": (0x60002000, 0x58), "esp32s3": (0x60002000, 0x58)}, 0x164020
CHIP_IDS = {"esp32c3": 5, "esp32s3": 9}
ESP32_MAGIC = 0x00F01D83


class Loader:
    """with Loader("esp32") as loader: esptool at loader.port; loader.flash is what was written.

    damage: every byte written there is one bit off. silent: it answers nothing. gone_after: it goes away after so many blocks.
    """

    def __init__(self, chip: str, damage: bool = False, silent: bool = False, gone_after: int | None = None):
        self.chip, self.damage, self.silent, self.gone_after = chip, damage, silent, gone_after
        self.flash = bytearray(b"\xff" * (4 << 20))
        self.stub = False
        self.commands: list[int] = []
        self.blocks = 0
        self.erased = False
        self._ended = threading.Event()

    def __enter__(self):
        self.master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        self.port = os.ttyname(self._slave)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        self._thread.join(5)
        for end in (self.master, self._slave):
            try:
                os.close(end)
            except OSError:
                pass

    def _serve(self):
        received = b""
        while not self._ended.is_set():
            if not select.select([self.master], [], [], 0.05)[0]:
                continue
            try:
                received += os.read(self.master, 65536)
            except OSError:
                return
            while received.count(END) >= 2:
                _, packet, received = received.split(END, 2)
                if not packet:  # the end of one and the beginning of the next
                    received = END + received
                    continue
                for escaped, byte in ESCAPE.items():
                    packet = packet.replace(escaped, byte) if escaped == b"\xdb\xdc" else packet
                packet = packet.replace(b"\xdb\xdd", b"\xdb")
                if not self.silent and len(packet) >= 8:
                    self._answer(packet)

    def _send(self, payload: bytes):
        os.write(self.master, END + payload.replace(b"\xdb", b"\xdb\xdd").replace(b"\xc0", b"\xdb\xdc") + END)

    def _reply(self, op: int, value: int = 0, data: bytes = b"", error: int = 0):
        status = bytes([1 if error else 0, error]) + (b"" if self.stub else b"\0\0")
        self._send(struct.pack("<BBHI", 1, op, len(data) + len(status), value) + data + status)

    def _answer(self, packet: bytes):
        direction, op, size, checksum = struct.unpack_from("<BBHI", packet)
        body = packet[8:]
        if direction or len(body) != size:
            return
        self.commands.append(op)
        if op == 0x08:  # SYNC
            for _ in range(8):
                self._reply(op, 0x20120707)
        elif op == 0x14:  # GET_SECURITY_INFO
            if self.chip in CHIP_IDS:
                self._reply(op, 0, struct.pack("<IB7sII", 0, 0, bytes(7), CHIP_IDS[self.chip], 0))
            else:
                self._reply(op, error=5)
        elif op == 0x0A:  # READ_REG
            (address,) = struct.unpack("<I", body)
            base, word = SPI_BEGIN[self.chip]
            value = {0x40001000: ESP32_MAGIC if self.chip == "esp32" else 0, base + word: SPI_WORD}.get(address, 0)
            self._reply(op, value)
        elif op == 0x06:  # MEM_END: the stub starts
            self._reply(op)
            self.stub = True
            self._send(b"OHAI")
        elif op == 0xD0:
            self.flash[:] = b"\xff" * len(self.flash)
            self.erased = True
            self._reply(op)
        elif op in (0x02, 0x10):  # FLASH_BEGIN, FLASH_DEFL_BEGIN
            self._at = struct.unpack_from("<4I", body)[3]
            self._inflate = zlib.decompressobj() if op == 0x10 else None
            self._reply(op)
        elif op in (0x03, 0x11):
            length, _ = struct.unpack_from("<2I", body)
            data = body[16 : 16 + length]
            right = 0xEF
            for byte in data:
                right ^= byte
            if right != checksum:
                self._reply(op, error=7)
                return
            self.blocks += 1
            if self.gone_after is not None and self.blocks > self.gone_after:
                self.silent = True
                return
            data = self._inflate.decompress(data) if self._inflate else data
            data = bytes(byte ^ 1 for byte in data) if self.damage else data
            self.flash[self._at : self._at + len(data)] = data
            self._at += len(data)
            self._reply(op)
        elif op == 0x13:  # SPI_FLASH_MD5
            address, size = struct.unpack_from("<2I", body)
            digest = hashlib.md5(self.flash[address : address + size])
            self._reply(op, 0, digest.digest() if self.stub else digest.hexdigest().encode())
        else:
            self._reply(op)
