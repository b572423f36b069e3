"""What the ops' checks ask of a record. Every failure is a Fault, with the numbers that the C core gives for it."""

from struct import unpack_from

from ..format import CONSTANTS, DTYPES, METADATA, OFFSET_MASK, TENSOR_BYTES
from .records import LAYOUT, PACKED, PACKED_SHIFT_MOST, RANGE, SHARED, VALUE

READ, WRITE = 0, 1
# Of strides: a byte may be touched any number of times, or once, which bounds the work, too.
ANY, ONCE = 0, 1

_ARENA, _CONSTANT, _STATE = 0, 1, 2


class Fault(Exception):
    """What is wrong with an image: one of the codes in records.py and two numbers for its text."""


def uint32(x):
    return x & 0xFFFFFFFF


def product(*factors):
    """The product, or 0xffffffff where it would not fit, which no range check lets through."""
    result = 1
    for factor in factors:
        result = min(result * factor, 0xFFFFFFFF)
    return result


class Check:
    """Asks whether what a record names lies inside its memory, and whether its numbers are ones that the op can do."""

    def __init__(self, image, header, sizes):
        """sizes: bytes of the arena and of the state."""
        self.image = image
        self.record = self.at = -1  # which one is looked at, and where it begins
        self.jumps = []
        self._spaces = ((0, sizes[0]), (header[CONSTANTS], header[METADATA]), (0, sizes[1]), (0, 0))

    def value(self, good, a, b):
        if not good:
            raise Fault(VALUE, uint32(a), uint32(b))

    def range(self, ref, size, align, access):
        """Are `size` bytes at `ref` inside their space, at a multiple of `align`, and (for WRITE) not constant?"""
        space, offset = ref >> 30, ref & OFFSET_MASK
        first, end = self._spaces[space]
        if access == WRITE and space == _CONSTANT:
            first = end = 0
        if offset < first or offset > end or size > end - offset or offset % align:
            raise Fault(RANGE, ref, size)

    def tensor(self, at, end):
        """Where a tensor record at `at` ends, with its dimensions. It is not one if that is behind `end`."""
        if end - at < TENSOR_BYTES:
            raise Fault(LAYOUT, at, TENSOR_BYTES)
        dtype, rank = self.image[at + 16], self.image[at + 17]
        if (end - at - TENSOR_BYTES) // 4 < rank:
            raise Fault(LAYOUT, at, TENSOR_BYTES)
        self.value(rank <= 8 and dtype < len(DTYPES), rank, dtype)
        return at + TENSOR_BYTES + 4 * rank

    def shift(self, shift):
        """Can fixed.scale() shift by this?"""
        self.value(-31 <= shift <= 30, shift, 30)

    def bounds(self, low, high):
        """Are these bounds of an int8 output?"""
        self.value(low >= -128 and high <= 127 and low <= high, low, high)

    def jump(self, target):
        """Notes where this record leads to: load() looks at that when it knows all records."""
        self.jumps.append((self.record, target))

    def constant(self, ref):
        self.value(ref >> 30 == _CONSTANT, ref, 0)

    def state(self, ref):
        self.value(ref >> 30 == _STATE, ref, 0)

    def arena(self, ref):
        self.value(ref >> 30 == _ARENA, ref, 0)

    def channels(self, ref, channels, flags):
        """Is the block of biases, multipliers and shifts there, its shifts in range?"""
        self.value(channels <= 0xFFFF and ref >> 30 == _CONSTANT, channels, ref)
        at, scales = ref & OFFSET_MASK, 1 if flags & SHARED else channels
        if flags & PACKED:
            self.range(ref, 8 * scales + (4 * channels if flags & SHARED else 0), 4, READ)
            for i in range(at + 4, at + 4 + 8 * scales, 8):
                if self.image[i] & 31 > PACKED_SHIFT_MOST:
                    self.value(False, self.image[i] & 31, PACKED_SHIFT_MOST)
            return
        before = 4 * (channels + scales)
        self.range(ref, before + scales, 4, READ)
        for i in range(scales):
            self.shift(unpack_from("<b", self.image, at + before + i)[0])

    def forward(self, strides):
        """Unsigned strides: none that would be negative."""
        for i, stride in enumerate(strides):
            self.value(stride <= 0x7FFFFFFF, i, stride)

    def strides(self, ref, run, dims, strides, access, use):
        """Do `run` bytes at every index of `dims`, `strides` bytes apart, lie inside the memory behind `ref`?

        A run or dimension of 0 fails, and a stride beside a dimension of 1.
        """
        low = high = 0
        for dim, stride in zip(dims, strides):
            reach = (dim - 1) * stride
            good = 0 < dim <= OFFSET_MASK and (dim > 1 or not stride) and -OFFSET_MASK <= reach <= OFFSET_MASK
            self.value(good, dim, stride)
            if reach < 0:
                low += reach
            else:
                high += reach
        count, offset, size = product(run, *dims), (ref & OFFSET_MASK) + low, high - low + run
        self.value(run and offset >= 0 and size <= OFFSET_MASK, offset, size)
        self.value(use == ANY or count <= size, count, size)
        self.range((ref & ~OFFSET_MASK) | offset, size, 1, access)
