"""REDUCE_MAX: int8, the largest number over any axes."""

from .reduce import Choice


class Op(Choice):
    KIND = "REDUCE_MAX"
    REDUCTION = "MAX"
