"""MINIMUM, int8, int16, float32 and whole numbers."""

from choices import Choices


class Test(Choices):
    KIND = "MINIMUM"
