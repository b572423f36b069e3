"""The ops in Python: one file an op, loaded when a model has it.

Each has check(check, record) and run(program, record), and may have reset(program, record); `record` is the tuple of the record's
fields, in the order of SPEC.md. run() may return the offset of the record that runs next; otherwise it is the one behind.
"""

from struct import calcsize

from ..records import OPS

_loaded = {}


class _Op:
    def __init__(self, name, format):
        module = __import__(__name__ + "." + name, None, None, ("run",))
        self.format, self.size = format, calcsize(format)
        self.check, self.run, self.reset = module.check, module.run, getattr(module, "reset", None)
        self.longer = getattr(module, "LONGER", False)


def op_of(number):
    """The op of this number, or None where it is not there in Python."""
    if number not in OPS:
        return None
    if number not in _loaded:
        _loaded[number] = _Op(*OPS[number])
    return _loaded[number]
