"""ARG_MAX: int8, where the first largest number is along an axis."""

from .reduce import Index


class Op(Index):
    KIND = "ARG_MAX"
    REDUCTION = "ARG_MAX"
