"""PADV2: PAD with a value of the model's own."""

from . import pad
from .base import constant_input


class Op(pad.Op):
    KIND = "PADV2"

    def unsupported(self, op):
        return super().unsupported(op) or constant_input(op, 2)

    def value(self, op) -> bytes:
        return op.inputs[2].data.reshape(-1)[:1].tobytes()
