"""AVERAGE_POOL_2D, int8, int16 and float32."""

import pooling
from hypothesis import given

KIND = "AVERAGE_POOL_2D"


class Test(pooling.Pooling):
    KIND = KIND


@given(**pooling.ANY)
def test_any(**case):
    pooling.agree_on_any(KIND, **case)
