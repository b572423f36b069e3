"""Pictures for a model's input: any file, scaled to its height and width, its pixels turned into the numbers that the model was trained on."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .errors import MiteError
from .graph import Quantization

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".ppm")
_RANGES = {"0..1": (0.0, 255.0), "-1..1": (127.5, 127.5), "0..255": (0.0, 1.0)}


@dataclass(frozen=True)
class Pixels:
    """real = (pixel - mean) / std, pixels from 0 to 255; one mean and std, or one for each channel. fit: a picture of another shape is
    stretched to the model's ("stretch") or cut at its longer side ("crop")."""

    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (255.0,)
    fit: str = "stretch"

    @staticmethod
    def parse(text: str, fit: str = "stretch") -> "Pixels":
        """Of "0..1", "-1..1", "0..255", or MEAN/STD such as "127.5/127.5" or "123.7,116.3,103.5/58.4,57.1,57.4". ValueError for another text."""
        if text in _RANGES:
            mean, std = _RANGES[text]
            return Pixels((mean,), (std,), fit)
        mean, std = (tuple(float(n) for n in part.split(",")) for part in text.split("/"))
        if len(mean) not in (1, len(std)) or len(std) not in (1, 3) or any(not n > 0 for n in std):
            raise ValueError(text)
        return Pixels(mean, std, fit)

    @staticmethod
    def of(metadata: dict) -> "Pixels | None":
        """What an image's metadata say, or None."""
        known = metadata.get("pixels")
        return Pixels(tuple(known["mean"]), tuple(known["std"]), known["fit"]) if known else None

    def as_dict(self) -> dict:
        return {"mean": list(self.mean), "std": list(self.std), "fit": self.fit}

    def real(self, pixels: np.ndarray) -> np.ndarray:
        """float32 of uint8 [..., channels]."""
        return ((pixels - np.float32(self.mean)) / np.float32(self.std)).astype(np.float32)

    def quantization(self) -> Quantization | None:
        """That with which an int8 input is the pixel less 128, as cameras' bytes easily become; None where there is none."""
        zero_point = round(self.mean[0] - 128)
        if len(self.mean) > 1 or len(self.std) > 1 or not -128 <= zero_point <= 127:
            return None
        return Quantization(np.float32([1 / self.std[0]]), np.int64([zero_point]))


def pixels_of(source, name: str | Path, tensor, fit: str = "stretch") -> np.ndarray:
    """uint8 [height, width, channels] of a file (or what is open like one) for a tensor [1, height, width, 1 or 3]. MiteError if it is no picture."""
    from PIL import Image, UnidentifiedImageError

    if len(tensor.shape) != 4 or tensor.shape[0] != 1 or tensor.shape[3] not in (1, 3):
        raise MiteError(f"{name}: {tensor.name} has shape {list(tensor.shape)}, a picture needs [1, height, width, 1 or 3]")
    _, height, width, channels = tensor.shape
    try:
        with Image.open(source) as image:
            image = image.convert("L" if channels == 1 else "RGB")
            if fit == "crop":
                part = min(image.width / width, image.height / height)
                left, top = (image.width - width * part) / 2, (image.height - height * part) / 2
                box = (left, top, left + width * part, top + height * part)
            else:
                box = None
            return np.asarray(image.resize((width, height), Image.Resampling.BILINEAR, box)).reshape(height, width, channels)
    except (UnidentifiedImageError, OSError) as error:
        raise MiteError(f"{name}: {getattr(error, 'strerror', None) or 'not a picture'}") from None


def picture(path: Path, tensor, metadata: dict) -> bytes:
    """A picture as a tensor takes it. metadata: of the image; its "pixels" say what the model was trained on. Without them 0..255, shifted
    by 128 for int8, 0..1 for float32."""
    known = Pixels.of(metadata)
    pixels = pixels_of(path, path, tensor, known.fit if known else "stretch")
    if tensor.dtype == "uint8":
        return pixels.tobytes()
    if tensor.dtype == "float32":
        return (known or Pixels()).real(pixels).astype("<f4").tobytes()
    if tensor.dtype == "int8" and (known is None or known.quantization() is not None):
        return (pixels.astype(np.int16) - 128).astype(np.int8).tobytes()
    if tensor.dtype in ("int8", "int16") and known is not None:
        limits = np.iinfo(tensor.dtype)
        numbers = np.round(known.real(pixels) / tensor.scale) + tensor.zero_point
        return np.clip(numbers, limits.min, limits.max).astype(tensor.dtype).tobytes()
    raise MiteError(f"{path}: {tensor.name} has type {tensor.dtype}")
