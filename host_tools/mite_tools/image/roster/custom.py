"""Ops of a user's own."""

from ..fields import Field, Op

FLEXBUFFERS = 1  # flag: the options are a FlexBuffers map

CUSTOM = Op(
    61,
    "CUSTOM",
    "CUSTOM",
    "Something that the program around the interpreter does: a function in Python or C, found by its name. Behind the record's own fields come, as "
    "part of it, the records of its input tensors and then of its outputs, each followed by its dimensions, as at the begin of the image; "
    "an input that is left out has no bytes and the space 3. Flag 1: the options are a FlexBuffers map.",
    Field("ref", "name", "UTF-8, without a terminator"),
    Field("ref", "options", "as the .tflite file has them"),
    Field("u32", "options_bytes"),
    Field("u16", "number", "of those in this image: which function"),
    Field("u8", "name_bytes"),
    Field("u8", "inputs", "number of input tensors"),
    Field("u8", "outputs", "number of output tensors"),
    Field("u8", "reserved", "0"),
    Field("u16", "reserved2", "0"),
)

OPS = (CUSTOM,)


def with_tensors(ranks: list[tuple[str, int]]) -> Op:
    """The op with the fields of its tensors: (name, rank) of each. Those of a tensor `input0` are input0, input0_bytes, input0_scale ..."""
    fields = [f for f in CUSTOM.fields if f.name not in ("op", "flags", "bytes")]
    for name, rank in ranks:
        fields += [
            Field("ref", name), Field("u32", f"{name}_bytes"), Field("f32", f"{name}_scale"), Field("i32", f"{name}_zero_point"),
            Field("u8", f"{name}_dtype"), Field("u8", f"{name}_rank"), Field("u16", f"reserved_{name}"),
            *([Field("u32", f"{name}_shape", count=rank)] if rank else []),
        ]  # fmt: skip
    return Op(CUSTOM.number, CUSTOM.op, "", CUSTOM.doc, *fields)
