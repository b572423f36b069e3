"""Custom ops: what mite.register() was given, for the models that ask for it. Loaded with the first model that has one."""

import struct

from . import format
from .model import REGISTERED, ModelError
from .tensor import Tensor

_FIXED = "<BBHIIIHBBBBH"  # a CUSTOM record in front of its tensors
_FLEXBUFFERS = 1
ROWS = "mite.rows"  # asks for rows of an input; the options are the first row and the bytes of a row


class Call:
    """A place in a model's program that calls a custom op: its name, options (a dict, or bytes), inputs and outputs (Tensor; None for one left out)."""

    def __init__(self, model, at, number):
        self.model = model
        self.state = {}  # for a function that asked for it
        self.number = number  # of the record in the program
        image = model._image
        _, flags, _, name, options, options_bytes, self.index, name_bytes, inputs, outputs, _, _ = struct.unpack_from(_FIXED, image, at)
        self.name = self._bytes(name, name_bytes).decode()
        self.options = self._bytes(options, options_bytes) if options_bytes else b""
        if flags & _FLEXBUFFERS:
            from .flexbuffers import loads

            try:
                self.options = loads(self.options)
            except ValueError as error:
                raise ModelError("%sthe options of %s are damaged (%s): convert the model again" % (model._where, self, error))
        at += struct.calcsize(_FIXED)
        tensors = []
        for i in range(inputs + outputs):
            name = "input %d" % i if i < inputs else "output %d" % (i - inputs)
            ref, size, scale, zero_point, dtype, rank, _ = struct.unpack_from(format.TENSOR, image, at)
            at += format.TENSOR_BYTES
            data = self._view(ref, size)
            dtype, code = format.DTYPES[dtype]
            shape = struct.unpack_from("<%dI" % rank, image, at)
            at += 4 * rank
            tensors.append(None if data is None else Tensor(name, shape, dtype, code, scale, zero_point, data))
        self.inputs, self.outputs = tuple(tensors[:inputs]), tuple(tensors[inputs:])

    def __str__(self):
        return "custom op %s (op %d)" % (self.name, self.number)

    def _view(self, ref, size):
        """The memory that a reference stands for, or None."""
        space = ref >> format.SPACE_SHIFT
        if space == 3:
            return None
        at = ref & format.OFFSET_MASK
        return memoryview((self.model.arena, self.model._image, self.model.state)[space])[at : at + size]

    def _bytes(self, ref, size):
        return bytes(self._view(ref, size))

    def function(self):
        """What the program calls: a function without arguments, or the structure of an op in C."""
        if self.name == ROWS:
            return self._ask_for_rows
        function, tensors, state = REGISTERED[self.name]
        if not callable(function):
            return function
        options = self.options
        inputs, outputs = self.inputs, self.outputs
        if not tensors:
            inputs, outputs = [tuple([t if t is None else t.data for t in group]) for group in (inputs, outputs)]

        arguments = (inputs, outputs, options, self.state) if state else (inputs, outputs, options)

        def call():
            function(*arguments)

        return call


    def _ask_for_rows(self):
        source, view = self.model._rows, self.outputs[0].data
        if source is None:
            raise ModelError("%sthe model takes its first input in rows: model.rows(source) says where they come from" % self.model._where)
        first, size = struct.unpack("<II", self.options)
        if callable(source):
            source(view, first)
            return
        begin = first * size
        rows = memoryview(source)[begin : begin + len(view)]
        if len(rows) != len(view):
            raise ModelError("%sthe input has %d bytes, rows up to byte %d are needed" % (self.model._where, len(source), begin + len(view)))
        view[:] = rows


def _is_known(call):
    return call.name in REGISTERED or call.name == ROWS


def calls(model):
    """The places of a model that call custom ops, in the order of the program."""
    image, at, found = model._image, model._header(format.PROGRAM), []
    for number in range(model._header(format.RECORDS)):
        if image[at] == format.CUSTOM:
            found.append(Call(model, at, number))
        at += image[at + 2] | image[at + 3] << 8
    return found


def attach(model):
    """Give a model what it calls: now if all of it is registered, else before its first op."""
    found = calls(model)

    def invoke():
        _bind(model, found)
        model.invoke()

    def step():
        _bind(model, found)
        return model.step()

    model.invoke, model.step = invoke, step
    if all([_is_known(call) for call in found]):
        _bind(model, found)


def _bind(model, found):
    missing = []
    for call in found:
        if not _is_known(call) and call.name not in missing:
            missing.append(call.name)
    if missing:
        try:
            from .signal import OPS
        except ImportError:  # a board that was not given it
            OPS = ()
        ways = ['mite.register("%s", function)' % name for name in missing if name not in OPS]
        if len(ways) < len(missing):
            ways.append("import mite.signal; mite.signal.register()")
        raise ModelError("%sthe model calls custom ops that it is not told: %s, before it runs" % (model._where, ", ".join(ways)))
    functions = [None] * len(found)
    for call in found:
        if call.index >= len(found) or functions[call.index] is not None:
            raise ModelError("%s%s has number %d: convert the model again" % (model._where, call, call.index))
        functions[call.index] = call.function()
    try:
        model._program.functions(functions)
    except ValueError as error:
        if len(error.args) != 2:
            raise
        call = [call for call in found if call.index == error.args[1]][0]
        raise ModelError("%s%s: %s" % (model._where, call, error.args[0]))
    model.invoke, model.step = model._program.invoke, model._program.step

    def reset():
        for call in found:
            call.state.clear()
        model._program.reset()

    if any([call.name in REGISTERED and REGISTERED[call.name][2] for call in found]):
        model.reset = reset
