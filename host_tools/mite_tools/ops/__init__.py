"""From TFLite ops to image records: one file an op. A new file here is found without being named anywhere."""

from importlib import import_module
from pkgutil import iter_modules

from .base import Lowering

_HELPERS = ("base", "weights", "strided", "movement", "unary", "binary", "reduce", "resize", "variables")


def _find() -> dict[str, Lowering]:
    found = {}
    for info in iter_modules(__path__):
        if info.name not in _HELPERS:
            module = import_module(f"{__name__}.{info.name}")
            cls = module.Op
            found[cls.KIND] = cls()
    return found


LOWERINGS: dict[str, Lowering] = _find()
