"""REDUCE_MIN: int8, the smallest number over any axes."""

from .reduce import Choice


class Op(Choice):
    KIND = "REDUCE_MIN"
    REDUCTION = "MIN"
