"""SQUEEZE: the same bytes under a shape without some dimensions of 1."""

from . import reshape


class Op(reshape.Op):
    KIND = "SQUEEZE"
