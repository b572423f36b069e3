"""ARG_MIN: int8, float32 and the first scheme, where the first smallest number is along an axis."""

from . import real
from .base import FIRST_SCHEME
from .reduce import Index
from .integer import IntegerIndex


class Op(Index):
    KIND = "ARG_MIN"
    TYPES = ("int8", FIRST_SCHEME)
    REDUCTION = "ARG_MIN"


class Whole(IntegerIndex):
    KIND = "ARG_MIN"
    FUNCTION = "ARG_MIN"


class Float(real.Index):
    KIND = "ARG_MIN"
    REDUCTION = "ARG_MIN"
