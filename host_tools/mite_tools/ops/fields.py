"""What port/kernels/conv_rows.h needs to be told of a convolution's weights: it adds up the products of several taps and pixels in three
fields of one number of 64 bits, and must empty them before they overflow."""

import numpy as np

# Sums of |weights| whose products with any int8 fit: a field of 22 bits, and the highest, of 20. As ROWS_MOST and ROWS_HIGH_MOST there.
MOST = (2**21 - 1) // 128
HIGH_MOST = (2**19 - 1) // 128
LEAST_STEPS = 6  # with fewer steps a part the fields are emptied too often


def parts(kernel: np.ndarray, stride_w: int) -> int:
    """The fewest equal parts into which the products of each output channel may fall so that none overflows a field; 0 if there is no number.

    kernel: int8 [out_c, kernel_h, kernel_w, in_c].
    """
    magnitude = np.abs(kernel.astype(np.int64))
    chains, singles = _steps(magnitude, stride_w)
    count, pairs = chains.shape[-1], (singles.shape[-1] + 1) // 2
    singles = np.pad(singles, ((0, 0), (0, 0), (0, 2 * pairs - singles.shape[-1])))
    for parts in range(1, max((count + pairs) // LEAST_STEPS, 1) + 1):
        if count % parts == 0 and pairs % parts == 0:
            sums = sum(each.reshape(*each.shape[:2], parts, -1).sum(-1) for each in (chains, singles))
            if sums[0].max() <= MOST and sums[1].max() <= HIGH_MOST:
                return parts
    return 0


def _steps(magnitude: np.ndarray, stride_w: int) -> tuple[np.ndarray, np.ndarray]:
    """([2, out_c, chains], [2, out_c, singles]): of each step the sum of its |weights|, and of those that reach the highest field.

    The taps of a kernel row that meet the same pixels fall into words of two, an odd one first and alone; the first of two reaches the highest
    field. Two words are a chain, what is left a single (rows_steps). Kernel rows and input channels follow one another.
    """
    chains, singles = [], []
    width = magnitude.shape[2]
    for first in range(min(stride_w, width)):
        taps = list(range(first, width, stride_w))
        words = [taps[:1]] if len(taps) % 2 else []
        words += [taps[i : i + 2] for i in range(len(taps) % 2, len(taps), 2)]
        for i in range(0, len(words), 2):
            step = words[i : i + 2]
            all_taps, high = sum(step, []), [word[0] for word in step if len(word) == 2]
            sums = np.stack([magnitude[:, :, all_taps].sum(2), magnitude[:, :, high].sum(2)])  # [2, out_c, kernel_h, in_c]
            (chains if len(step) == 2 else singles).append(sums)

    def in_order(steps: list[np.ndarray]) -> np.ndarray:
        return np.stack(steps, 3).reshape(2, len(magnitude), -1) if steps else np.zeros((2, len(magnitude), 0), np.int64)

    return in_order(chains), in_order(singles)
