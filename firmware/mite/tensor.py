"""A model's input or output: numbers in the arena."""

import struct


class Tensor:
    """name, shape (tuple), dtype ("int8", ...), scale, zero_point, and data: a writable memoryview of its raw bytes.

    real number = scale * (raw number - zero_point); scale is 0 where the tensor is not quantized.
    tensor[i] and tensor[a:b] are raw numbers in row-major order, signed where the type is.
    """

    def __init__(self, name, shape, dtype, code, scale, zero_point, data):
        self.name = name
        self.shape = shape
        self.dtype = dtype
        self.scale = scale
        self.zero_point = zero_point
        self.data = data
        self._code = "<" + code
        self._size = struct.calcsize(self._code)
        self._count = len(data) // self._size

    def __len__(self):
        return self._count

    def __repr__(self):
        return "<%s %s%s>" % (self.name, self.dtype, list(self.shape))

    def _index(self, i):
        if i < 0:
            i += self._count
        if not 0 <= i < self._count:
            raise IndexError("%s has %d numbers, there is no %d" % (self.name, self._count, i))
        return i

    def _range(self, key):
        start, stop = key.start, key.stop
        if key.step not in (None, 1):
            raise ValueError("slices of a tensor have step 1")
        start = 0 if start is None else max(start + self._count, 0) if start < 0 else min(start, self._count)
        stop = self._count if stop is None else max(stop + self._count, 0) if stop < 0 else min(stop, self._count)
        return start, max(start, stop)

    def __getitem__(self, key):
        if isinstance(key, slice):
            start, stop = self._range(key)
            return list(struct.unpack_from("<%d%s" % (stop - start, self._code[1]), self.data, start * self._size))
        return struct.unpack_from(self._code, self.data, self._index(key) * self._size)[0]

    def __setitem__(self, key, values):
        """Raw numbers. A slice also takes a bytes-like object with exactly its bytes."""
        if not isinstance(key, slice):
            self._store(self._index(key), values)
            return
        start, stop = self._range(key)
        values = _flat(values)
        if isinstance(values, (bytes, bytearray, memoryview)) and len(values) == (stop - start) * self._size:
            try:
                self.data[start * self._size : stop * self._size] = values
                return
            except ValueError:
                pass  # CPython: a memoryview of another type is numbers
        if len(values) != stop - start:
            raise ValueError("%s[%d:%d] takes %d numbers, not %d" % (self.name, start, stop, stop - start, len(values)))
        for value in values:
            self._store(start, value)
            start += 1

    def _store(self, i, value):
        if self.dtype != "float32":
            if isinstance(value, float):
                raise TypeError("%s[%d] takes whole numbers, not %s: quantize() takes real ones" % (self.name, i, value))
            low, high = limits(self.dtype)
            if not low <= value <= high:
                raise ValueError("%s[%d] = %s does not fit %s" % (self.name, i, value, self.dtype))
        struct.pack_into(self._code, self.data, i * self._size, value)

    def quantize(self, values):
        """Fill the tensor from real numbers (flat or nested), rounded to nearest and saturated."""
        values = _flat(values)
        if len(values) != self._count:
            raise ValueError("%s takes %d numbers, not %d" % (self.name, self._count, len(values)))
        if not self.scale:
            self[:] = values
            return
        low, high = limits(self.dtype)
        scale, zero_point = self.scale, self.zero_point
        least, most = low - zero_point, high - zero_point
        for i in range(self._count):
            x = min(max(values[i] / scale, least), most)  # first of all: infinity is no integer
            # halves away from zero, as the reference
            raw = (int(x + 0.5) if x >= 0 else -int(0.5 - x)) + zero_point
            struct.pack_into(self._code, self.data, i * self._size, raw)

    def dequantize(self):
        """The real numbers, as a flat list."""
        if not self.scale:
            return self[:]
        return [self.scale * (raw - self.zero_point) for raw in self[:]]


def limits(dtype):
    """The smallest and the largest number of an integer type."""
    if dtype == "bool":
        return 0, 1
    signed = dtype[0] != "u"
    bits = int(dtype[3 if signed else 4 :])
    return (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)


def _flat(values):
    """A flat sequence of what may be nested lists, an iterator or a NumPy array. Buffers stay as they are."""
    if hasattr(values, "tolist") and hasattr(values, "reshape"):
        return values.reshape(-1).tolist()
    try:
        len(values)
    except TypeError:
        values = list(values)
    if len(values) and isinstance(values[0], (list, tuple)):
        return [number for row in values for number in _flat(row)]
    return values
