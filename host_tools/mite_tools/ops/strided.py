"""Strided views: how data movement and broadcasting are said in few dimensions."""

import math

from ..errors import ConvertError
from ..image import spec
from ..program import Place, Program


def strides_of(shape: tuple[int, ...], itemsize: int = 1) -> list[int]:
    """The strides, in bytes, of a dense tensor."""
    return [itemsize * math.prod(shape[i + 1 :]) for i in range(len(shape))]


def broadcast_strides(shape: tuple[int, ...], to: tuple[int, ...]) -> list[int]:
    """The strides of a dense tensor read as if it had the shape `to`: 0 where it is repeated."""
    padded = (1,) * (len(to) - len(shape)) + tuple(shape)
    return [0 if size == 1 and out != 1 else stride for size, out, stride in zip(padded, to, strides_of(padded))]


def merge(shape, *views) -> tuple[list[int], list[list[int]]]:
    """(shape, strides of each view) with dimensions of 1 dropped and neighbours joined where all views allow it."""
    dims: list[int] = []
    strides: list[list[int]] = [[] for _ in views]
    for i, size in enumerate(shape):
        if size == 1:
            continue
        if dims and all(s[-1] == view[i] * size for s, view in zip(strides, views)):
            dims[-1] *= size
            for s, view in zip(strides, views):
                s[-1] = view[i]
        else:
            dims.append(size)
            for s, view in zip(strides, views):
                s.append(view[i])
    return dims, strides


def pad_left(values: list[int], rank: int, filler: int) -> list[int]:
    """Filled up at the front to `rank` values."""
    return [filler] * (rank - len(values)) + list(values)


def copy(program: Program, input: Place, output: Place, shape, input_strides, output_strides, itemsize: int) -> None:
    """Append the COPY that moves `shape` elements between two strided views (strides in bytes)."""
    dims, (source, target) = merge((*shape, itemsize), (*input_strides, 1), (*output_strides, 1))
    run = 1
    if dims and source[-1] == target[-1] == 1:
        run = dims.pop()
        source.pop(), target.pop()
    rank = spec.COPY_RANK - 1
    if len(dims) > rank:
        raise ConvertError(f"a copy in {len(dims)} dimensions; {rank} is the most")
    program.add(
        "COPY",
        input=input,
        output=output,
        run=run,
        dims=pad_left(dims, rank, 1),
        input_strides=pad_left(source, rank, 0),
        output_strides=pad_left(target, rank, 0),
    )
