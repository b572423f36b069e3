"""The ops that images hold: their numbers, their records, and the TFLite ops that become them. A file here is found without being named anywhere.

An op keeps its number within a format version; a number that no op has costs an empty line in the board's table.
"""

from importlib import import_module
from pkgutil import iter_modules

from ..fields import Op


MODULES = [import_module(f"{__name__}.{info.name}") for info in iter_modules(__path__)]
OPS: tuple[Op, ...] = tuple(sorted((op for module in MODULES for op in module.OPS), key=lambda op: op.number))
# prefix -> names: what a field or the flags of an op can say, in the order of the numbers
ENUMS = {prefix: names for module in MODULES for prefix, names in getattr(module, "ENUMS", {}).items()}
