"""Images coded for storage and upload: smaller than what xz makes of them, for a decoder of forty lines (firmware/mite/expand.py).

int8 weights are close to noise: what can be saved is the unevenness of their values, and nothing of what LZ looks for. So each bit of a byte
is coded with the chance that it had so far, given those above it (a binary arithmetic coder): this comes within about 1 % of the
entropy of the weights' bytes, tables and learning included.
"""

import lzma
import struct
from collections.abc import Iterator

import numpy as np

from mite import expand

from ..errors import ConvertError
from . import spec
from .describe import describe

BYTES, WORDS, PAIRS, TURNS = range(4)  # of expand.KINDS
ROUNDS = 4  # of guessing pieces' kinds by what is in each
TOP, SPAN, LEAST = 1 << 32, 1 << 30, 1 << 22


def compress(image: bytes) -> bytes:
    """The compressed image that mite.Model opens. ConvertError if `image` is not one."""
    pieces = segments(image)
    stream = b"".join(part for part, _ in coded(image, pieces)).rstrip(b"\0")
    return head(pieces, len(stream)) + stream


def compress_rest(image: bytes, begin: int) -> Iterator[tuple[bytes, int]]:
    """The bytes of an image from one on, compressed, piece by piece as they come about: (piece, bytes of the image that come out of
    all so far at most). It says of itself that it is longer than it is."""
    pieces, at = [], 0
    for kind, length in segments(image):
        if (left := min(length, at + length - begin)) > 0:
            pieces.append((kind, left))
        at += length
    yield head(pieces, 2**32 - 1), 0
    yield from coded(image[begin:], pieces)


def head(pieces: list[tuple[int, int]], stream_bytes: int) -> bytes:
    """What stands before the stream."""
    begin = struct.pack(expand.HEAD, expand.MAGIC, expand.VERSION, 0, len(pieces), sum(length for _, length in pieces), stream_bytes)
    return begin + b"".join(struct.pack("<I", kind << 30 | length) for kind, length in pieces)


def coded(data: bytes, pieces: list[tuple[int, int]]) -> Iterator[tuple[bytes, int]]:
    """The stream of these (kind, bytes), as far as it is sure, again and again: (a part, how many bytes it and all before are made of)."""
    encoder, (chances, counts, rates) = Encoder(), expand.model()
    chances, counts, rates = chances.tolist(), list(counts), rates.tolist()
    at = 0
    for kind, length in pieces:
        first, contexts = expand.KINDS[kind]
        for i, byte in enumerate(data[at : at + length]):
            base, node = (first + (i & contexts - 1)) << 8, 1
            for bit in range(7, -1, -1):
                k, one = base + node, byte >> bit & 1
                chance = chances[k]
                encoder.put(one, chance >> 3)
                chances[k] += (32768 - chance) * rates[counts[k]] >> 14 if one else -(chance * rates[counts[k]] >> 14)
                counts[k] = min(counts[k] + 1, expand.COUNTS)
                node = 2 * node + one
            if len(encoder.out) > 256:
                yield encoder.sure(), at + i + 1
        at += length
    yield encoder.end(), at


def segments(image: bytes) -> list[tuple[int, int]]:
    """(kind, bytes) one after another: cut wherever a record refers to a constant, each of the kind in which it is smallest."""
    info = describe(image)
    first = {0: WORDS, info.header["constants"]: WORDS, info.header["metadata"]: WORDS}  # where a piece begins -> a guess
    for op in info.ops:
        for field in spec.OP_OF_NUMBER[spec.OP_NUMBERS[op.op]].fields:
            if field.kind == "ref" and spec.SPACES[op.values[field.name] >> spec.SPACE_SHIFT] == "CONSTANT":
                # A FULLY_CONNECTED's rows go in pairs, the one with 128 added: byte by byte in turn.
                guess = PAIRS if field.name == "channels" else TURNS if (op.op, field.name) == ("FULLY_CONNECTED", "filter") else BYTES
                first[op.values[field.name] & spec.OFFSET_MASK] = guess
    edges = [*sorted(first), len(image)]
    pieces = [np.frombuffer(image, np.uint8)[begin:end] for begin, end in zip(edges, edges[1:])]
    kinds = [first[begin] for begin in edges[:-1]]
    for _ in range(ROUNDS):
        bits = [_bits([piece for piece, its in zip(pieces, kinds) if its == kind], kind) for kind in range(len(expand.KINDS))]
        kinds = [min(range(len(bits)), key=lambda kind: _price(piece, bits[kind])) for piece in pieces]
    found: list[tuple[int, int]] = []
    for kind, piece in zip(kinds, pieces):
        if found and found[-1][0] == kind and found[-1][1] % 8 == 0:
            found[-1] = (kind, found[-1][1] + len(piece))
        elif len(piece):
            found.append((kind, len(piece)))
    return found


def _bits(pieces: list[np.ndarray], kind: int) -> np.ndarray:
    """[contexts, 256]: how many bits each byte takes in each context of a kind that these pieces are coded in."""
    contexts = expand.KINDS[kind][1]
    counts = np.full((contexts, 256), 0.02)
    for piece in pieces:
        for i in range(contexts):
            counts[i] += np.bincount(piece[i::contexts], minlength=256)
    return -np.log2(counts / counts.sum(1, keepdims=True))


def _price(piece: np.ndarray, bits: np.ndarray) -> float:
    return sum(float(row[piece[i :: len(bits)]].sum()) for i, row in enumerate(bits))


class Encoder:
    """A binary arithmetic coder; chances are in 1/4096."""

    def __init__(self):
        self.low, self.span, self.out = 0, SPAN - 1, bytearray()

    def put(self, one: int, chance: int) -> None:
        bound = (self.span >> 12) * chance
        if one:
            self.span = bound
        else:
            self.low += bound
            self.span -= bound
        while self.span < LEAST:
            self.shift()
            self.span <<= 8

    def shift(self) -> None:
        """The top byte of what is sure goes out; a carry into what is out already is passed on."""
        if self.low >= TOP:
            at = len(self.out) - 1
            while self.out[at] == 0xFF:
                self.out[at] = 0
                at -= 1
            self.out[at] += 1
            self.low -= TOP
        self.out.append(self.low >> 24)
        self.low = (self.low & (1 << 24) - 1) << 8

    def sure(self) -> bytes:
        """Takes out what no carry can reach any more."""
        at = len(self.out) - 1
        while at > 0 and self.out[at] == 0xFF:
            at -= 1
        done = bytes(self.out[:at])
        del self.out[:at]
        return done

    def end(self) -> bytes:
        for _ in range(4):
            self.shift()
        return bytes(self.out)


def xz_bytes(data: bytes) -> int:
    """What `xz -9` makes of it, for comparison."""
    return len(lzma.compress(data, preset=9))


def opened(data: bytes, where: str) -> bytes:
    """An image as it is, or out of a compressed one. ConvertError if that is damaged."""
    if not expand.is_compressed(data):
        return data
    try:
        return bytes(expand.expand(data))
    except ValueError as error:
        raise ConvertError(f"{where}: {error}") from None
