"""In how many parts a convolution's weights fit the fields of the long numbers that kernels add products up in."""

import numpy as np
import pytest
from mite_tools.ops.fields import parts

FIELD, HIGH_FIELD = 2**21 - 1, 2**19 - 1  # sums of products that a field holds, the highest one's


def worst(kernel: np.ndarray, stride: int, parts: int) -> tuple[int, int]:
    """The largest sums of int8 times weight in a part, of all its products and of those in the highest field; step by step, as the kernel goes."""
    out_c, rows, width, channels = kernel.shape
    most = high_most = 0
    for o in range(out_c):
        steps = {True: [], False: []}  # chains, singles
        for y in range(rows):
            for first in range(min(stride, width)):
                taps = list(range(first, width, stride))
                while taps:
                    alone, chain = len(taps) % 2, len(taps) > 2
                    step, taps = taps[: (4 if chain else 2) - alone], taps[(4 if chain else 2) - alone :]
                    for c in range(channels):
                        sizes = [128 * abs(int(kernel[o, y, tap, c])) for tap in step]
                        steps[chain].append((sum(sizes), sum(sizes[alone::2])))
        steps[False] += [(0, 0)] * (len(steps[False]) % 2)
        for part in range(parts):
            found = [s for each in steps.values() for s in each[part * len(each) // parts : (part + 1) * len(each) // parts]]
            most = max(most, sum(s[0] for s in found))
            high_most = max(high_most, sum(s[1] for s in found))
    return most, high_most


@pytest.mark.parametrize("shape, stride, most, expected", [
    ((2, 3, 3, 16), 1, 40, 1), ((2, 3, 3, 16), 1, 127, 2), ((3, 3, 3, 24), 2, 127, 3), ((2, 3, 3, 64), 1, 127, 6), ((1, 3, 5, 8), 1, 127, 2),
    ((4, 10, 4, 1), 2, 127, 1), ((1, 5, 2, 40), 1, 127, 10), ((1, 3, 3, 7), 2, 127, 1),
])  # fmt: skip
def test_parts_are_as_few_as_fit(shape, stride, most, expected):
    kernel = np.full(shape, -most, np.int8)
    kernel.flat[::3] = most
    found = parts(kernel, stride)
    assert found == expected
    sums, high = worst(kernel, stride, found)
    assert sums <= FIELD and high <= HIGH_FIELD
    if found > 1:
        sums, high = worst(kernel, stride, found - 1)
        # The next smaller number overflows, or does not divide the steps.
        assert sums > FIELD or high > HIGH_FIELD or shape[1] * shape[3] % (found - 1)


def test_weights_that_differ_count_as_they_are():
    """Only the first tap of a pair reaches the short field: large numbers there need parts, elsewhere not."""
    kernel = np.zeros((1, 3, 3, 20), np.int8)
    kernel[:, :, 2] = 127
    assert parts(kernel, 1) == 1
    kernel = np.roll(kernel, -1, axis=2)
    assert 127 * 60 > HIGH_FIELD // 128 and parts(kernel, 1) == 2


def test_there_may_be_no_number():
    assert parts(np.full((1, 1, 2, 101), 127, np.int8), 1) == 0
