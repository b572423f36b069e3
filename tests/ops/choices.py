"""The tests that MAXIMUM and MINIMUM share: all tensors have one scale."""

import pytest
from harness import Numbers, agree
from pairs import BROADCASTS, SCALES, ZEROS, agree_on_every_pair, pair
from reals import binary
from sixteen import agree_on_broadcasts, agree_on_pairs
from whole import pairs


class Choices:
    """KIND: which of the two."""

    KIND = ""

    @pytest.mark.parametrize("scales", SCALES)
    @pytest.mark.parametrize("zeros", ZEROS)
    def test_every_pair(self, scales, zeros):
        agree_on_every_pair(self.KIND, (Numbers(scales[0], zeros[0]),) * 3, fused=False)

    @pytest.mark.parametrize("shapes", BROADCASTS)
    def test_broadcast(self, shapes):
        numbers = [Numbers(0.05, 2)] * 3
        agree(pair(self.KIND, *shapes, numbers, fused=False))
        agree(pair(self.KIND, *reversed(shapes), numbers, fused=False))

    def test_int16(self):
        agree_on_pairs(self.KIND, [Numbers(1e-4, 300)] * 3, fused=False)
        agree_on_broadcasts(self.KIND, [Numbers(1e-4)] * 3, fused=False)

    @pytest.mark.parametrize("dtype", ("int32", "int64"))
    def test_whole_numbers(self, dtype):
        pairs(self.KIND, dtype)

    def test_floats(self):
        binary(self.KIND, fused=False)
