"""From TFLite ops to image records: one file an op, in it a class for each family of types. They are found without being named anywhere."""

from importlib import import_module
from pkgutil import iter_modules

from ..graph import Op
from .base import FIRST_SCHEME, Lowering


def _find() -> dict[str, list[Lowering]]:
    found: dict[str, list[Lowering]] = {}
    for info in iter_modules(__path__):
        module = import_module(f"{__name__}.{info.name}")
        for cls in vars(module).values():
            # What a file only imports, and the families that say no KIND, are not ops.
            if isinstance(cls, type) and issubclass(cls, Lowering) and cls.__module__ == module.__name__ and "KIND" in vars(cls):
                found.setdefault(cls.KIND, []).append(cls())
    return {kind: lowerings for kind, lowerings in found.items() if kind}


# TFLite op -> its lowerings, one for each family of types
LOWERINGS: dict[str, list[Lowering]] = _find()


def lowering_of(op: Op) -> Lowering | None:
    """The lowering for the op's types; one for other types where there is none for these; None if mite has no such op."""
    lowerings = LOWERINGS.get(op.kind) or (LOWERINGS["CUSTOM"] if op.kind.startswith("CUSTOM:") else [])
    return next((each for each in lowerings if each.main_type(op) in each.TYPES), lowerings[0] if lowerings else None)


def exactness() -> dict[str, dict[str, str]]:
    """TFLite op -> type of its main tensor in a file -> how near the reference: "=" for every byte, else a tolerance."""
    found = {
        kind: {"uint8" if dtype == FIRST_SCHEME else dtype: each.EXACT for each in lowerings if each.EXACT for dtype in each.TYPES}
        for kind, lowerings in sorted(LOWERINGS.items())
    }
    return {kind: types for kind, types in found.items() if types}
