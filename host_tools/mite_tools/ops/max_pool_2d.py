"""MAX_POOL_2D: int8, int16, float32 and the first scheme."""

from . import real
from .base import FIRST_SCHEME
from . import average_pool_2d


class Op(average_pool_2d.Op):
    KIND = "MAX_POOL_2D"
    TYPES = ("int8", FIRST_SCHEME)

    def record(self, op):
        return self.KIND


class Int16(average_pool_2d.Int16):
    KIND = "MAX_POOL_2D"
    FLAGS = 1  # the largest


class Float(real.Pool):
    KIND = "MAX_POOL_2D"
    POOL = "MAX"
