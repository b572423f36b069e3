"""MAX_POOL_2D: int8 and the first scheme."""

from .base import FIRST_SCHEME
from . import average_pool_2d


class Op(average_pool_2d.Op):
    KIND = "MAX_POOL_2D"
    TYPES = ("int8", FIRST_SCHEME)

    def record(self, op):
        return self.KIND
