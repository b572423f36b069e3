"""Files of firmware: whether one is whole, and for the board that it is to go to. Each format's own checksums, addresses and names."""

import hashlib
import struct
import zlib

from ..catalogue import Board, all_boards
from ..errors import BoardError
from .release import digest

UF2_MAGIC = (0x0A324655, 0x9E5D5157, 0x0AB16F30)
UF2_BLOCK, UF2_PAYLOAD = 512, 476
UF2_HAS_FAMILY, UF2_NOT_FLASH = 0x2000, 0x1
ESP_MAGIC, ESP_SUM = 0xE9, 0xEF
ESP_CHIPS = {"esp32": 0, "esp32s2": 2, "esp32c3": 5, "esp32s3": 9, "esp32c6": 13}
PARTITIONS = 0x8000  # where an ESP32's flash has its table of partitions


# What inspect() looks at, which is all that speaks for a file whose SHA-256 nobody knows.
CHECKS = {
    "uf2": "that its blocks are whole, in order, for this processor and for addresses of its flash (such a file has no checksum: what was changed "
    "inside of a block goes unnoticed)",
    "hex": "the checksum of each of its lines, and that its end is there",
    "dfu": "the checksum of the whole file (CRC-32), and its parts",
    "bin": "that it begins as a program for a Cortex-M does (such a file has no checksum: what was changed behind that goes unnoticed)",
    "esptool": "for which chip it is, the checksums of boot loader and application, their SHA-256 where they carry one, and the MD5 of the table of partitions",
}


def checks(board: Board) -> str:
    """What inspect() looks at in a file for this board."""
    return CHECKS[board.flashed if board.flashed in CHECKS else board.settings["firmware"]["url"].rpartition(".")[2].lower()]


def inspect(name: str, data: bytes, board: Board, sha256: str | None = None) -> str:
    """One line on a file that is right for `board`. BoardError that says why it is not.

    sha256: what its digest must be.
    """
    if sha256 and digest(data) != sha256:
        raise BoardError(f"{name} is not the file that was expected: its SHA-256 is {digest(data)}, and --sha256 says {sha256}.")
    kind = name.rpartition(".")[2].lower()
    wanted = board.settings["firmware"]["url"].rpartition(".")[2]
    if kind != wanted:
        raise BoardError(f"{name}: firmware for {board.name} is a .{wanted} file; get it from {board.settings['firmware']['page']}")
    try:
        if kind == "uf2":
            return uf2(data, board)
        if kind == "hex":
            return extent(intel_hex(data))
        if kind == "dfu":
            return extent(dfu(data))
        if board.settings["flash"]["how"] == "esptool":
            return esp(data, board)
        return cortex_m(data)
    except Unfit as error:
        raise BoardError(f"{name} is not firmware for {board.name}: {error}. Get the right file from {board.settings['firmware']['page']}") from None
    except (struct.error, IndexError, ValueError, UnicodeDecodeError):
        raise BoardError(f"{name} is damaged: it ends too early, or is no .{kind} file at all. Download it again.") from None


class Unfit(Exception):
    """Why a file cannot be flashed."""


def extent(pieces: list[tuple[int, int]]) -> str:
    """[(address, bytes), ...] in words."""
    if not pieces:
        raise Unfit("there is nothing in it")
    return f"{sum(size for _, size in pieces):,} bytes from {min(a for a, _ in pieces):#x} to {max(a + size for a, size in pieces):#x}"


def uf2(data: bytes, board: Board) -> str:
    """Blocks of 512 bytes, each of which says where it belongs and for which family of processors it is.

    Blocks of other families may be there too (a Pico 2's file begins with one that works around a flaw of its chip).
    """
    settings = board.settings["flash"]
    if not data or len(data) % UF2_BLOCK:
        raise Unfit(f"it has {len(data):,} bytes, which is no number of whole UF2 blocks")
    families: dict[int, list[tuple[int, int, int, int]]] = {}
    for at in range(0, len(data), UF2_BLOCK):
        first, second, flags, address, size, number, of, family = struct.unpack_from("<8I", data, at)
        (last,) = struct.unpack_from("<I", data, at + UF2_BLOCK - 4)
        if (first, second, last) != UF2_MAGIC or size > UF2_PAYLOAD:
            raise Unfit(f"block {at // UF2_BLOCK} is no UF2 block")
        if not flags & UF2_NOT_FLASH:
            families.setdefault(family if flags & UF2_HAS_FAMILY else 0, []).append((address, size, number, of))
    blocks = families.get(settings["family"])
    if not blocks:
        others = ", ".join(f"{family:#x}{made_for(family)}" for family in families) or "none"
        raise Unfit(f"it is for another processor (UF2 family {others}; this board's is {settings['family']:#x})")
    if [number for _, _, number, _ in blocks] != list(range(blocks[0][3])):
        raise Unfit(f"{len(blocks)} of {blocks[0][3]} blocks are there, or they are out of order")
    low, high = settings["range"]
    for address, size, _, _ in blocks:
        if not low <= address <= address + size <= high:
            raise Unfit(f"a block goes to {address:#x}, outside of this board's flash from {low:#x} to {high:#x}")
    return extent([(address, size) for address, size, _, _ in blocks])


def made_for(family: int) -> str:
    names = [board.name for board in all_boards() if board.settings.get("flash", {}).get("family") == family]
    return f", as for {', '.join(names)}" if names else ""


def intel_hex(data: bytes) -> list[tuple[int, int]]:
    """Lines of :LLAAAATT..CC, each with a checksum; the last one says that it is."""
    pieces, base, ended = [], 0, False
    for number, line in enumerate(data.decode("ascii").split(), 1):
        if not line.startswith(":") or ended:
            raise Unfit(f"line {number} is no line of Intel HEX")
        raw = bytes.fromhex(line[1:])
        if len(raw) < 5 or len(raw) != raw[0] + 5 or sum(raw) & 0xFF:
            raise Unfit(f"line {number} is damaged: its checksum is wrong")
        address, kind, body = raw[1] << 8 | raw[2], raw[3], raw[4:-1]
        if kind == 0:
            pieces.append((base + address, len(body)))
        elif kind == 1:
            ended = True
        elif kind in (2, 4):
            base = int.from_bytes(body, "big") << (4 if kind == 2 else 16)
    if not ended:
        raise Unfit("its end is missing: download it again")
    return pieces


def dfu(data: bytes) -> list[tuple[int, int]]:
    """ST's DfuSe: a prefix, targets of elements with addresses, and a suffix with a CRC-32 of all before it."""
    signature, version, size, targets = struct.unpack_from("<5sBIB", data)
    if signature != b"DfuSe" or data[-8:-5] != b"UFD" or version != 1:
        raise Unfit("it is no DfuSe file")
    if size + 16 != len(data) or ~zlib.crc32(data[:-4]) & 0xFFFFFFFF != struct.unpack("<I", data[-4:])[0]:
        raise Unfit("it is damaged: its checksum is wrong")
    at, pieces = 11, []
    for _ in range(targets):
        name, _, _, _, _, elements = struct.unpack_from("<6sBI255s2I", data, at)
        if name != b"Target":
            raise Unfit("it is no DfuSe file")
        at += 274
        for _ in range(elements):
            address, count = struct.unpack_from("<2I", data, at)
            pieces.append((address, count))
            at += 8 + count
    if at + 16 != len(data):
        raise Unfit("its parts are not as long as it says")
    return pieces


def cortex_m(data: bytes) -> str:
    """A plain image begins with the stack's end, in RAM, and the address of the first instruction, which is odd."""
    stack, start = struct.unpack_from("<II", data)
    if not 0x20000000 <= stack < 0x40000000 or not start & 1 or len(data) < 1024:
        raise Unfit("it does not begin as a program for a Cortex-M")
    return f"{len(data):,} bytes, starts at {start - 1:#x}"


def esp(data: bytes, board: Board) -> str:
    """Boot loader, table of partitions and application in one, from the place of the boot loader on."""
    settings = board.settings["flash"]
    esp_image(data, settings["chip"], "the boot loader")
    table = PARTITIONS - settings["offset"]
    if data[table : table + 2] != b"\xaa\x50":
        raise Unfit("it has no table of partitions: is it an application alone (-app.bin), for updates over the air?")
    found = None
    for at in range(table, table + 0xC00, 32):
        entry = data[at : at + 32]
        if entry[:2] == b"\xeb\xeb" and entry[16:] != hashlib.md5(data[table:at]).digest():
            raise Unfit("its table of partitions is damaged")
        if entry[:2] == b"\xaa\x50" and entry[2] == 0 and found is None:
            found = struct.unpack_from("<I", entry, 4)[0] - settings["offset"]
    if found is None:
        raise Unfit("its table of partitions has no application")
    esp_image(data[found:], settings["chip"], "the application")
    return f"{len(data):,} bytes for {settings['chip']}"


def esp_image(data: bytes, chip: str, what: str) -> None:
    """One image: header, segments, a checksum, and mostly a SHA-256 of all of it."""
    if not data or data[0] != ESP_MAGIC:
        raise Unfit(f"{what} is missing")
    (number,) = struct.unpack_from("<H", data, 12)
    if number != ESP_CHIPS[chip]:
        name = next((name for name, known in ESP_CHIPS.items() if known == number), f"chip {number}")
        raise Unfit(f"{what} is for {name}, not for {chip}")
    at, total = 24, ESP_SUM
    for _ in range(data[1]):
        (size,) = struct.unpack_from("<I", data, at + 4)
        segment = data[at + 8 : at + 8 + size]
        if len(segment) != size:
            raise Unfit(f"{what} is cut off")
        # The exclusive or of all bytes, a large piece at a time.
        whole = int.from_bytes(segment, "little")
        bits = 8 * size
        while bits > 8:
            half = (bits // 16) * 8
            whole, bits = (whole >> half) ^ (whole & ((1 << half) - 1)), bits - half
        total ^= whole
        at += 8 + size
    at = (at // 16) * 16 + 15  # the checksum is the last byte of a row of 16
    if data[at] != total:
        raise Unfit(f"{what} is damaged: its checksum is wrong")
    if data[23] == 1 and hashlib.sha256(data[: at + 1]).digest() != data[at + 1 : at + 33]:
        raise Unfit(f"{what} is damaged: its SHA-256 is wrong")
