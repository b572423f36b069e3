"""EXPAND_DIMS: the same bytes under a shape with one more dimension of 1."""

from . import reshape


class Op(reshape.Op):
    KIND = "EXPAND_DIMS"
