"""The passes over a graph: one file each, a function `run(graph) -> str` that says what it saved. EARLY and PIPELINE are their order."""

from . import columns, dead_channels, dead_code, depthwise, duplicates, first_scheme, fold, open_shapes, padding, single_pixel, strides, views

# These take ops away that mite need not know of, and run before anybody asks whether it does.
EARLY = (open_shapes, dead_code, fold)
PIPELINE = (first_scheme, duplicates, padding, dead_channels, depthwise, single_pixel, columns, strides, views)
