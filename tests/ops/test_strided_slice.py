"""STRIDED_SLICE: strides of both signs, all masks."""

import numpy as np
import pytest
from harness import indices
from hypothesis import given
from hypothesis import strategies as st
from moving import MICRO_TYPES, like, moves


def strided(shape, begin, end, strides, out, dtype="int8", micro=True, **masks):
    names = ("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask")
    inputs = [like(shape, dtype), indices(*begin), indices(*end), indices(*strides)]
    moves("STRIDED_SLICE", inputs, [out], dtype, micro, **{name: masks.get(name, 0) for name in names})


@pytest.mark.parametrize("dtype", (*MICRO_TYPES, "int32", "bool"))
def test_types(dtype):
    strided((3, 5), (0, 1), (3, 5), (2, 2), (2, 2), dtype)


@pytest.mark.parametrize("begin, end, stride, count", [(-3, -1, 1, 2), (9, -9, -2, 3), (-1, 0, -1, 4), (1, 100, 3, 2), (-100, 3, 1, 3)])
def test_negative_and_out_of_range(begin, end, stride, count):
    strided((5,), (begin,), (end,), (stride,), (count,))


def test_shrink():
    strided((3, 4, 5), (1, 0, -2), (2, 4, 100), (1, 1, 1), (4,), shrink_axis_mask=5)


def test_ellipsis_and_new_axis():
    """TFLite Micro lacks them."""
    strided((3, 4, 5), (0, 0, 1), (0, 0, 3), (1, 1, 1), (3, 4, 1, 2), micro=False, ellipsis_mask=1, new_axis_mask=2)


@given(st.data(), st.lists(st.integers(1, 6), min_size=1, max_size=4))
def test_any(data, shape):
    rank = len(shape)
    masks = [data.draw(st.integers(0, (1 << rank) - 1)) for _ in range(2)]
    slices, rows = [], []
    for axis, n in enumerate(shape):
        begin, end = (data.draw(st.integers(-n - 1, n + 1)) for _ in range(2))
        stride = data.draw(st.sampled_from((-3, -2, -1, 1, 2, 3)))
        one = slice(*(None if mask >> axis & 1 else v for mask, v in zip(masks, (begin, end))), stride)
        if not len(range(n)[one]):
            begin, end, stride, one = -n, n, 1, slice(None)
        slices.append(one)
        rows.append((begin, end, stride))
    strided(shape, *zip(*rows), np.empty(shape)[tuple(slices)].shape, begin_mask=masks[0], end_mask=masks[1])


@given(st.data(), st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_any_masks(data, shape):
    """New, dropped and untold dimensions in any order, as LiteRT reads them."""
    rows, index, masks, axis = [], [], dict.fromkeys(("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask"), 0), 0
    told = data.draw(st.integers(0, len(shape)))
    skipped = data.draw(st.integers(0, told)) if told < len(shape) and data.draw(st.booleans()) else None
    new = data.draw(st.integers(0, 5 - len(shape)))
    kinds = data.draw(st.permutations(["slice"] * told + ["new"] * new))
    if skipped is not None:
        kinds.insert(skipped, "rest")
    for place, kind in enumerate(kinds):
        begin, end, stride = 0, 0, 1
        if kind == "rest":
            masks["ellipsis_mask"] |= 1 << place
            axis += len(shape) - told
            index.append(...)
        elif kind == "new":
            masks["new_axis_mask"] |= 1 << place
            index.append(None)
        else:
            n = shape[axis]
            axis += 1
            begin, end = data.draw(st.integers(-n, n - 1)), data.draw(st.integers(-n - 1, n + 1))
            if data.draw(st.booleans()):
                masks["shrink_axis_mask"] |= 1 << place
                absent = data.draw(st.booleans())
                masks["begin_mask"] |= absent << place
                masks["end_mask"] |= data.draw(st.booleans()) << place
                index.append(0 if absent else begin)
            else:
                stride = data.draw(st.sampled_from((-2, -1, 1, 2)))
                flags = [data.draw(st.booleans()) for _ in range(2)]
                for name, flag in zip(("begin_mask", "end_mask"), flags):
                    masks[name] |= flag << place
                one = slice(None if flags[0] else begin, None if flags[1] else end, stride)
                if not len(range(n)[one]):
                    masks["begin_mask"] |= 1 << place
                    masks["end_mask"] |= 1 << place
                    one = slice(None, None, stride)
                index.append(one)
        rows.append((begin, end, stride))
    if not rows:
        return
    strided(shape, *zip(*rows), np.empty(shape)[tuple(index)].shape, micro=False, **masks)
