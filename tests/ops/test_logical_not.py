"""LOGICAL_NOT: a mask."""

from whole import alone


def test_masks():
    alone("LOGICAL_NOT", "bool")
