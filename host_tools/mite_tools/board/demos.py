"""The demos of firmware/demos on this computer: the very files that boards run."""

import importlib
import sys
from types import ModuleType

from .tree import ROOT


def demo(name: str) -> ModuleType:
    """The module demos.NAME, such as "vision.main"."""
    folder = str(ROOT / "firmware")
    sys.path.insert(0, folder)
    try:
        return importlib.import_module(f"demos.{name}")
    finally:
        sys.path.remove(folder)
