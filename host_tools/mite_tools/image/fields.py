"""What structures of an image are made of.

Layout rules: little-endian; every field lies at a multiple of its own size and no structure has gaps, so a C compiler,
`struct.unpack_from('<...')` and this page see the same bytes.
"""

import struct
from dataclasses import dataclass

_SIZES = {"u8": 1, "i8": 1, "u16": 2, "i16": 2, "u32": 4, "i32": 4, "f32": 4, "ref": 4}
_CHARS = {"u8": "B", "i8": "b", "u16": "H", "i16": "h", "u32": "I", "i32": "i", "f32": "f", "ref": "I"}


@dataclass(frozen=True)
class Field:
    kind: str  # u8 i8 u16 i16 u32 i32 f32 or ref (a place in memory)
    name: str
    doc: str = ""
    count: int = 1

    @property
    def size(self) -> int:
        return _SIZES[self.kind] * self.count


class Struct:
    """A fixed run of fields without gaps, a multiple of four bytes long."""

    def __init__(self, name: str, doc: str, *fields: Field):
        self.name, self.doc, self.fields = name, doc, fields
        offset = 0
        for field in fields:
            if offset % _SIZES[field.kind]:
                raise ValueError(f"{name}.{field.name} would need padding at offset {offset}")
            offset += field.size
        if offset % 4:
            raise ValueError(f"{name} is {offset} bytes, not a multiple of 4")
        self.size = offset
        self.format = "<" + "".join(_CHARS[f.kind] * f.count for f in fields)
        assert struct.calcsize(self.format) == self.size

    def pack(self, **values) -> bytes:
        """The structure's bytes. A number that does not fit its field raises ValueError with the field's name."""
        flat = []
        for field in self.fields:
            value = values.pop(field.name)
            items = [value] if field.count == 1 else list(value)
            if len(items) != field.count:
                raise ValueError(f"{self.name}.{field.name} has {len(items)} values, {field.count} expected")
            for item in items:
                item = float(item) if field.kind == "f32" else int(item)
                try:
                    struct.pack("<" + _CHARS[field.kind], item)
                except struct.error:
                    raise ValueError(f"{self.name}.{field.name} = {item} does not fit {field.kind}") from None
                flat.append(item)
        if values:
            raise ValueError(f"{self.name} has no field {', '.join(values)}")
        return struct.pack(self.format, *flat)

    def unpack(self, data, offset: int = 0) -> dict:
        flat = iter(struct.unpack_from(self.format, data, offset))
        return {
            f.name: next(flat) if f.count == 1 else tuple(next(flat) for _ in range(f.count)) for f in self.fields
        }


RECORD = Struct(
    "record",
    "Every op record begins so.",
    Field("u8", "op", "op number"),
    Field("u8", "flags", "per op"),
    Field("u16", "bytes", "length of the whole record"),
)


class Op(Struct):
    """An op that images hold: its record's fields, and the TFLite ops that become it."""

    def __init__(self, number: int, name: str, tflite: str, doc: str, *fields: Field):
        super().__init__(name.lower(), doc, *RECORD.fields, *fields)
        self.number, self.op, self.tflite = number, name, tuple(tflite.split())
        self.has_scratch = any(f.name == "scratch" for f in fields)
