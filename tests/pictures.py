"""mite.vision's arithmetic once more, in NumPy: whole pictures at a time, from what port/vision/picture.h says."""

import numpy as np

PIXEL_BYTES = {"rgb565be": 2, "rgb565le": 2, "rgb888": 3, "bgr888": 3, "grey": 1, "yuyv": 2, "uyvy": 2}


def weights(method: str, source: int, target: int) -> np.ndarray:
    """int64 [target, source]: 256ths of each source pixel in each output pixel."""
    found = np.zeros((target, source), np.int64)
    out = np.arange(target)
    if method == "nearest":
        found[out, (2 * out + 1) * source // (2 * target)] = 256
    elif method == "bilinear":
        middle = np.maximum((2 * out + 1) * source - target, 0)
        first, part = np.divmod(middle, 2 * target)
        part = (256 * part + target) // (2 * target)
        for o, i, p in zip(out, first, part):
            found[o, min(i, source - 1)] += 256 - p
            found[o, min(i + 1, source - 1)] += p
    else:
        edges = np.arange(source + 1) * target * 256 // source
        begin = 256 * out[:, None]
        found = np.clip(np.minimum(edges[1:], begin + 256) - np.maximum(edges[:-1], begin), 0, None)
    return found


def channels(frame: np.ndarray, width: int, height: int, format: str) -> np.ndarray:
    """int64 [height, width, 1 or 3]: the frame's channels as they are, of bytes [height, stride]."""
    pixels = frame[:, : (width + 1) // 2 * 4 if format in ("yuyv", "uyvy") else width * PIXEL_BYTES[format]].astype(np.int64)
    if format.startswith("rgb565"):
        high, low = (pixels[:, 0::2], pixels[:, 1::2]) if format == "rgb565be" else (pixels[:, 1::2], pixels[:, 0::2])
        return np.stack([high >> 3, (high & 7) << 3 | low >> 5, low & 31], -1)
    if format in ("yuyv", "uyvy"):
        y, chroma = (pixels[:, 0::2], pixels[:, 1::2]) if format == "yuyv" else (pixels[:, 1::2], pixels[:, 0::2])
        u, v = (np.repeat(chroma[:, i::2], 2, 1) for i in (0, 1))
        return np.stack([y, u, v], -1)[:, :width]
    pixels = pixels.reshape(height, width, -1)
    return pixels[:, :, ::-1] if format == "bgr888" else pixels


def to_rgb(sums: np.ndarray, format: str) -> np.ndarray:
    """int64 [..., 3] of 0..255, from sums in 65536ths."""
    if format.startswith("rgb565"):
        return (sums * np.array([527, 259, 527]) + (1 << 21)) >> 22
    mean = (sums + (1 << 15)) >> 16
    if format in ("yuyv", "uyvy"):
        y, u, v = (mean[..., 0] << 16) + (1 << 15), mean[..., 1] - 128, mean[..., 2] - 128
        return np.clip(np.stack([y + 91881 * v, y - 22554 * u - 46802 * v, y + 116130 * u], -1) >> 16, 0, 255)
    return np.repeat(mean, 3, -1) if mean.shape[-1] == 1 else mean


def preprocess(frame, width, height, format, crop, turns, method, out_width, out_height, depth, table) -> np.ndarray:
    """[out_height, out_width, depth] of the table's numbers. frame: uint8 [height, stride]; table: [256] or [depth, 256]."""
    x, y, crop_width, crop_height = crop
    part = channels(frame, width, height, format)[y : y + crop_height, x : x + crop_width]
    part = np.rot90(part, -turns)
    columns, rows = weights(method, part.shape[1], out_width), weights(method, part.shape[0], out_height)
    sums = np.einsum("or,rcd,pc->opd", rows, part, columns, optimize=True)
    if depth == 1 and format in ("yuyv", "uyvy"):
        picture = (sums[..., :1] + (1 << 15)) >> 16
    else:
        picture = to_rgb(sums, format)
        if depth == 1 and format != "grey":
            picture = (picture @ np.array([[19595], [38470], [7471]]) + (1 << 15)) >> 16
        picture = picture[..., :depth]
    return table[picture] if table.ndim == 1 else np.stack([table[i][picture[..., i]] for i in range(depth)], -1)
