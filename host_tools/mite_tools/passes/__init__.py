"""The passes over a graph: one file each, a function `run(graph) -> str` that says what it saved. PIPELINE is their order."""

from . import columns, constants, dead_channels, dead_code, depthwise, duplicates, padding, single_pixel, strides, views

PIPELINE = (dead_code, constants, duplicates, padding, dead_channels, depthwise, single_pixel, columns, strides, views)
