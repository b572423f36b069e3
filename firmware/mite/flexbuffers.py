"""Options of custom ops: FlexBuffers to Python's own types. https://flatbuffers.dev/internals says what the bytes mean."""

import struct

_SIGNED, _UNSIGNED, _FLOAT = "_bh_i___q", "_BH_I___Q", "____f___d"  # by the width in bytes
_NULL, _INT, _UINT, _REAL, _KEY, _STRING, _MAP, _VECTOR, _BLOB, _BOOL, _BOOLS = 0, 1, 2, 3, 4, 5, 9, 10, 25, 26, 36


def loads(data):
    """The value at the root: a dict, list, number, string, bytes or None. ValueError if the bytes are damaged."""
    try:
        width = data[len(data) - 1]
        return _value(data, len(data) - 2 - width, width, data[len(data) - 2])
    except Exception as error:  # whatever damage leads to: places outside, types that there are not, circles
        raise ValueError("not FlexBuffers: %s" % error)


def _number(data, at, width, codes):
    if at < 0 or codes[width] == "_":
        raise ValueError("byte %d" % at)
    return struct.unpack_from("<" + codes[width], data, at)[0]


def _value(data, at, width, packed):
    """The value whose `width` bytes are at `at`; packed: its type, and the width of what it points to."""
    kind = packed >> 2
    if kind == _NULL:
        return None
    if kind in (_INT, _UINT, _REAL):
        return _number(data, at, width, (_SIGNED, _UNSIGNED, _FLOAT)[kind - _INT])
    if kind == _BOOL:
        return bool(_number(data, at, width, _UNSIGNED))
    at -= _number(data, at, width, _UNSIGNED)
    width = 1 << (packed & 3)
    if 6 <= kind <= 8:  # a number that is kept elsewhere
        return _value(data, at, width, (kind - 5) << 2)
    if kind == _KEY:
        return _key(data, at)
    if 16 <= kind <= 24:  # two, three or four numbers
        return _items(data, at, width, 2 + (kind - 16) // 3, _INT + (kind - 16) % 3)
    count = _number(data, at - width, width, _UNSIGNED)
    if kind in (_STRING, _BLOB):
        raw = bytes(data[at : at + count])
        return raw if kind == _BLOB else raw.decode()
    if kind == _MAP:
        keys = at - 3 * width - _number(data, at - 3 * width, width, _UNSIGNED)
        names = _items(data, keys, _number(data, at - 2 * width, width, _UNSIGNED), count, _KEY)
        return {name: item for name, item in zip(names, _items(data, at, width, count, None))}
    if kind == _VECTOR:
        return _items(data, at, width, count, None)
    if 11 <= kind <= 15:
        return _items(data, at, width, count, kind - 10)
    if kind == _BOOLS:
        return _items(data, at, width, count, _BOOL)
    raise ValueError("type %d" % kind)


def _items(data, at, width, count, kind):
    """What a vector holds; kind: the type of all, or None where each has its own behind them."""
    types = at + count * width
    if types > len(data):
        raise ValueError("byte %d" % types)
    return [_value(data, at + i * width, width, data[types + i] if kind is None else kind << 2) for i in range(count)]


def _key(data, at):
    end = at
    while data[end]:
        end += 1
    return bytes(data[at:end]).decode()
