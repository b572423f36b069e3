"""Strided views: how data movement and broadcasting are said in few dimensions."""

import math
from collections.abc import Iterator
from itertools import product

from ..graph import Tensor
from ..image import spec
from ..program import Part, Place, Program


def strides_of(shape: tuple[int, ...], itemsize: int = 1) -> list[int]:
    """The strides, in bytes, of a dense tensor."""
    return [itemsize * math.prod(shape[i + 1 :]) for i in range(len(shape))]


def broadcast_strides(shape: tuple[int, ...], to: tuple[int, ...], itemsize: int = 1) -> list[int]:
    """The strides, in bytes, of a dense tensor read as if it had the shape `to`: 0 where it is repeated."""
    padded = (1,) * (len(to) - len(shape)) + tuple(shape)
    return [0 if size == 1 and out != 1 else stride for size, out, stride in zip(padded, to, strides_of(padded, itemsize))]


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


def blocks(dims: list[int], views: list[list[int]], rank: int) -> Iterator[tuple[list[int], list[list[int]], list[int]]]:
    """(dims, strides of each view, offset of each view in bytes) of the pieces of at most `rank` dimensions that make up the whole."""
    outer = max(0, len(dims) - rank)
    for index in product(*map(range, dims[:outer])):
        yield dims[outer:], [s[outer:] for s in views], [sum(i * stride for i, stride in zip(index, s)) for s in views]


def moved(place: Place, offset: int) -> Place:
    """The place `offset` bytes further on."""
    if isinstance(place, Part):
        return place.moved(offset)
    return Part(place, offset) if offset else place


def copy(program: Program, input: Place, output: Tensor | Part, shape, input_strides, output_strides, itemsize: int) -> None:
    """Append what copies `shape` elements between two strided views (strides in bytes)."""
    dims, (source, target) = merge((*shape, itemsize), (*input_strides, 1), (*output_strides, 1))
    run = 1
    if dims and source[-1] == target[-1] == 1:
        run = dims.pop()
        source.pop(), target.pop()
    if len(dims) > 1:
        # The longest loop innermost, which is the fastest; nothing that is written is read.
        longest = max(range(len(dims)), key=lambda i: (dims[i], i))
        for values in (dims, source, target):
            values.append(values.pop(longest))
    rank = spec.COPY_RANK - 1
    for dims, (inner_source, inner_target), offsets in blocks(dims, [source, target], rank):
        program.add(
            "COPY",
            input=moved(input, offsets[0]),
            output=moved(output, offsets[1]),
            run=run,
            dims=pad_left(dims, rank, 1),
            input_strides=pad_left(inner_source, rank, 0),
            output_strides=pad_left(inner_target, rank, 0),
        )
