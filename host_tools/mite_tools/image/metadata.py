"""The metadata of an image (SPEC.md): JSON from files, and whether what mite itself reads of it is what it should be."""

import json
from pathlib import Path

from ..errors import ConvertError

LONGEST_MS = 1000  # of a front-end's stride


def read_object(path: Path) -> dict:
    """The JSON object in a file. ConvertError if there is none, OSError if it cannot be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise ConvertError(f"{path}: this is not a text file; JSON is wanted") from None
    except RecursionError:
        raise ConvertError(f"{path}: its JSON is nested too deeply") from None
    except ValueError as error:
        raise ConvertError(f"{path}: this is not JSON: {error}") from None
    if not isinstance(found, dict):
        raise ConvertError(f"{path}: a JSON object is wanted, such as {{\"labels\": [\"yes\", \"no\"]}}")
    return found


def read_lines(path: Path) -> list[str]:
    """The lines of a text file, such as labels. ConvertError if it is none, OSError if it cannot be read."""
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        raise ConvertError(f"{path}: this is not a text file") from None


def check(metadata, where: str) -> dict:
    """`metadata` itself. ConvertError, which begins with `where`, if one of the keys of SPEC.md is not as it should be; others may be anything."""
    if not isinstance(metadata, dict):
        raise ConvertError(f"{where}: the metadata are no JSON object")
    for key in ("labels", "inputs", "outputs"):
        names = metadata.get(key, [])
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise ConvertError(f"{where}: {key!r} is a list of names, not {_short(names)}")
    for key in ("frontend", "decoder", "pixels"):
        if not isinstance(metadata.get(key, {}), dict):
            raise ConvertError(f"{where}: {key!r} is an object, not {_short(metadata[key])}")
    stride = metadata.get("frontend", {}).get("stride_ms", 20)
    if not isinstance(stride, int) or not 1 <= stride <= LONGEST_MS:
        raise ConvertError(f"{where}: 'stride_ms' of 'frontend' is a whole number from 1 to {LONGEST_MS}, not {_short(stride)}")
    for key, value in metadata.get("decoder", {}).items():
        if not isinstance(value, (int, float)) or not 0 <= value < 2**31:
            raise ConvertError(f"{where}: {key!r} of 'decoder' is a number from 0, not {_short(value)}")
    if pixels := metadata.get("pixels"):
        mean, std, fit = (pixels.get(key) for key in ("mean", "std", "fit"))
        good = all(isinstance(n, list) and len(n) in (1, 3) and all(isinstance(x, (int, float)) for x in n) for n in (mean, std))
        if not good or min(std) <= 0 or fit not in ("stretch", "crop"):
            raise ConvertError(f"{where}: 'pixels' are 'mean' and 'std', lists of one number or three, and 'fit', \"stretch\" or \"crop\", not {_short(pixels)}")
    return metadata


def _short(value) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."
