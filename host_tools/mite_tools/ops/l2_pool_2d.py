"""L2_POOL_2D: float32, the root of the mean square."""

from . import real


class Float(real.Pool):
    KIND = "L2_POOL_2D"
    POOL = "L2"
