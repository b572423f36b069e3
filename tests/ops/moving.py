"""What the tests of ops that only move bytes share."""

from harness import LiteRt, Numbers, Reference, agree, one_op, tensor

INT8 = Numbers(0.05, -3)
MICRO_TYPES = ("int8", "int16", "float32")


def like(shape, dtype="int8"):
    """A tensor of this type, with a scale where TFLite wants one."""
    return tensor(shape, dtype, {"int8": INT8, "uint8": Numbers(0.05, 3), "int16": Numbers(0.05, 0)}.get(dtype))


def moves(kind, inputs, shapes, dtype="int8", micro=True, **options):
    """The op agrees with TFLite Micro, or where that lacks it (micro=False) with LiteRT."""
    agree(one_op(kind, inputs, [like(tuple(s), dtype) for s in shapes], **options), oracle=Reference if micro else LiteRt)
