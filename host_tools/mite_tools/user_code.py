"""Python files of the user's."""

import runpy
import traceback
from pathlib import Path

from .errors import MiteError


def run_file(path: Path) -> dict:
    """The names that a Python file defines. MiteError with the place in it where it fails, OSError if it cannot be read."""
    path.stat()
    try:
        return runpy.run_path(str(path))
    except Exception as error:
        raise failure(path, error) from None


def failure(path: Path, error: Exception) -> MiteError:
    """What to tell of an error that the file's code raised."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    line = getattr(error, "lineno", None) or (lines[-1] if lines else 1)
    return MiteError(f"{path}, line {line}: {type(error).__name__}: {error}")
