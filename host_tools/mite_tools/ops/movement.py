"""Ops that only move bytes: said with NumPy's own views, compiled to COPY and FILL.

An op arranges stand-ins of its tensors by slicing, reshaping, transposing, flipping or broadcasting them. Where each element then lies, and
by which strides it is reached, is all that a COPY needs.
"""

from collections.abc import Callable

import numpy as np

from ..graph import Op, Tensor
from ..program import Constant, Program
from .base import MOVABLE, Lowering, constant_input
from .strided import copy, moved

Arrange = Callable[[np.ndarray], np.ndarray]


def whole(x: np.ndarray) -> np.ndarray:
    """The tensor as it is."""
    return x


def itemsize(tensor: Tensor) -> int:
    """Bytes of one element."""
    return np.dtype(tensor.dtype).itemsize


def move(program: Program, input: Tensor, output: Tensor, source: Arrange = whole, target: Arrange = whole) -> None:
    """Append what copies `source` of the input, broadcast where it must be, to `target` of the output.

    Both are functions from an array with the tensor's shape to a view of it; AssertionError if one of them had to copy.
    """
    size = itemsize(output)
    pair = []
    for tensor, arrange in ((input, source), (output, target)):
        stand_in = np.empty(tensor.shape, f"V{size}")
        view = arrange(stand_in)
        assert not view.size or np.may_share_memory(view, stand_in), "this arrangement is not a view"
        pair.append((view, _address(view) - _address(stand_in)))
    (view, source_at), (wanted, target_at) = pair
    if wanted.size:
        view = np.broadcast_to(view, wanted.shape)
        copy(program, moved(input, source_at), moved(output, target_at), wanted.shape, view.strides, wanted.strides, size)


def fill(program: Program, output: Tensor, value: bytes) -> None:
    """Append what fills a tensor with one element's bytes."""
    word = value[:1] if len(set(value)) == 1 else value  # eight equal bytes are filled like one
    if not output.count:
        return
    if len(word) > 4:  # more than a FILL holds
        copy(program, Constant(word), output, (output.count,), (0,), (len(word),), len(word))
    else:
        program.add("FILL", output=output, count=output.bytes // len(word), value=int.from_bytes(word, "little"), size=len(word))


def zero_bytes(tensor: Tensor) -> bytes:
    """One element that stands for zero: the zero point where there is one."""
    return np.array(tensor.zero_point if tensor.is_quantized else 0).astype(np.dtype(tensor.dtype)).tobytes()


def numbers(tensor: Tensor) -> list[int]:
    """The values of a constant of integers."""
    return [int(value) for value in tensor.data.reshape(-1)]


def _address(view: np.ndarray) -> int:
    return view.__array_interface__["data"][0]


class Movement(Lowering):
    """An op whose output has bytes of its input only. DATA: the input that is moved; CONSTANTS: those that say how, and what."""

    TYPES = MOVABLE
    DATA = 0
    CONSTANTS: dict[int, str] = {}

    def main_type(self, op: Op) -> str:
        return op.inputs[self.DATA].dtype

    def unsupported(self, op: Op) -> str | None:
        return self.not_constant(op) or not_movable(op.inputs[self.DATA], *op.outputs) or self.unusual(op)

    def not_constant(self, op: Op) -> str | None:
        """Which of the inputs that must be constant is not, or None."""
        return next((reason for number, role in self.CONSTANTS.items() if (reason := constant_input(op, number, role))), None)

    def unusual(self, op: Op) -> str | None:
        """What else stands in the way, or None."""
        return None


def not_movable(*tensors: Tensor) -> str | None:
    """Why these tensors are not all of one type whose elements are whole bytes, or None."""
    for tensor in tensors:
        if tensor.dtype != tensors[0].dtype:
            return f"{tensors[0].dtype} and {tensor.dtype} together"
        if tensor.dtype not in MOVABLE:
            return f"{tensor.dtype} tensors"
    return None

