"""MAX_POOL_2D: int8."""

from . import average_pool_2d


class Op(average_pool_2d.Op):
    KIND = "MAX_POOL_2D"
