"""ARG_MIN, int8, float32 and whole numbers."""

from places import Places


class Test(Places):
    KIND = "ARG_MIN"
