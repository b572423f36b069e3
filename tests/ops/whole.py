"""What the tests of plain whole numbers share: int8 to int64 and bool without scales."""

import numpy as np
from harness import AWKWARD, LiteRt, Reference, agree, indices, one_op, tensor

BROADCASTS = [
    ((2, 3), (3,)), ((3, 1), (2, 3, 4)), ((2, 1, 4), (1, 3, 1)), ((2, 5, 4, 3), (2, 1, 1, 3)), ((1,), (4, 5)), ((2, 3, 4), (2, 3, 4)),
    ((), (2, 3)),
]  # fmt: skip


def plain(shape, dtype, data=None):
    """A tensor without a scale."""
    return tensor(tuple(np.shape(data) if shape is None else shape), dtype, None, data)


def numbers(dtype, shape, rng, far=True):
    """Numbers of all sizes, the smallest and the largest among them; without those if not `far`."""
    if dtype == "bool":
        return rng.integers(0, 2, shape).astype(bool)
    info = np.iinfo(dtype)
    bits = rng.integers(1, info.bits, shape)
    values = rng.integers(info.min, info.max, shape, dtype, endpoint=True) >> (info.bits - bits).astype(dtype)
    return np.where(rng.random(shape) < 0.1, rng.choice([info.min, info.max, 0, 1], shape), values).astype(dtype) if far else values


def pairs(kind, dtype, output=None, micro=True, values=numbers, shapes=None, **options):
    """The op of two tensors agrees over awkward sizes and broadcasts. values: a function (dtype, shape, rng), or one for each input."""
    oracle = Reference if micro else LiteRt
    first, second = values if isinstance(values, tuple) else (values, values)
    rng = np.random.default_rng(0)
    for a, b in shapes or [*(((n,), (n,)) for n in AWKWARD), *BROADCASTS, *(pair[::-1] for pair in BROADCASTS)]:
        out = plain(np.broadcast_shapes(a, b), output or dtype)
        graph = one_op(kind, [plain(a, dtype), plain(b, dtype)], [out], **options)
        agree(graph, given=[[first(dtype, a, rng), second(dtype, b, rng)] for _ in range(3)], oracle=oracle)


def alone(kind, dtype, output=None, micro=True, values=numbers, **options):
    """The op of one tensor agrees over awkward sizes."""
    rng = np.random.default_rng(0)
    for n in AWKWARD:
        graph = one_op(kind, [plain((3, n), dtype)], [plain((3, n), output or dtype)], **options)
        agree(graph, given=[[values(dtype, (3, n), rng)] for _ in range(3)], oracle=Reference if micro else LiteRt)


REDUCED = [((5,), (0,)), ((3, 17), (1,)), ((3, 17), (0,)), ((2, 3, 4), (0, 2)), ((2, 5, 7, 3), (1, 2)), ((2, 5, 7, 3), (0, 1, 2, 3)), ((2, 33), (-1,))]


def reduces(kind, dtype, output=None, micro=False, keep=False, cases=REDUCED, values=numbers, **options):
    """The reduction agrees over shapes and axes."""
    rng = np.random.default_rng(0)
    for shape, axes in cases:
        gone = {a % len(shape) for a in axes}
        out = [1 if i in gone else n for i, n in enumerate(shape) if keep or i not in gone]
        if kind.startswith("ARG"):
            graph = one_op(kind, [plain(shape, dtype), indices(*axes)], [plain(out, output)], output_type={"int32": 2, "int64": 4}[output])
        else:
            graph = one_op(kind, [plain(shape, dtype), indices(*axes)], [plain(out, output or dtype)], keep_dims=keep, **options)
        agree(graph, given=[[values(dtype, shape, rng)] for _ in range(3)], oracle=Reference if micro else LiteRt)
