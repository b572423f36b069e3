"""VAR_HANDLE: names a variable. Nothing is left of it on the board."""

from .base import Lowering


class Op(Lowering):
    KIND = "VAR_HANDLE"
    TYPES = ("resource",)

    def unsupported(self, op):
        return None

    def lower(self, op, program):
        pass
