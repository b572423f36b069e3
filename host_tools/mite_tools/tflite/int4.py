"""Numbers of four bits, as TensorFlow Lite stores them: two to a byte, the lower half first."""

import numpy as np


def pack_int4(numbers: np.ndarray) -> bytes:
    """The bytes of int8 numbers from -8 to 7; the last half is zero if their count is odd."""
    flat = numbers.reshape(-1).astype(np.uint8) & 15
    flat = np.append(flat, np.zeros(len(flat) % 2, np.uint8))
    return (flat[::2] | flat[1::2] << 4).astype(np.uint8).tobytes()


def unpack_int4(data: bytes, count: int) -> np.ndarray:
    """int8 [count] from -8 to 7."""
    raw = np.frombuffer(data, np.uint8)
    halves = np.stack([raw << 4, raw & 0xF0], 1).astype(np.uint8).view(np.int8)
    return (halves >> 4).reshape(-1)[:count]
