"""What the reply model sees of a message: two custom ops in Python. features_op.c is the same in C, with the same bytes.

    TextNormalize   uint8 [1, n], a message's UTF-8, ended by 0 if it is shorter -> uint8 [1, m], its words
    TextNgrams      uint8 [1, m] -> int8 [1, size], how often each of `size` groups of words and pieces of words is there
"""

import mite

APOSTROPHE = 39
_MASK = 0xFFFF
_FACTOR = 8179  # a prime: the products fit the small numbers that need no memory of their own
# What a hash begins with: words, pairs of words, three letters in a row are different things.
_WORD, _PAIR, _THREE = 1, 2, 3


def normalize(inputs, outputs, options):
    """Small letters, digits as 0, ? and ! as words, one space between words and at both ends; apostrophes go. Bytes above ASCII stay."""
    text, words = inputs[0], outputs[0]
    most = len(words) - 1  # the last byte is for a space
    words[0] = 32
    at = 1
    for byte in text:
        if byte == 0:
            break
        if byte == APOSTROPHE:
            continue
        if 65 <= byte <= 90:
            byte += 32
        elif 48 <= byte <= 57:
            byte = 48
        elif byte == 33 or byte == 63:
            if words[at - 1] != 32 and at < most:
                words[at] = 32
                at += 1
        elif byte < 97 or 122 < byte < 128:
            byte = 32
        if byte == 32 and words[at - 1] == 32:
            continue
        if at >= most:
            break
        words[at] = byte
        at += 1
        if byte == 33 or byte == 63:
            if at < most:
                words[at] = 32
                at += 1
    if words[at - 1] != 32:
        words[at] = 32
        at += 1
    for i in range(at, len(words)):
        words[i] = 0


def ngrams(inputs, outputs, options):
    """Counts, at most 127, at the places where hashes of words, of pairs of words and of three letters in a row lead."""
    words, counts = inputs[0], outputs[0]
    size = len(counts)
    for i in range(size):
        counts[i] = 0
    before, word = 0, _WORD  # the hash of the word before, and of this one as far as it goes
    for i in range(1, len(words)):
        byte = words[i]
        if byte == 0:
            break
        if byte != 32:
            word = (word ^ byte) * _FACTOR & _MASK
            if i + 1 < len(words):
                three = ((_THREE ^ words[i - 1]) * _FACTOR & _MASK ^ byte) * _FACTOR & _MASK
                _count(counts, (three ^ words[i + 1]) * _FACTOR & _MASK, size)
            continue
        _count(counts, word, size)
        if before:
            _count(counts, ((_PAIR ^ before) * _FACTOR & _MASK ^ word) * _FACTOR & _MASK, size)
        before, word = word, _WORD


def _count(counts, hash, size):
    place = hash * size >> 16
    if counts[place] < 127:
        counts[place] += 1


def register():
    """Tell mite of both."""
    mite.register("TextNormalize", normalize)
    mite.register("TextNgrams", ngrams)
