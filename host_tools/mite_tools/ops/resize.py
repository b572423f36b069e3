"""What resizing ops have in common: which pixel of the input an output pixel is made of."""

import numpy as np

from ..arithmetic import round_away


def fixed_scale(size: int, out: int, align_corners: bool) -> int:
    """Input pixels for one output pixel, times 1024, rounded as the reference does."""
    if align_corners and out > 1:
        return (1024 * (size - 1) + (out - 1) // 2) // (out - 1)
    return (1024 * size + out // 2) // out


def nearest(size: int, out: int, align_corners: bool, half_pixel: bool) -> list[int]:
    """For each output pixel the input's, in the reference's single precision."""
    single = np.float32
    scale = single(size - 1) / single(out - 1) if align_corners and out > 1 else single(size) / single(out)
    places = [(single(i) + single(0.5 if half_pixel else 0)) * scale for i in range(out)]
    chosen = [round_away(float(p)) if align_corners else int(np.floor(p)) for p in places]
    return [max(0, min(i, size - 1)) for i in chosen]
