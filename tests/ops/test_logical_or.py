"""LOGICAL_OR: masks."""

from whole import pairs


def test_masks():
    pairs("LOGICAL_OR", "bool")
