"""Inputs for a model from files: arrays, sound, pictures."""

from pathlib import Path

import numpy as np

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
        tensor.data[:] = picture(path, tensor, metadata)
    else:
        raise MiteError(f"{path}: not a kind of file that `mite run` reads (.npy, .npz, sound {SOUNDS} or picture {PICTURES})")


def arrays(path: Path) -> list[np.ndarray]:
    """The array of an .npy file, or those of an .npz file in their order."""
    return list(named_arrays(path, path).values())


def named_arrays(source, name: str | Path) -> dict[str, np.ndarray]:
    """The arrays of an .npz file under their names, or that of an .npy file. source: the file, or what is open like one; name: for errors."""
    try:
        loaded = np.load(source, allow_pickle=False)
        return {"": loaded} if isinstance(loaded, np.ndarray) else {key: loaded[key] for key in loaded.files}
    except (ValueError, EOFError, OSError) as error:
        raise MiteError(f"{name}: {error}") from None


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
