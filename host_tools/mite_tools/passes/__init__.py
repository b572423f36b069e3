"""The passes over a graph: one file each, a function `run(graph) -> str` that says what it saved. PIPELINE is their order."""

from . import columns, dead_channels, depthwise, padding, views

PIPELINE = (padding, dead_channels, depthwise, columns, views)
