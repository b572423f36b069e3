"""SELECT_V2: masks and values, all broadcast."""

import numpy as np
import pytest
from harness import AWKWARD, LiteRt, Reference, agree, one_op
from moving import like
from whole import plain


TYPES = ("int8", "uint8", "int16", "int32", "int64", "float32", "bool")
SHAPES = [((2, 3), (2, 3), (3,)), ((2, 3, 4), (1,), (4,)), ((3, 1), (2, 1, 4), (1, 3, 4)), ((), (5, 3), (5, 3)), ((2, 1, 4, 1), (5, 1, 3), (1,)),
          ((2, 1, 3, 1, 5), (1, 4, 1, 6, 1), (5,))]  # fmt: skip


@pytest.mark.parametrize("count", AWKWARD)
@pytest.mark.parametrize("dtype", TYPES)
def test_types(dtype, count):
    given = [plain((count,), "bool"), like((count,), dtype), like((count,), dtype)]
    agree(one_op("SELECT_V2", given, [like((count,), dtype)]), oracle=Reference if dtype in ("int8", "int16", "float32") else LiteRt)


@pytest.mark.parametrize("shapes", SHAPES)
def test_broadcast(shapes):
    given = [plain(shapes[0], "bool"), like(shapes[1], "int16"), like(shapes[2], "int16")]
    agree(one_op("SELECT_V2", given, [like(np.broadcast_shapes(*shapes), "int16")]))


def test_constants():
    given = [plain((3,), "bool"), plain((), "int32", 7), plain((2, 3), "int32")]
    agree(one_op("SELECT_V2", given, [plain((2, 3), "int32")]), oracle=LiteRt)
