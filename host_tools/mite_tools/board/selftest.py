"""The question that a board must answer before an installation counts: a model, its input and every byte of its output."""

from dataclasses import dataclass

import numpy as np

import mite

from ..compile import compile_graph
from ..graph import Graph, Op, Quantization, Tensor
from .identity import answer
from .link import Link

SAMPLES = 1600  # of sound for the front-end: enough for a few frames


@dataclass(frozen=True)
class Question:
    image: bytes
    input: bytes
    output: bytes


def question(image: bytes | None = None) -> Question:
    """image: a model of the user's, for a module that has only its ops; by default a small one of mite's. Its answer is the C core's on this computer."""
    image = image or tiny_image()
    model = mite.Model(image)
    given = bytes((37 * i + 11) % 256 for i in range(len(model.input.data)))
    model.input.data[:] = given
    model.invoke()
    return Question(image, given, bytes(model.output.data))


def tiny_graph() -> Graph:
    """A convolution, a depthwise one, a fully connected op and a softmax over a picture of 8 x 8."""

    def numbers(shape, step, size, dtype):
        return (np.arange(np.prod(shape)) * step % (2 * size + 1) - size).astype(dtype).reshape(shape)

    def tensor(name, shape, dtype, scales, zero_point=0, data=None, axis=0):
        return Tensor(name, shape, dtype, Quantization(np.float32(scales), np.int64([zero_point] * len(scales)), axis), data)

    def constants(shape, axis, step):
        channels = shape[axis]
        scales = [0.004 + 0.001 * c for c in range(channels)]
        return (tensor("weights", shape, "int8", scales, 0, numbers(shape, step, 127, np.int8), axis),
                tensor("bias", (channels,), "int32", [1e-4] * channels, 0, numbers((channels,), 577, 900, np.int32)))  # fmt: skip

    window = {"padding": 0, "stride_h": 1, "stride_w": 1, "dilation_hfactor": 1, "dilation_wfactor": 1, "fused_activation_function": 1}
    x = tensor("picture", (1, 8, 8, 2), "int8", [0.02], -5)
    a = tensor("a", (1, 4, 4, 6), "int8", [0.05], -128)
    b = tensor("b", (1, 4, 4, 6), "int8", [0.04], -128)
    c = tensor("c", (1, 4), "int8", [0.3], 2)
    y = tensor("scores", (1, 4), "int8", [1 / 256], -128)
    ops = [
        Op("CONV_2D", [x, *constants((6, 3, 3, 2), 0, 71)], [a], window | {"stride_h": 2, "stride_w": 2}, 0),
        Op("DEPTHWISE_CONV_2D", [a, *constants((1, 3, 3, 6), 3, 53)], [b], window | {"depth_multiplier": 1}, 1),
        Op("FULLY_CONNECTED", [b, *constants((4, 96), 0, 89)], [c], {"weights_format": 0, "fused_activation_function": 0, "keep_num_dims": False}, 2),
        Op("SOFTMAX", [c], [y], {"beta": 1.0}, 3),
    ]
    return Graph(ops, [x], [y], "self-test")


def tiny_image() -> bytes:
    """tiny_graph() as an image."""
    return compile_graph(tiny_graph()).image


def sound() -> bytes:
    """int16 samples with something in every channel of the front-end."""
    return (np.arange(SAMPLES, dtype=np.int64) ** 2 * 7 % 20011 - 10000).astype("<i2").tobytes()


def frames() -> bytes:
    """What the front-end on this computer makes of sound()."""
    from mite.audio import Frontend

    return b"".join(bytes(frame) for frame in Frontend(20).feed(sound()))


def ask(link: Link, folder: str, path: str, asked: Question, frontend: bool) -> dict:
    """Put the question to the mite in `folder` of the board, with its model in the file `path` there.

    {"right": bool, "micros": of one inference, "native": bool, "audio": bool, or None where it was not tried, "version": str}.
    BoardException if it raises there. The file stays.
    """
    link.put(path, asked.image)
    return answer(
        link, CODE.format(folder=folder, path=path, input=asked.input, output=asked.output, frontend=frames() if frontend else None, samples=SAMPLES)
    )


CODE = """
import sys, gc
def run():
    import time
    import mite
    from mite import model as m
    t = mite.Model({path!r})
    t.input.data[:] = {input!r}
    begin = time.ticks_us()
    t.invoke()
    found = {{'micros': time.ticks_diff(time.ticks_us(), begin), 'right': bytes(t.output.data) == {output!r}, 'native': m.NATIVE, 'audio': None}}
    found['version'] = mite.__version__
    want = {frontend!r}
    if want is not None and m.NATIVE:
        try:
            from mite.audio import Frontend
        except ImportError:
            return found
        from array import array
        got = bytearray()
        for frame in Frontend(20).feed(array('h', [i * i * 7 % 20011 - 10000 for i in range({samples})])):
            got.extend(frame)
        found['audio'] = bytes(got) == want
    return found
path = sys.path[:]
if {folder!r}:
    # Nothing but the new files: an old _mite would be found for a new package that is to run without one.
    sys.path[:] = [{folder!r}, '.frozen']
try:
    print(repr(run()))
finally:
    sys.path[:] = path
"""
