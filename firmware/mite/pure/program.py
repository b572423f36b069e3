"""An image that was checked, and the memory it runs in: what `_mite.Program` is in C."""

from array import array
from struct import unpack_from

from .. import format
from . import records
from .check import Fault
from .load import align, load
from .ops import op_of

WORDS = 128  # sums that are under way at once


class Program:
    """Program(image): checks all of it. ValueError(code, record, op, a, b) for an image that cannot be run."""

    def __init__(self, image):
        self.image = memoryview(image)
        self._header, self._end = load(self.image)
        self._spaces = None
        self._functions, self._calling = None, False
        self.words = array("i", bytes(4 * WORDS))

    def bind(self, arena, state):
        """The memory to run in: two buffers that can be written, and are not resized afterwards. Clears the state."""
        spaces = (_writable(arena), self.image, _writable(state))
        arena_bytes, state_bytes = self._header[format.ARENA_BYTES], self._header[format.STATE_BYTES]
        try:
            if len(spaces[0]) < arena_bytes:
                raise Fault(records.ARENA, arena_bytes, len(spaces[0]))
            if len(spaces[2]) < state_bytes:
                raise Fault(records.STATE, state_bytes, len(spaces[2]))
            align(spaces[0], spaces[2])
        except Fault as fault:
            code, a, b = fault.args
            raise ValueError(code, -1, -1, a, b)
        self._spaces = spaces
        self._buffers = (arena, state)
        self._places = _places(self._buffers)
        self.reset()

    def reset(self):
        """State back to its start, and an inference under way back to its first op."""
        self._ready()
        state = self._spaces[2]
        for i in range(self._header[format.STATE_BYTES]):
            state[i] = 0
        self._next = at = self._header[format.PROGRAM]
        # What starts as something else has a record of its own.
        while at < self._end:
            op = op_of(self.image[at])
            if op.reset:
                op.reset(self, unpack_from(op.format, self.image, at))
            at += self.image[at + 2] | self.image[at + 3] << 8

    def step(self):
        """Run one op; True while there is more."""
        self._ready()
        at = self._next
        try:
            if at < self._end:
                op = op_of(self.image[at])
                size = self.image[at + 2] | self.image[at + 3] << 8
                at = op.run(self, unpack_from(op.format, self.image, at)) or at + size
        except BaseException:  # Ctrl-C in the middle of an op, or a custom op's own: the inference is over
            self._next = self._header[format.PROGRAM]
            raise
        more = at < self._end
        self._next = at if more else self._header[format.PROGRAM]
        return more

    def invoke(self):
        """Run one inference, or the rest of one that step() began."""
        while self.step():
            pass

    def functions(self, functions):
        """What CUSTOM records call, by their numbers. ValueError(text, number) for one that cannot be called."""
        self._ready()
        for number, function in enumerate(functions):
            if not callable(function):
                raise ValueError("an op in C is for the interpreter in C: register a function", number)
        self._functions = functions

    def call(self, number):
        """Do what CUSTOM record `number` asks for."""
        if self._functions is None:
            raise ValueError("the model has custom ops: functions() first")
        self._calling = True
        try:
            self._functions[number]()
        finally:
            self._calling = False

    def at(self, ref):
        """The memory from a reference on."""
        return self._spaces[ref >> 30][ref & format.OFFSET_MASK :]

    def place(self, ref):
        """(all of the memory that a reference points into, the offset there)."""
        return self._spaces[ref >> 30], ref & format.OFFSET_MASK

    def _ready(self):
        if self._spaces is None:
            raise ValueError("bind an arena first")
        if self._calling:
            raise ValueError("the model is running: one of its custom ops has called it")
        if _places(self._buffers) != self._places:
            raise ValueError("a buffer of the model was resized or moved")


def _writable(buffer):
    view = memoryview(buffer)
    if len(view):
        view[0] = view[0]  # TypeError for one that cannot be written
    return view


def _places(buffers):
    """Addresses and lengths, where Python tells addresses: a bytearray that grew may have left its memory to others. CPython lets
    none grow of which there is a view."""
    try:
        from uctypes import addressof
    except ImportError:
        return None
    return [(addressof(buffer), len(buffer)) for buffer in buffers if len(buffer)]
