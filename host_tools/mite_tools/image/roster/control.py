"""Ops that say what runs next."""

from ..fields import Field, Op

OPS = (
    Op(
        60,
        "JUMP",
        "IF WHILE",
        "Where the byte `condition` is 0, the record at `target` is next; else the one behind this. A constant byte 0 makes it always so.",
        Field("ref", "condition", "bool"),
        Field("u32", "target", "byte offset of an op record in the image, or of what comes behind the last one: the inference ends"),
    ),
)
