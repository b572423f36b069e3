"""Calibration data as users have them: folders or zip files of pictures, sound or arrays, or a Python file that makes them."""

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import numpy as np

from .. import sound
from ..errors import MiteError
from ..graph import Graph, Quantization, Tensor
from ..inputs import PICTURES, SOUNDS, named_arrays
from ..pictures import Pixels, pixels_of
from ..user_code import failure, run_file
from .observe import Samples
from .ranges import numbers

ARRAYS = (".npy", ".npz")
LABELS_KEY = "labels"  # the array of an .npz file that says the classes
GENERATORS = ("samples", "representative_dataset")  # what a Python file may call its function


@dataclass(frozen=True)
class Preparing:
    """How files become inputs."""

    pixels: Pixels = Pixels()
    feature_scale: float = 1 / 128  # real = scale * (feature - zero point), features int8 as the front-end gives them
    feature_zero_point: int = 0
    stride_ms: int = 20  # of the audio front-end
    labels: tuple[str, ...] = ()  # of the classes, in the order of the model's outputs


@dataclass
class Data:
    """Inputs for a float model, and what is known of them."""

    samples: Samples = field(default_factory=list)
    classes: list[int | None] = field(default_factory=list)  # of each sample
    inputs: list[Quantization | None] = field(default_factory=list)  # of the model's inputs, where the kind of data says it
    metadata: dict = field(default_factory=dict)  # for the image: how its inputs are made

    @property
    def is_labelled(self) -> bool:
        return any(each is not None for each in self.classes)


def load(path: Path, graph: Graph, most: int, preparing: Preparing = Preparing(), skip: int = 0) -> Data:
    """At most `most` samples for the graph's inputs, evenly chosen from all that is there. MiteError if there are none, or they do not fit.

    skip: so many of a shuffled order are left to somebody else, such as the calibration.
    """
    path.stat()
    if path.suffix == ".py":
        return _generated(path, graph, most, skip)
    files = list(_files(path))
    if not files:
        raise MiteError(f"{path}: there are no pictures ({', '.join(PICTURES)}), sound ({', '.join(SOUNDS)}) or arrays (.npy, .npz) in it")
    kinds = {_kind(name) for name, _ in files}
    if len(kinds) > 1:
        raise MiteError(f"{path}: there are {' and '.join(sorted(kinds))} in it; calibration wants one kind")
    kind = kinds.pop()
    if kind != "arrays" and len(graph.inputs) != 1:
        raise MiteError(f"{graph.name} takes {len(graph.inputs)} inputs: {kind} are one. Give .npz files, or a Python file with a function samples()")
    if kind != "arrays":
        order = np.random.default_rng(0).permutation(len(files))
        order = order[skip : skip + most] if len(files) > skip else order[:most]
        files = [files[i] for i in sorted(order)]
    data = {"pictures": _pictures, "sound": _sound, "arrays": _arrays}[kind](files, graph, preparing)
    return _thinned(data, most, skip) if kind != "pictures" else data


def random(graph: Graph, count: int) -> Data:
    """Numbers from 0 to 1: good for nothing but a first try."""
    made = np.random.default_rng(0)
    samples = [[made.random(t.shape).astype(np.float32) if t.dtype == "float32" else np.zeros(t.shape, t.dtype) for t in graph.inputs] for _ in range(count)]
    return Data(samples, [None] * count)


def _files(path: Path) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """(name, what reads it) of each file, in the order of their names."""
    if path.suffix == ".zip":
        try:
            archive = zipfile.ZipFile(path)
        except zipfile.BadZipFile as error:
            raise MiteError(f"{path}: {error}") from None
        for name in sorted(archive.namelist()):
            if _kind(name):
                yield name, lambda name=name: archive.read(name)
        return
    for each in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if _kind(each.name) and each.is_file():
            yield str(each), each.read_bytes


def _kind(name: str) -> str:
    suffix = PurePosixPath(name).suffix.lower()
    return "pictures" if suffix in PICTURES else "sound" if suffix in SOUNDS else "arrays" if suffix in ARRAYS else ""


def _class_of(name: str, labels: tuple[str, ...]) -> int | None:
    """A file's class: its folder's name, or what its own begins with, as a label or a number."""
    path = PurePosixPath(name)
    for word in (path.parent.name, path.stem, path.stem.partition("_")[0]):
        if word in labels:
            return labels.index(word)
    word = path.parent.name
    return int(word) if word.isdigit() and (not labels or int(word) < len(labels)) else None


def _pictures(files, graph: Graph, preparing: Preparing) -> Data:
    tensor, pixels = graph.inputs[0], preparing.pixels
    data = Data(inputs=[pixels.quantization()], metadata={"pixels": pixels.as_dict()})
    for name, read in files:
        data.samples.append([pixels.real(pixels_of(io.BytesIO(read()), name, tensor, pixels.fit))[None]])
        data.classes.append(_class_of(name, preparing.labels))
    return data


def _sound(files, graph: Graph, preparing: Preparing) -> Data:
    """Each recording's windows of features: as many as there are in it, half a window apart; a short one is put in the middle of silence."""
    from mite.audio import CHANNELS, Frontend

    tensor = graph.inputs[0]
    if tensor.count % CHANNELS:
        raise MiteError(f"{tensor.name} is {tensor.dtype}{list(tensor.shape)}, not frames of {CHANNELS} features: give its inputs as .npy files")
    frames = tensor.count // CHANNELS
    stride = preparing.stride_ms * sound.RATE // 1000
    window = frames * stride + sound.RATE // 50
    scale, zero_point = preparing.feature_scale, preparing.feature_zero_point
    data = Data(inputs=[numbers(scale, zero_point)], metadata={"frontend": {"stride_ms": preparing.stride_ms}})
    for name, read in files:
        samples = sound.load(name, io.BytesIO(read()))
        short = max(0, window - len(samples))
        # The front-end has to hear some silence first.
        samples = np.pad(samples, (sound.RATE // 2 + short // 2, short - short // 2)).astype("<i2")
        heard = np.array([np.array(frame, np.int8) for frame in Frontend(preparing.stride_ms).feed(samples.tobytes())])
        heard = heard[min(sound.RATE // 2 // stride, len(heard) - frames) :]
        for first in range(0, max(len(heard) - frames, 0) + 1, max(frames // 2, 1)):
            part = heard[first : first + frames]
            data.samples.append([((part.astype(np.float32) - zero_point) * np.float32(scale)).reshape(tensor.shape)])
            data.classes.append(_class_of(name, preparing.labels))
    return data


def _arrays(files, graph: Graph, preparing: Preparing) -> Data:
    """Each file's arrays are the graph's inputs, one sample or many along a first dimension; an array "labels" says the classes."""
    data = Data()
    for name, read in files:
        found = named_arrays(io.BytesIO(read()), name)
        classes = found.pop(LABELS_KEY, None)
        found = list(found.values())
        if len(found) != len(graph.inputs):
            raise MiteError(f"{name}: {len(found)} arrays, {graph.name} takes {len(graph.inputs)}")
        counts = {_count(array, t, name) for array, t in zip(found, graph.inputs)}
        if len(counts) > 1:
            raise MiteError(f"{name}: its arrays hold {' and '.join(map(str, sorted(counts)))} samples, for each input as many are wanted")
        count = counts.pop()
        if classes is not None and len(classes) != count:
            raise MiteError(f"{name}: {len(classes)} labels for {count} samples")
        for number in range(count):
            data.samples.append([_fitted(array.reshape(count, *t.shape)[number], t, name) for array, t in zip(found, graph.inputs)])
            data.classes.append(_class_of(name, preparing.labels) if classes is None else int(classes[number]))
    return data


def _count(array: np.ndarray, tensor: Tensor, name: str) -> int:
    if not array.size or array.size % tensor.count:
        raise MiteError(f"{name}: {array.size} numbers in shape {array.shape}, {tensor.name} takes {tensor.count} of shape {list(tensor.shape)}")
    return array.size // tensor.count


def _fitted(array, tensor: Tensor, name: str | Path) -> np.ndarray:
    array = np.ascontiguousarray(array, tensor.dtype).reshape(tensor.shape)
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise MiteError(f"{name}: for {tensor.name} there are numbers that are infinite or no numbers (NaN), which have no range")
    return array


def _generated(path: Path, graph: Graph, most: int, skip: int) -> Data:
    """What a generator yields: an array, a list of them, or (list, class) for each sample."""
    names = run_file(path)
    function = next((names[name] for name in GENERATORS if callable(names.get(name))), None)
    if function is None:
        raise MiteError(f"{path}: a function {' or '.join(f'{name}()' for name in GENERATORS)} is wanted, which yields a list of arrays for each sample")
    data = Data()
    try:
        for given in function():
            known = isinstance(given, tuple) and len(given) == 2 and isinstance(given[0], (list, tuple, np.ndarray)) and np.ndim(given[1]) == 0
            given, its_class = given if known else (given, None)
            given = [given] if isinstance(given, np.ndarray) else list(given)
            if len(given) != len(graph.inputs):
                raise MiteError(f"{path}: {len(given)} arrays, {graph.name} takes {len(graph.inputs)}")
            for array, t in zip(given, graph.inputs):
                if np.size(array) != t.count:
                    raise MiteError(f"{path}: {np.size(array)} numbers in shape {np.shape(array)}, {t.name} takes {t.count} of shape {list(t.shape)}")
            data.samples.append([_fitted(array, t, path) for array, t in zip(given, graph.inputs)])
            data.classes.append(None if its_class is None else int(its_class))
            if len(data.samples) >= most + skip:
                break
    except MiteError:
        raise
    except Exception as error:
        raise failure(path, error) from None
    if not data.samples:
        raise MiteError(f"{path}: it yields nothing")
    return _thinned(data, most, skip)


def _thinned(data: Data, most: int, skip: int) -> Data:
    """At most so many of the samples, those after the first `skip` of a shuffled order; of too few, all."""
    order = np.random.default_rng(0).permutation(len(data.samples))
    order = sorted(order[skip : skip + most] if len(order) > skip else order[:most])
    data.samples, data.classes = [data.samples[i] for i in order], [data.classes[i] for i in order]
    return data
