"""Boxes in a larger tensor whose place is computed."""

import numpy as np

from ..graph import Tensor
from ..image.roster.integers import WINDOWS
from ..program import Program
from .strided import pad_left

MOST = 6  # dimensions


def window(program: Program, what: str, input: Tensor, begin: Tensor, output: Tensor, shape, box, itemsize: int) -> None:
    """Append a WINDOW (`what` of WINDOWS) of the box at the index `begin` of a tensor of this shape."""
    program.add("WINDOW", WINDOWS.index(what), input=input, begin=begin, output=output, dims=pad_left(shape, MOST, 1),
                box=pad_left(box, MOST, 1), itemsize=itemsize, begin_size=np.dtype(begin.dtype).itemsize, first=MOST - len(shape))  # fmt: skip
