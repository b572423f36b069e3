"""Compressed images: weights and all the rest coded bit by bit with adaptive chances (SPEC.md, "Compressed images").

Takes about 12 KB of memory beside the image that it makes.
"""

import struct
from array import array

MAGIC = b"MITZ"
VERSION = 3
HEAD = "<4sBBHII"  # magic, version, 0, segments, bytes of the image, bytes of the stream
HEAD_BYTES = 16
# Contexts of a segment's kinds: bytes; the four bytes of a word; the eight of a pair of words; two rows' in turn. (first, how many)
KINDS = ((0, 1), (1, 4), (5, 8), (13, 2))
CONTEXTS = 15
BELLS = (0, 0), (13, 128), (14, 0)  # contexts that weights come in: where in a byte's range most of them lie
SEEN, BELL = 20, 2304  # bits that such a chance counts as having seen; square of the bell's breadth
COUNTS = 255  # how many bits a chance learns from before it begins to forget the oldest
BLOCK = 64  # bytes of the image between two looks at the input
WINDOW = 512  # bytes of the image between two looks of those who asked for it
MOST = 1024  # bytes of the stream that a block takes at most

# One source for two compilers. viper makes machine code of it where this MicroPython can; it counts in 32 bits, plain Python in
# numbers below 2^30, which need no memory.
_PART = """
def part(buffers, begin: int, end: int):
    state = ptr32(buffers[0])
    stream = ptr8(buffers[1])
    image = ptr8(buffers[2])
    chances = ptr16(buffers[3])
    counts = ptr8(buffers[4])
    rates = ptr16(buffers[5])
    span = state[0]
    code = state[1]
    at = state[2]
    i = begin
    while i < end:
        base = state[3] + ((i - state[5]) & state[4]) << 8
        node = 1
        while node < 256:
            k = base + node
            chance = chances[k]
            count = counts[k]
            bound = (span >> 12) * (chance >> 3)
            node = node + node
            if code < bound:
                span = bound
                node = node + 1
                chances[k] = chance + ((32768 - chance) * rates[count] >> 14)
            else:
                code = code - bound
                span = span - bound
                chances[k] = chance - (chance * rates[count] >> 14)
            if count < 255:
                counts[k] = count + 1
            while span < 4194304:
                span = span << 8
                code = code << 8 | stream[at]
                at = at + 1
        image[i] = node & 255
        i = i + 1
    state[0] = span
    state[1] = code
    state[2] = at
"""


def is_compressed(head):
    """Do these first bytes of a file begin a compressed image?"""
    return bytes(head[:4]) == MAGIC


def model():
    """(chances, counts, rates) at the start: of each context's 256 nodes that a bit is 1, in 1/32768; of bits seen; of learning."""
    chances, counts = array("H", (16384 for _ in range(256 * CONTEXTS))), bytearray(256 * CONTEXTS)
    for context, middle in BELLS:
        # How many of all weights have a byte, or one of those below a node; in whole numbers, the same everywhere.
        weights = array("i", (0 for _ in range(512)))
        for byte in range(256):
            x = ((byte - middle + 128) & 255) - 128
            share = 16777216 // (BELL + x * x)
            weights[256 + byte] = share * share >> 18
        for node in range(255, 0, -1):
            weights[node] = weights[2 * node] + weights[2 * node + 1]
            chances[256 * context + node] = weights[2 * node + 1] * 32768 // weights[node]
            counts[256 * context + node] = SEEN
    return chances, counts, array("H", (163840 // (10 * n + 16) for n in range(COUNTS + 1)))


def expand(file):
    """The image in a compressed one, a file that is open at its start or has its bytes: a bytearray. ValueError if it is damaged."""
    if not hasattr(file, "read"):
        import io

        file = io.BytesIO(file)
    size, left, segments = _head(file)
    image = bytearray(size)
    view, at = memoryview(image), 0
    for piece in _pieces(file, left, segments):
        view[at : at + len(piece)] = piece
        at += len(piece)
    return image


def pieces(file):
    """Yields the image in a compressed one piece by piece, each in the memory of the one before. ValueError if it is damaged."""
    _, left, segments = _head(file)
    return _pieces(file, left, segments)


def _head(file):
    """(bytes of the image, bytes of the stream, the segments)."""
    head = file.read(HEAD_BYTES)
    if len(head) < HEAD_BYTES:
        raise ValueError("the compressed image is cut off: %d bytes of %d" % (len(head), HEAD_BYTES))
    _, version, _, count, size, left = struct.unpack(HEAD, head)
    if version != VERSION:
        raise ValueError("the compressed image has version %d, this mite reads version %d: convert the model again" % (version, VERSION))
    table = file.read(4 * count)
    segments = struct.unpack("<%dI" % count, table) if len(table) == 4 * count else ()
    if sum(s & 0x3FFFFFFF for s in segments) != size or not 0 < size <= left << 9:
        raise ValueError("the compressed image is damaged: upload it again")
    return size, left, segments


def _pieces(file, left, segments):
    window = bytearray(WINDOW)
    view = memoryview(window)
    stream = bytearray(2 * MOST)
    buffers = (array("i", (0, 0, 4, 0, 0, 0)), stream, window) + model()
    state, part = buffers[0], _compiled()
    held = at = 0  # bytes of the stream in memory, and of the image in the window
    for segment in segments:
        state[3], contexts = KINDS[segment >> 30]
        state[4], state[5] = contexts - 1, at
        todo = segment & 0x3FFFFFFF
        while todo:
            if held - state[2] < MOST:
                # Move what is left to the front, and fill up. Behind the stream's end come zeros, of which few are asked for.
                rest = held - state[2] if held else 0
                stream[:rest] = stream[held - rest : held]
                got = file.read(min(len(stream) - rest, left))
                if not got and left:
                    raise ValueError("the compressed image is cut off: %d bytes are missing" % left)
                left -= len(got)
                stream[rest : rest + len(got)] = got
                held = rest + len(got)
                if not left:
                    for i in range(held, len(stream)):
                        stream[i] = 0
                    held = len(stream)
                if not state[0]:  # the start
                    state[0], state[1] = (1 << 30) - 1, struct.unpack_from(">I", stream)[0] & (1 << 30) - 1
                else:
                    state[2] = 0
            step = min(todo, BLOCK, WINDOW - at)
            part(buffers, at, at + step)
            todo -= step
            at += step
            if at == WINDOW:
                yield view
                at = 0
                state[5] -= WINDOW  # where the segment began, from the window's start
    if at:
        yield view[:at]


def _compiled():
    """part(), as machine code where that can be."""
    known = {}
    if not _viper(_PART, known):
        known = {name: lambda buffer: buffer for name in ("ptr8", "ptr16", "ptr32")}
        exec(_PART, known)
    return known["part"]


def fast():
    """Does this MicroPython make machine code, so that expanding is faster than a serial line?"""
    return _viper("\ndef nothing():\n    pass\n", {})


def _viper(function, known):
    try:
        exec("import micropython\n@micropython.viper" + function, known)
    except (ImportError, SyntaxError, NameError, AttributeError, ValueError, NotImplementedError):
        return False
    return True
