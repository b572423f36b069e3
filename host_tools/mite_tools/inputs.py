"""Inputs for a model from files: arrays, sound, pictures."""

from pathlib import Path

import numpy as np

from . import sound
from .errors import MiteError

PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".ppm")
SOUNDS = (".wav", ".flac", ".ogg", ".mp3")


def whole(model, tensor):
    """A model's input; where it comes in rows, another with room for all of it, from which the model takes them."""
    import mite

    if tensor.data or not tensor.shape:
        return tensor
    dtype = np.dtype(tensor.dtype)
    rows = bytearray(int(np.prod(tensor.shape)) * dtype.itemsize)
    model.rows(rows)
    return mite.Tensor(tensor.name, tensor.shape, tensor.dtype, dtype.char, tensor.scale, tensor.zero_point, memoryview(rows))


def fill(tensor, path: Path, metadata: dict) -> None:
    """Put a file's content into a mite.Tensor. metadata: of the image; "frontend" says how sound becomes features."""
    suffix = path.suffix.lower()
    if suffix in (".npy", ".npz"):
        array = arrays(path)[0]
        if array.size != len(tensor):
            raise MiteError(f"{path}: {array.size} numbers in shape {array.shape}, {tensor.name} takes {len(tensor)}")
        if array.dtype.kind == "f":
            tensor.quantize(array)
        elif array.dtype == tensor.dtype:
            tensor.data[:] = np.ascontiguousarray(array).tobytes()
        else:
            try:
                tensor[:] = array
            except ValueError as error:
                raise MiteError(f"{path}: {error}") from None
    elif suffix in SOUNDS:
        tensor.data[:] = features(sound.load(path), tensor, metadata, path)
    elif suffix in PICTURES:
        tensor.data[:] = picture(path, tensor)
    else:
        raise MiteError(f"{path}: not a kind of file that `mite run` reads (.npy, .npz, sound {SOUNDS} or picture {PICTURES})")


def arrays(path: Path) -> list[np.ndarray]:
    """The array of an .npy file, or those of an .npz file in their order."""
    try:
        loaded = np.load(path, allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise MiteError(f"{path}: {error}") from None
    return [loaded] if isinstance(loaded, np.ndarray) else [loaded[name] for name in loaded.files]


def read_run(path: Path, graph) -> list[np.ndarray]:
    """A file's arrays as one run's inputs: in the inputs' types, numbers that are not already are quantized."""
    found = arrays(path)
    if len(found) != len(graph.inputs):
        raise MiteError(f"{path}: {len(found)} arrays, {graph.name} takes {len(graph.inputs)}")
    run = []
    for array, t in zip(found, graph.inputs):
        if array.dtype.kind == "f" and t.dtype != "float32" and t.is_quantized:
            limits = np.iinfo(t.dtype)
            array = np.clip(np.round(array / t.scale) + t.zero_point, limits.min, limits.max)
        if array.size != t.count:
            raise MiteError(f"{path}: {array.size} numbers, {t.name} takes {t.count}")
        run.append(array.astype(t.dtype).reshape(t.shape))
    return run


def features(samples: np.ndarray, tensor, metadata: dict, path) -> bytes:
    """The last window of features of a recording, as int8, for a tensor of frames of 40 features."""
    from mite.audio import CHANNELS, FeatureWindow, Frontend

    if tensor.dtype != "int8" or len(tensor) % CHANNELS:
        raise MiteError(f"{path}: {tensor.name} is {tensor.dtype}{list(tensor.shape)}, not frames of {CHANNELS} int8 features")
    frames = len(tensor) // CHANNELS
    window = FeatureWindow(Frontend(metadata.get("frontend", {}).get("stride_ms", 20)), frames)
    data = bytearray(len(tensor))
    found = False
    for ready in window.feed(samples.tobytes()):
        ready.copy_to(memoryview(data))
        found = True
    if not found:
        raise MiteError(f"{path}: {len(samples) / sound.RATE:.2f} s of sound are too little for {frames} frames")
    return bytes(data)


def picture(path: Path, tensor) -> bytes:
    """A picture, scaled to the tensor's height and width, as it takes it: 0..255, shifted by 128 for int8, 0..1 for float32."""
    from PIL import Image, UnidentifiedImageError

    if len(tensor.shape) != 4 or tensor.shape[0] != 1 or tensor.shape[3] not in (1, 3):
        raise MiteError(f"{path}: {tensor.name} has shape {list(tensor.shape)}, a picture needs [1, height, width, 1 or 3]")
    _, height, width, channels = tensor.shape
    try:
        with Image.open(path) as image:
            pixels = np.asarray(image.convert("L" if channels == 1 else "RGB").resize((width, height), Image.Resampling.BILINEAR))
    except (UnidentifiedImageError, OSError) as error:
        raise MiteError(f"{path}: {getattr(error, 'strerror', None) or 'not a picture'}") from None
    if tensor.dtype == "uint8":
        return pixels.tobytes()
    if tensor.dtype == "int8":
        return (pixels.astype(np.int16) - 128).astype(np.int8).tobytes()
    if tensor.dtype == "float32":
        return (pixels / np.float32(255)).astype("<f4").tobytes()
    raise MiteError(f"{path}: {tensor.name} has type {tensor.dtype}")
