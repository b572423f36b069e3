"""CIFAR-10 as zip files of JPEG pictures, a folder for each class; and what training does to a batch of them."""

import io
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

SIZE = 32
MOST_SHIFT = 3  # pixels, in each direction


def load(path: str | Path, most: int | None = None, seed: int = 0) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """(pictures uint8 [n, 32, 32, 3], their classes int32 [n], the classes' names). most: so many of them, chosen by the seed."""
    with zipfile.ZipFile(path) as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".jpg"))
        classes = sorted({name.split("/")[-2] for name in names})
        if most is not None:
            names = [names[i] for i in np.random.default_rng(seed).permutation(len(names))[:most]]
        pictures = np.stack([np.asarray(Image.open(io.BytesIO(archive.read(name))).convert("RGB")) for name in names])
    return pictures, np.array([classes.index(name.split("/")[-2]) for name in names], np.int32), classes


def varied(rng: np.random.Generator, pictures: np.ndarray) -> np.ndarray:
    """The pictures turned left to right or not, and moved by some pixels."""
    count, edge = len(pictures), MOST_SHIFT
    padded = np.pad(pictures, ((0, 0), (edge, edge), (edge, edge), (0, 0)), mode="reflect")
    y, x = rng.integers(0, 2 * edge + 1, (2, count, 1)) + np.arange(SIZE)
    turned = rng.random(count) < 0.5
    x = np.where(turned[:, None], x[:, ::-1], x)
    return padded[np.arange(count)[:, None, None], y[:, :, None], x[:, None, :]]
