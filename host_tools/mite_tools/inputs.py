"""Inputs for a model from files: arrays, sound, pictures."""

from pathlib import Path

import numpy as np

from mite.tensor import limits

from . import sound
from .errors import MiteError
from .pictures import SUFFIXES as PICTURES
from .pictures import picture

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
        found = arrays(path)
        if len(found) != 1:
            raise MiteError(f"{path}: {len(found)} arrays; a file with one is wanted for each input")
        tensor.data[:] = _numbers(found[0], tensor, len(tensor), tensor.scale, path).tobytes()
    elif suffix in SOUNDS:
        tensor.data[:] = features(sound.load(path), tensor, metadata, path)
    elif suffix in PICTURES:
        tensor.data[:] = picture(path, tensor, metadata)
    else:
        raise MiteError(f"{path}: not a kind of file that `mite run` reads ({', '.join(('.npy', '.npz', *SOUNDS, *PICTURES))})")


def arrays(path: Path) -> list[np.ndarray]:
    """The array of an .npy file, or those of an .npz file in their order."""
    return list(named_arrays(path, path).values())


def named_arrays(source, name: str | Path) -> dict[str, np.ndarray]:
    """The arrays of an .npz file under their names, or that of an .npy file. source: the file, or what is open like one; name: for errors."""
    try:
        loaded = np.load(source, allow_pickle=False)
        found = {"": loaded} if isinstance(loaded, np.ndarray) else {key: loaded[key] for key in loaded.files}
    except FileNotFoundError as error:
        raise MiteError(f"{name}: {error.strerror}") from None
    except IsADirectoryError as error:
        raise MiteError(f"{name}: {error.strerror}; an .npy or .npz file is wanted") from None
    except Exception:  # NumPy, zipfile and zlib raise whatever the damage leads them to
        raise MiteError(f"{name}: this is not an .npy or .npz file of numbers, or it is damaged") from None
    for array in found.values():
        if array.dtype.kind not in "biuf":
            raise MiteError(f"{name}: an array of type {array.dtype}; real numbers are wanted")
        if np.isnan(array).any():
            raise MiteError(f"{name}: some of it is not a number (NaN)")
    return found


def _numbers(array: np.ndarray, tensor, count: int, scale: float, path) -> np.ndarray:
    """An array in the type of a tensor, mite.Tensor or the graph's: real numbers are quantized as Tensor.quantize() does, if it has a scale;
    whole ones are taken as they are. MiteError where they do not fit."""
    if array.size != count:
        raise MiteError(f"{path}: {array.size} numbers in shape {list(array.shape)}, {tensor.name} takes {count} in shape {list(tensor.shape)}")
    dtype = np.dtype(tensor.dtype)
    if array.dtype == dtype or dtype.kind == "f":
        return np.ascontiguousarray(array, dtype)
    least, most = limits(tensor.dtype)
    if array.dtype.kind == "f" and scale:
        real = array.astype(np.float64) / scale
        numbers = np.copysign(np.floor(np.abs(real) + 0.5), real) + tensor.zero_point
        return np.clip(numbers, least, most).astype(dtype)
    if array.dtype.kind == "f" and (array != np.trunc(array)).any():
        raise MiteError(f"{path}: numbers with a fraction; {tensor.name} is {dtype} without a scale, and takes whole ones")
    if array.size and not least <= array.min() <= array.max() <= most:
        raise MiteError(f"{path}: its numbers go from {array.min()} to {array.max()}, {tensor.name} is {dtype} and takes {least} to {most}")
    return np.ascontiguousarray(array, dtype)


def read_run(path: Path, graph) -> list[np.ndarray]:
    """A file's arrays as one run's inputs: in the inputs' types, numbers that are not already are quantized."""
    found = arrays(path)
    if len(found) != len(graph.inputs):
        raise MiteError(f"{path}: {len(found)} arrays, {graph.name} takes {len(graph.inputs)}")
    return [_numbers(array, t, t.count, t.scale if t.is_quantized else 0, path).reshape(t.shape) for array, t in zip(found, graph.inputs)]


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
