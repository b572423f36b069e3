"""A model: an image, its arena and its state."""

import struct
import time

from . import format
from .tensor import Tensor

try:
    from _mite import Program

    NATIVE = True
except ImportError:  # a board that can load no native code
    from .pure import Program

    NATIVE = False


if hasattr(time, "ticks_us"):
    micros, micros_since = time.ticks_us, time.ticks_diff
else:

    def micros():
        return time.perf_counter_ns() // 1000

    def micros_since(end, begin):
        return end - begin


REGISTERED = {}  # name of a custom op -> (function, whether it takes Tensors, whether it takes a state)
_COMPRESSED = b"MITZ"


class ModelError(ValueError):
    """An image that is damaged, too new, or needs what this build lacks."""


def register(name, function, tensors=False, state=False):
    """Tell models what to call for their custom op of this name: function(inputs, outputs, options).

    inputs, outputs: tuples of memoryviews of the raw bytes (None for an input that the model leaves out), or of mite.Tensor with
    tensors=True; the function fills the outputs. options: a dict where the model has FlexBuffers, as TensorFlow's converter writes them, else
    bytes. With state=True a dict follows, one for each place in a model, which is kept until model.reset(). An exception in the function ends the inference and reaches the caller of invoke() or step().
    Or function is an op in C: the bytes of a mite_custom_op_t (port/mite_custom.h). None takes a registration back.
    A model takes its functions when it is made, or at its first op if one was missing then.
    """
    if function is None:
        REGISTERED.pop(name, None)
    elif callable(function) or isinstance(function, bytes):
        REGISTERED[name] = function, tensors, state
    else:
        raise TypeError("a custom op is a function or an op in C, not %s" % type(function).__name__)


class Model:
    """A model, ready to run.

    source: a path, or any bytes-like object with an image, which is read in place and must stay unchanged. (A compressed image is
    expanded into memory.)
    arena, state: memory to run in, bytearrays of at least arena_size and state_size bytes; several models may share an arena if
    they run one after another. Without them the model makes its own.
    Raises ModelError for an image that cannot be run, MemoryError if there is too little memory, OSError if there is no such file.
    """

    _rows = None  # where the rows of an input come from that comes in rows

    def __init__(self, source, arena=None, state=None):
        # What is kept is little, for boards with little memory: all else is made when it is first asked for.
        self._name = None
        if hasattr(source, "__fspath__"):
            source = source.__fspath__()
        if isinstance(source, str):
            self._name = source
            self._program, self._image = _open(source)
        else:
            self._program, self._image = _check(source, None)
        self.state = _memory(self.state_size, "state") if state is None else state
        self.bind(_memory(self.arena_size, "arena") if arena is None else arena)

    def bind(self, arena):
        """Run in this arena from now on, with the state as at the start. Tensors asked for before are of the old one."""
        self.arena = arena
        self._made = None
        try:
            self._program.bind(arena, self.state)
        except ValueError as error:
            _raise(error, self._name)
        except TypeError:
            raise TypeError("arena and state are bytearrays, or other buffers that can be written")
        if self._header(format.FLAGS) & format.HAS_CUSTOM:
            from .custom import attach

            attach(self)

    @property
    def _where(self):
        """How a message about the model begins."""
        return self._name + ": " if self._name else ""

    def _header(self, field):
        return struct.unpack_from(format.HEADER, self._image)[field]

    @property
    def arena_size(self):
        """Bytes of memory for activations."""
        return self._header(format.ARENA_BYTES)

    @property
    def state_size(self):
        """Bytes of memory that one inference leaves to the next."""
        return self._header(format.STATE_BYTES)

    def invoke(self):
        """Runs one inference, or the rest of one that step() began. Allocates nothing."""
        self._program.invoke()

    def step(self):
        """Runs one op; True while there is more to do in this inference. Allocates nothing."""
        return self._program.step()

    def reset(self):
        """Puts the state of a streaming model back to its start, and an inference under way back to its first op."""
        self._program.reset()

    @property
    def inputs(self):
        """The inputs, a tuple of Tensor."""
        return self._tensors()[0]

    @property
    def outputs(self):
        """The outputs, a tuple of Tensor."""
        return self._tensors()[1]

    @property
    def input(self):
        """The first input, or None."""
        return self.inputs[0] if self.inputs else None

    @property
    def output(self):
        """The first output, or None."""
        return self.outputs[0] if self.outputs else None

    def _tensors(self):
        if self._made:
            return self._made
        header, view = struct.unpack_from(format.HEADER, self._image), memoryview(self.arena)
        at, metadata = header[format.TENSORS], self.metadata
        groups = []
        for group, count in (("inputs", header[format.INPUTS]), ("outputs", header[format.OUTPUTS])):
            names, tensors = metadata.get(group, ()), []
            for i in range(count):
                ref, size, scale, zero_point, dtype, rank, _ = struct.unpack_from(format.TENSOR, self._image, at)
                at += format.TENSOR_BYTES
                shape = struct.unpack_from("<%dI" % rank, self._image, at)
                at += 4 * rank
                name = names[i] if i < len(names) else "%s %d" % (group[:-1], i)
                start = ref & format.OFFSET_MASK
                if ref >> format.SPACE_SHIFT == 3:
                    size = 0  # it comes in rows
                dtype, code = format.DTYPES[dtype]
                tensors.append(Tensor(name, shape, dtype, code, scale, zero_point, view[start : start + size]))
            groups.append(tuple(tensors))
        self._made = groups
        return groups

    def rows(self, source):
        """Where the rows of the first input come from, if the model was made to take them in rows (mite convert --rows).

        source(view, first) fills the memoryview `view` with as many whole rows as go into it, from row `first` on; during an
        inference it is asked for each row at most once, from the top to the bottom. Or source is a buffer with all of them.
        """
        self._rows = source

    @property
    def metadata(self):
        """What the image says of itself: a dict with "name", "labels", "frontend", ... as far as they were given."""
        try:
            return self._metadata
        except AttributeError:
            import json
        text = bytes(self._image[self._header(format.METADATA) : self._header(format.LENGTH)]).rstrip(b"\0")
        try:
            self._metadata = json.loads(text) if text else {}
        except ValueError:
            raise ModelError("%sthe image's metadata are not JSON: convert the model again" % self._where)
        return self._metadata

    @property
    def labels(self):
        """The names of the classes, or an empty list."""
        return self.metadata.get("labels", [])

    def classify(self):
        """[(label, probability), ...], best first, equal ones in their order, from the output as it is after invoke(). Without labels: class numbers."""
        labels, probabilities = self.labels, self.output.dequantize()
        order = sorted(range(len(probabilities)), key=lambda i: (-probabilities[i], i))  # MicroPython's sort does not keep it by itself
        return [(labels[i] if i < len(labels) else i, probabilities[i]) for i in order]

    async def ainvoke(self, slice_us=0):
        """invoke() that lets other asyncio tasks run between two ops: after each, or when slice_us microseconds have passed since they ran."""
        import asyncio

        step, now, since, sleep = self._program.step, micros, micros_since, asyncio.sleep  # looked up once: there are many ops
        begin = now()
        while step():
            if since(now(), begin) >= slice_us:
                await sleep(0)
                begin = now()

    def profile(self):
        """Runs one inference; [(op, microseconds), ...] in the order of the program."""
        from .errors import OPS

        rows, at, more = [], self._header(format.PROGRAM), True
        while more:
            begin = micros()
            more = self.step()
            rows.append((OPS[self._image[at]], micros_since(micros(), begin)))
            at += self._image[at + 2] | self._image[at + 3] << 8
        return rows


def _open(path):
    """(program, image) of a file: in its own memory where it lies in ROM at a good address, else a copy."""
    try:
        file = open(path, "rb")
    except OSError as error:
        raise OSError(error.errno, "%s cannot be read" % path)  # MicroPython does not name the file
    with file:
        try:
            image = memoryview(file)
            return Program(image), image
        except (TypeError, ValueError):
            pass
        head = file.read(4)
        file.seek(0)
        if head == _COMPRESSED:
            return _check(_expand(file, path), path)
        return _check(file.read(), path)


def _check(image, name):
    """(program, image) of an image that was found good."""
    try:
        return Program(image), image
    except ValueError as error:
        if bytes(image[:4]) == _COMPRESSED:
            return _check(_expand(image, name), name)
        _raise(error, name)
    except TypeError:
        raise TypeError("a model comes from a path or a bytes-like object, not from %s" % type(image).__name__)


def _expand(source, name):
    """The image in a compressed one, in memory."""
    from .expand import expand

    try:
        return expand(source)
    except ValueError as error:
        raise ModelError("%s: %s" % (name, error) if name else str(error))


def _memory(size, what):
    try:
        return bytearray(size)
    except MemoryError:
        import gc

        free = " of %d free" % gc.mem_free() if hasattr(gc, "mem_free") else ""
        raise MemoryError("the %s needs %d bytes%s" % (what, size, free))


def _raise(error, name):
    """The exception that the numbers of the core's ValueError stand for."""
    from . import errors

    if len(error.args) != 5:
        raise error
    code, record, op, a, b = error.args
    text = errors.ERRORS[-code - 1].format(a, b)
    if record >= 0:
        text = "op %d (%s): %s" % (record, errors.OPS[op] if 0 <= op < len(errors.OPS) else "unknown", text)
    if name:
        text = "%s: %s" % (name, text)
    raise (MemoryError if code in (errors.ARENA, errors.STATE) else ModelError)(text)
