"""LOGICAL_AND: masks."""

from whole import pairs


def test_masks():
    pairs("LOGICAL_AND", "bool")
