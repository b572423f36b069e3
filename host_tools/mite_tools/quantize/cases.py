"""The models that measure.py looks at, each with data: the project's own, and published ones from ../shared where that is there."""

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from .. import sound
from ..graph import Quantization
from ..models.cifar.pictures import load as load_cifar
from ..pictures import Pixels
from . import features
from .observe import Samples
from .ranges import numbers

MODELS = Path(__file__).resolve().parents[1] / "models"
SHARED = Path(__file__).resolve().parents[4] / "shared"
CALIBRATED, FEW = 200, 100  # samples to calibrate with; pictures for time and memory
TESTED_PICTURES, TESTED_SOUNDS = 500, 400
# In the tests each recording is heard in so many ways, as there are few: places of a word from the middle of its window, levels of the noise.
SHIFTS_MS, NOISES_DB = range(-100, 101, 25), (-30, -20, -10)
WORD_LEVEL, NOISE_DB = 3000, -20  # RMS of a word, of 32768; noise around it
LONG = 8000  # samples of a recording in which the anomaly detector finds a few windows
LEAD = sound.RATE // 2  # what the front-end hears before
FEATURE_FRAMES, STRIDE_MS = 49, 20
DIGIT_LABEL = 2  # the label of "zero" of the digits model
TEST_RECORDINGS = 5  # of each speaker and digit are not for training
DIM, BRIGHT = 0.4, 1.6  # factors of pictures that there are few of


@dataclass
class Case:
    """A float model and its data."""

    name: str
    model: Path
    samples: Samples  # to calibrate with
    test: Samples
    classes: list[int] | None = None  # of the test samples
    given: Quantization | None = None  # of the input
    official: Path | None = None  # the published int8 model of the same network
    narrow: bool = False  # measured with four bits, too


def recordings() -> Iterator[tuple[bool, int, np.ndarray]]:
    """(for the test?, digit, int16 at 16 kHz) of each of the Free Spoken Digit Dataset's recordings."""
    with zipfile.ZipFile(SHARED / "data" / "fsdd.zip") as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".wav"))
        order = np.random.default_rng(0).permutation(len(names))
        for name in (names[i] for i in order):
            digit, _, number = Path(name).stem.split("_")
            yield int(number) < TEST_RECORDINGS, int(digit), sound.load(name, io.BytesIO(archive.read(name)))


def gathered(make: Callable[[np.ndarray], np.ndarray]) -> tuple[Samples, Samples, list[int]]:
    """(samples to calibrate with, test samples, their digits) of the recordings. make: from a recording to the model's input."""
    samples, test, digits = [], [], []
    for is_test, digit, recording in recordings():
        if is_test and len(test) < TESTED_SOUNDS:
            test.append([make(recording)])
            digits.append(digit)
        elif not is_test and len(samples) < CALIBRATED:
            samples.append([make(recording)])
        if len(samples) == CALIBRATED and len(test) == TESTED_SOUNDS:
            break
    return samples, test, digits


def heard(recording: np.ndarray, shift_ms: int = 0, noise_db: float = NOISE_DB) -> np.ndarray:
    """float32 [1, 49, 40, 1]: a recording in the middle of a window, or a little off, in white noise, through the front-end."""
    from mite.audio import Frontend

    stride = STRIDE_MS * sound.RATE // 1000
    window = (FEATURE_FRAMES - 1) * stride + 480
    word = recording[:window] * (WORD_LEVEL / max(np.sqrt(np.mean(recording.astype(np.float64) ** 2)), 1))
    around = np.random.default_rng((len(recording), shift_ms + SHIFTS_MS[-1])).standard_normal(LEAD + window) * WORD_LEVEL * 10 ** (noise_db / 20)
    first = LEAD + max(0, (window - len(word)) // 2 + shift_ms * sound.RATE // 1000)
    word = word[: len(around) - first]
    around[first : first + len(word)] += word
    samples = np.clip(around, -32768, 32767).astype("<i2")
    frames = [np.array(frame, np.int8) for frame in Frontend(STRIDE_MS).feed(samples.tobytes())]
    return np.array(frames[-FEATURE_FRAMES:], np.float32).reshape(1, FEATURE_FRAMES, -1, 1) / 128


def digits(_: int) -> Case:
    samples, test, spoken = gathered(lambda recording: recording)
    samples = [[heard(recording)] for (recording,) in samples]
    ways = [(shift, noise) for shift in SHIFTS_MS for noise in NOISES_DB]
    test = [[heard(recording, *way)] for (recording,) in test for way in ways]
    spoken = [digit for digit in spoken for _ in ways]
    return Case("spoken digits, own", MODELS / "digits" / "digits_float.tflite", samples, test, [digit + DIGIT_LABEL for digit in spoken],
                numbers(1 / 128, 0), narrow=True)  # fmt: skip


def cifar(pictures: int) -> Case:
    model = MODELS / "cifar" / "cifar_float.tflite"
    model.stat()
    return _cifar("CIFAR-10, own", model, Pixels(), None, pictures)


def resnet8(pictures: int) -> Case:
    return _cifar("resnet8, CIFAR-10", SHARED / "models" / "resnet8_float.tflite", Pixels((0,), (1,)), SHARED / "models" / "resnet8_int8.tflite", pictures)


def _cifar(name: str, model: Path, pixels: Pixels, official: Path | None, most: int) -> Case:
    shown, _, _ = load_cifar(SHARED / "data" / "cifar10_train.zip", CALIBRATED)
    test, classes, _ = load_cifar(SHARED / "data" / "cifar10_test.zip", most)
    as_samples = lambda pictures: [[pixels.real(picture)[None]] for picture in pictures]
    return Case(name, model, as_samples(shown), as_samples(test), classes.tolist(), pixels.quantization(), official, narrow=True)


def kws(_: int) -> Case:
    samples, test, _ = gathered(lambda recording: features.mfcc(recording).reshape(1, 49, 10, 1))
    test += [[features.mfcc(sound.load(path)).reshape(1, 49, 10, 1)] for path in sorted((SHARED / "data" / "audio").glob("*_1000ms.wav"))]
    models = SHARED / "models"
    return Case("kws, hybrid", models / "kws_ref_model_float32.tflite", samples, test, official=models / "kws_ref_model.tflite")


def vww(_: int) -> Case:
    """Few large pictures are there: parts of them, brighter and darker, and small ones made larger."""
    random, pictures, size = np.random.default_rng(0), [], 96
    for path in sorted((SHARED / "data" / "images").glob("*.bmp")):
        with Image.open(path) as image:
            image = image.convert("RGB")
            for _ in range(40):
                side = int(min(image.size) * random.uniform(0.4, 1))
                left, top = (int(random.integers(0, n - side + 1)) for n in image.size)
                part = image.resize((size, size), Image.Resampling.BILINEAR, (left, top, left + side, top + side))
                pictures.append(np.clip(np.asarray(part) * random.uniform(DIM, BRIGHT), 0, 255).astype(np.uint8))
    small, _, _ = load_cifar(SHARED / "data" / "cifar10_test.zip", TESTED_PICTURES + CALIBRATED - len(pictures))
    pictures += [np.asarray(Image.fromarray(each).resize((size, size), Image.Resampling.BILINEAR)) for each in small]
    samples = [[Pixels().real(pictures[i])[None]] for i in random.permutation(len(pictures))]
    models = SHARED / "models"
    return Case("vww", models / "vww_96_float.tflite", samples[:CALIBRATED], samples[CALIBRATED:], given=Pixels().quantization(), official=models / "vww_96_int8.tflite")


def ad(_: int) -> Case:
    long = (recording for _, _, recording in recordings() if len(recording) > LONG)
    rows = [features.log_mels(recording) for recording, _ in zip(long, range(CALIBRATED + TESTED_SOUNDS))]
    rows += [features.log_mels(sound.load(path)) for path in sorted((SHARED / "data" / "audio").glob("*_1000ms.wav"))]
    rows = np.random.default_rng(0).permutation(np.concatenate(rows))[: CALIBRATED + TESTED_SOUNDS]
    models = SHARED / "models"
    samples = [[row[None]] for row in rows]
    return Case("ad01", models / "ad01_fp32.tflite", samples[:CALIBRATED], samples[CALIBRATED:], official=models / "ad01_int8.tflite")


# name -> what makes the case of at most so many pictures; FileNotFoundError where something is missing
CASES: dict[str, Callable[[int], Case]] = {"digits": digits, "cifar": cifar, "resnet8": resnet8, "kws": kws, "vww": vww, "ad01": ad}
