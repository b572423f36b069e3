"""ARG_MIN: int8, where the first smallest number is along an axis."""

from .reduce import Index


class Op(Index):
    KIND = "ARG_MIN"
    REDUCTION = "ARG_MIN"
