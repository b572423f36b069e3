"""What the tests of float32 ops share: how near an answer must be, numbers of every size, and broadcast shapes."""

import numpy as np
from harness import NONE, Mite, Reference, one_op, samples, tensor
from mite_tools.tflite.write import write

F32 = "float32"
SPECIAL = np.array([0, -0.0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 6, 3, -3, 1e-45, -1e-45, 1.2e-38, 3.4e38, -3.4e38, 88.7, -87.4, -103.9, 16.7,
                    -9.1, 16777216, np.inf, -np.inf, np.nan], np.float32)  # fmt: skip
# Every 200,003rd number there is, and what is special.
EVERYWHERE = np.concatenate([np.arange(0, 1 << 32, 200_003, np.uint64).astype(np.uint32).view(np.float32), SPECIAL])
BROADCASTS = [
    ((1, 33), (1, 33)), ((2, 3), (3,)), ((2, 3, 4), (3, 1)), ((2, 1, 4), (1, 3, 1)), ((2, 5, 4, 3), (2, 1, 1, 3)), ((1, 5, 4, 3), (1,)),
    ((1,), (4, 5)), ((2, 3, 4), (2, 3, 4)), ((), (7,)),
]  # fmt: skip


def real(shape, data=None):
    """A float32 tensor; data makes it a constant."""
    return tensor(tuple(shape), F32, data=data)


def numbers(shape, seed=0):
    """Random float32 numbers around zero."""
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def distance(got: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """How far apart, in units in the last place of what is wanted. Two that are no number are equal, and so are both zeros."""
    if wanted.dtype != np.float32:
        return (got != wanted).astype(float)
    with np.errstate(all="ignore"):
        apart = np.abs(got.astype(float) - wanted.astype(float)) / np.spacing(np.maximum(np.abs(wanted), np.float32(1.2e-38))).astype(float)
    same = (got == wanted) | (np.isnan(got) & np.isnan(wanted))
    return np.where(same, 0, np.where(np.isfinite(apart), apart, np.inf))


def near(graph, ulps=0.0, given=None, oracle=Reference, seed=0) -> None:
    """AssertionError unless mite's numbers are the oracle's, or at most so many units in the last place away; several runs in a row."""
    data = write(graph)
    reference, ours = oracle(data), Mite(data)
    rng = np.random.default_rng(seed)
    for inputs in given or zip(*(samples(t, rng) for t in graph.inputs)):
        wanted, got = (each.run(list(inputs), len(graph.outputs)) for each in (reference, ours))
        for a, b in zip(wanted, got, strict=True):
            assert a.dtype == b.dtype and a.size == b.size
            a, b = a.reshape(-1), b.reshape(-1)
            apart = distance(b, a)
            if a.size and apart.max() > ulps:
                worst = int(apart.argmax())
                where = [x.reshape(-1)[worst] for x in inputs if x.size == a.size]
                raise AssertionError(f"{graph.ops[0].kind}: {b[worst]!r} at {where}, the reference says {a[worst]!r}: {apart[worst]:g} ulp")


def unary(kind, ulps=0.0, values=EVERYWHERE, oracle=Reference, **options) -> None:
    """A function of one number, of numbers of every size and in tensors of awkward ones."""
    near(one_op(kind, [real(values.shape)], [real(values.shape)], **options), ulps, [[values]], oracle)
    for count in (1, 3, 7, 8, 15, 16, 17, 33):
        near(one_op(kind, [real((1, count))], [real((1, count))], **options), ulps, [[numbers((1, count), count)]], oracle)


def binary(kind, ulps=0.0, output=F32, fused=True, activations=(NONE,), oracle=Reference, a=EVERYWHERE, b=EVERYWHERE, zero=True):
    """A function of two numbers: shapes, activations, and numbers of every size against those of every other.

    zero: does the oracle take a `b` of zero?
    """
    b = b if zero else b[b != 0]

    def graph(a_shape, b_shape, activation=NONE):
        options = {"fused_activation_function": activation} if fused else {}
        return one_op(kind, [real(a_shape), real(b_shape)], [tensor(np.broadcast_shapes(a_shape, b_shape), output, None)], **options)

    for number, (a_shape, b_shape) in enumerate(BROADCASTS):
        positive = 0.1 + np.abs(numbers(a_shape, number))
        near(graph(a_shape, b_shape), ulps, [[positive, numbers(b_shape, number + 50)]], oracle)
    rng = np.random.default_rng(1)
    for activation in activations:
        near(graph(a.shape, a.shape, activation), ulps, [[a, rng.permutation(np.resize(b, a.shape))]], oracle)
    some = SPECIAL if zero else SPECIAL[SPECIAL != 0]
    near(graph((len(SPECIAL), 1), (1, len(some))), ulps, [[SPECIAL.reshape(-1, 1), some.reshape(1, -1)]], oracle)
