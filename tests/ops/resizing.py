"""What the tests of resizing ops share."""

from harness import Reference, agree, indices, one_op
from hypothesis import strategies as st
from moving import like

MODES = ({}, {"align_corners": True}, {"half_pixel_centers": True})
SIZES = [((3, 4), (6, 8)), ((3, 4), (5, 7)), ((7, 5), (3, 2)), ((1, 1), (4, 3)), ((5, 5), (1, 1)), ((8, 8), (8, 8)), ((4, 6), (8, 6)),
         ((2, 2), (9, 33))]  # fmt: skip
sizes = st.tuples(st.integers(1, 9), st.integers(1, 9))


def resize(kind, size, out, mode, batches=2, channels=3, dtype="int8", oracle=Reference):
    options = {"align_corners": False, "half_pixel_centers": False} | mode
    agree(one_op(kind, [like((batches, *size, channels), dtype), indices(*out)], [like((batches, *out, channels), dtype)], **options), oracle=oracle)
