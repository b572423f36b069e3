"""ARG_MAX: int8, float32 and the first scheme, where the first largest number is along an axis."""

from . import real
from .base import FIRST_SCHEME
from .reduce import Index
from .integer import IntegerIndex


class Op(Index):
    KIND = "ARG_MAX"
    TYPES = ("int8", FIRST_SCHEME)
    REDUCTION = "ARG_MAX"


class Whole(IntegerIndex):
    KIND = "ARG_MAX"
    FUNCTION = "ARG_MAX"


class Float(real.Index):
    KIND = "ARG_MAX"
    REDUCTION = "ARG_MAX"
