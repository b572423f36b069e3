"""Checks an image: every later access relies on what is checked here and in the ops' checks."""

from struct import unpack_from

from .. import format
from . import records
from .check import WRITE, Check, Fault
from .ops import op_of

try:
    from binascii import crc32
except ImportError:
    from .crc import crc32


def load(image):
    """(the header's numbers, the offset behind the last record) of a good image, which is a memoryview; bytes behind its end do not
    matter. ValueError(code, record, op, a, b) for any other: the mite package makes the text of it."""
    record = op = -1
    try:
        header = _header(image)
        check = Check(image, header, (header[format.ARENA_BYTES], header[format.STATE_BYTES]))
        _tensors(check, header)
        at, end, starts = header[format.PROGRAM], header[format.CONSTANTS], []
        for number in range(header[format.RECORDS]):
            check.record, check.at, record = number, at, number
            if end - at < 4:
                raise Fault(records.LAYOUT, at, 4)
            op = image[at]
            size = image[at + 2] | image[at + 3] << 8
            known = op_of(op)
            if known is None:
                raise Fault(records.OP, op, 0)
            if size < known.size or size > end - at or (size != known.size and not known.longer):
                raise Fault(records.RECORD, size, known.size)
            known.check(check, unpack_from(known.format, image, at))
            starts.append(at)
            at += size
        # Where a jump leads to there must be a record, or the end.
        for record, target in check.jumps:
            op = image[starts[record]]
            check.value(target in starts or target == at, target, at)
    except Fault as fault:
        code, a, b = fault.args
        raise ValueError(code, record, op, a, b)
    return header, at


def _header(image):
    """Header, sections and checksum."""
    size = len(image)
    align(image)
    if size >= 4 and bytes(image[:4]) != b"MITE":
        raise Fault(records.MAGIC, 0, 0)
    if size < format.HEADER_BYTES:
        raise Fault(records.SHORT, size, format.HEADER_BYTES)
    header = unpack_from(format.HEADER, image)
    length = header[format.LENGTH]
    if header[format.FORMAT] != records.FORMAT_VERSION:
        raise Fault(records.FORMAT, header[format.FORMAT], records.FORMAT_VERSION)
    if not format.HEADER_BYTES <= length <= size:
        raise Fault(records.SHORT, size, length)
    crc = crc32(image[16:length], crc32(image[:12]))
    if crc != header[format.CRC]:
        raise Fault(records.CRC, crc, header[format.CRC])
    if header[format.RUNTIME] > records.RUNTIME_VERSION:
        raise Fault(records.RUNTIME, header[format.RUNTIME], records.RUNTIME_VERSION)
    # The sections follow one another: tensors, program, constants, metadata, the end.
    before = format.HEADER_BYTES
    for i, place in enumerate(header[format.TENSORS : format.METADATA + 1] + (length,)):
        if place < before or (i < 3 and place % 4) or place > format.OFFSET_MASK:
            raise Fault(records.LAYOUT, place, before)
        before = place
    arena, state = header[format.ARENA_BYTES], header[format.STATE_BYTES]
    if arena > format.OFFSET_MASK or state > format.OFFSET_MASK:
        raise Fault(records.VALUE, arena, state)
    return header


def _tensors(check, header):
    """Inputs and outputs: mite.Model hands out views of what these name."""
    at, end = header[format.TENSORS], header[format.PROGRAM]
    for number in range(header[format.INPUTS] + header[format.OUTPUTS]):
        behind = check.tensor(at, end)
        ref, size = unpack_from(format.TENSOR, check.image, at)[:2]
        if number >= header[format.INPUTS] or ref >> 30 != 3:  # else its rows are asked for one after the other
            check.range(ref, size, 1, WRITE)
            check.arena(ref)
        at = behind


def align(*buffers):
    """Fault for a buffer that does not lie at a multiple of 4, where Python tells addresses: viper's loops read words."""
    try:
        from uctypes import addressof
    except ImportError:
        return
    odd = 0
    for buffer in buffers:
        odd |= addressof(buffer) & 3 if len(buffer) else 0
    if odd:
        raise Fault(records.ALIGN, 4, odd)
