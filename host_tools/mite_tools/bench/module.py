"""Runs the native module for the ESP32 in QEMU, without MicroPython: port/bench/module.c loads it and calls its Program."""

import struct
from pathlib import Path

from ..board.firmware import build_natmod
from . import build, emulate
from .models import bundle
from .targets import TARGETS

TARGET = TARGETS["xtensa"]
MODULE_AT = 20  # in the bundle's head, behind its own numbers
NAMES = ("Program", "bind", "invoke")


class Reader:
    """A .mpy file of one native function, as MicroPython's persistentcode.c reads it."""

    def __init__(self, data: bytes):
        self.data, self.at = data, 4
        names, objects = self.number(), self.number()
        self.qstrs = [self.qstr() for _ in range(names)]
        if objects:
            raise ValueError("a native module with objects")
        self.text = self.take(self.number() >> 3)
        flags = self.number()
        constants = self.number() if flags & 0x20 else 0
        if flags & 0x40:
            raise ValueError("a native module with variables")
        self.constants = self.take(constants)
        self.relocations = list(self.each_relocation())

    def take(self, count: int) -> bytes:
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self) -> int:
        value = 0
        while True:
            (byte,) = self.take(1)
            value = value << 7 | byte & 0x7F
            if not byte & 0x80:
                return value

    def qstr(self) -> str:
        length = self.number()
        # An odd one is the number of a name that every MicroPython has.
        return f"#{length >> 1}" if length & 1 else self.take((length >> 1) + 1)[:-1].decode()

    def each_relocation(self):
        """(word, in the constants or in the text; kind) of each."""
        where = 0
        while (code := self.take(1)[0]) != 0xFF:
            if code & 1:
                where = self.number()
            kind, count = code >> 1, 1
            if kind <= 5:
                count = self.number() if kind & 1 else 1
                kind >>= 1
            for _ in range(count):
                yield where, kind
                where += 2


def packed(mpy: bytes) -> bytes:
    """What module_t of port/bench/module.c describes."""
    module = Reader(mpy)
    text, constants = (part + bytes(-len(part) % 4) for part in (module.text, module.constants))
    # The first name is the file's; the module's table begins with it, too.
    numbers = len(text), len(constants), len(module.relocations), len(module.qstrs), *(module.qstrs.index(name) for name in NAMES)
    return struct.pack("<7I", *numbers) + text + constants + b"".join(struct.pack("<II", *pair) for pair in module.relocations)


def program(image: bytes, inputs: list[list[bytes]], outputs: list[list[bytes]], folder: Path) -> Path:
    """The .elf that runs a model in the module for the ESP32. folder: for what it is made of. Raises BuildError, SetupError."""
    whole = bytearray(bundle(image, inputs, outputs))
    struct.pack_into("<I", whole, MODULE_AT, len(whole))
    path = folder / "bundle"
    path.write_bytes(whole + packed(build_natmod("xtensawin").read_bytes()))
    sources = [build.PORT / "bench" / f"{name}.c" for name in (TARGET.start, "print", "module")]
    sources += [build.PORT / "bench" / name for name in TARGET.more]
    elf = build.FOLDER / TARGET.name / "Os" / f"module-{folder.name}.elf"
    made = build.objects(TARGET, "Os", sources)
    link = [f"-L{build.PORT / 'bench'}", f"-T{TARGET.script}.ld", f'-DBENCH_BUNDLE="{path}"', str(build.PORT / "bench" / "bundle.S")]
    build.run([f"{build.tools(TARGET)}gcc", *TARGET.flags, *link, "-Wl,--gc-sections", *map(str, made), "-o", str(elf)], elf)
    return elf


def measure(image: bytes, inputs: list[list[bytes]], outputs: list[list[bytes]], folder: Path) -> emulate.Counts:
    """Run it: what each inference took, and where its answers differ from `outputs`. Raises BoardError."""
    return emulate.measure(TARGET, program(image, inputs, outputs, folder))
