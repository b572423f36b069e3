"""What shape an op's outputs have, from its inputs: for tensors whose shape a file leaves open."""

import math
from collections.abc import Callable

import numpy as np

from ..graph import Op, Tensor

Shape = tuple[int, ...]


def infer(op: Op) -> list[Shape] | None:
    """The shapes of the op's outputs, or None where nothing is known of the op, or an input that says it is computed."""
    rule = _RULES.get(op.kind)
    if rule is None or not op.inputs or any(t is None for t in op.inputs[:1]):
        return None
    try:
        found = rule(op)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    return None if found is None else [tuple(int(n) for n in shape) for shape in (found if isinstance(found, list) else [found])]


def _values(tensor: Tensor) -> list[int]:
    """AttributeError where it is no constant."""
    return [int(v) for v in tensor.data.reshape(-1)]


def _same(op: Op) -> Shape:
    return op.inputs[0].shape


def _broadcast(op: Op) -> Shape:
    return np.broadcast_shapes(*(t.shape for t in op.inputs))


def _reshape(op: Op) -> Shape:
    wanted = _values(op.inputs[1]) if len(op.inputs) > 1 else list(op.options["new_shape"])
    known = math.prod(n for n in wanted if n >= 0)
    if -1 in wanted:
        wanted[wanted.index(-1)] = op.inputs[0].count // known
    return tuple(wanted) if math.prod(wanted) == op.inputs[0].count else None


def _windows(op: Op, kernel_h: int, kernel_w: int, channels: int) -> Shape:
    """Of what slides over a picture."""
    o = op.options
    sizes = []
    for size, kernel, stride, dilation in zip(op.inputs[0].shape[1:3], (kernel_h, kernel_w), (o["stride_h"], o["stride_w"]),
                                              (o.get("dilation_hfactor", 1), o.get("dilation_wfactor", 1))):  # fmt: skip
        reach = 0 if o["padding"] == 0 else (kernel - 1) * dilation
        sizes.append(-(-(size - reach) // stride))
    return (op.inputs[0].shape[0], *sizes, channels)


def _fully_connected(op: Op) -> Shape:
    outputs, depth = op.inputs[1].shape
    x = op.inputs[0]
    return (*x.shape[:-1], outputs) if op.options.get("keep_num_dims") else (x.count // depth, outputs)


def _concatenation(op: Op) -> Shape:
    shape = list(op.inputs[0].shape)
    shape[op.options["axis"]] = sum(t.shape[op.options["axis"]] for t in op.inputs)
    return tuple(shape)


def _inserted(shape: Shape, axis: int, size: int) -> Shape:
    axis += len(shape) + 1 if axis < 0 else 0
    return (*shape[:axis], size, *shape[axis:])


def _squeeze(op: Op) -> Shape:
    shape, axes = op.inputs[0].shape, op.options.get("squeeze_dims") or ()
    gone = {a % len(shape) for a in axes} or {i for i, n in enumerate(shape) if n == 1}
    return tuple(n for i, n in enumerate(shape) if i not in gone)


def _strided_slice(op: Op) -> Shape:
    from ..ops.strided_slice import index_of

    return np.empty(op.inputs[0].shape, np.uint8)[index_of(op)].shape


def _slice(op: Op) -> Shape:
    return tuple(n - b if size == -1 else size for n, b, size in zip(op.inputs[0].shape, _values(op.inputs[1]), _values(op.inputs[2])))


def _split(op: Op) -> list[Shape]:
    shape = list(op.inputs[1].shape)
    axis = _values(op.inputs[0])[0]
    shape[axis] //= len(op.outputs)
    return [tuple(shape)] * len(op.outputs)


def _reduced(op: Op) -> Shape:
    shape = op.inputs[0].shape
    axes = {a % len(shape) for a in _values(op.inputs[1])}
    return tuple(1 if i in axes else n for i, n in enumerate(shape) if op.options.get("keep_dims") or i not in axes)


def _padded(op: Op) -> Shape:
    return tuple(n + sum(pair) for n, pair in zip(op.inputs[0].shape, op.inputs[1].data.tolist()))


def _gather(op: Op) -> Shape:
    shape, axis, several = op.inputs[0].shape, op.options.get("axis", 0) % len(op.inputs[0].shape), op.options.get("batch_dims", 0)
    return (*shape[:axis], *op.inputs[1].shape[several:], *shape[axis + 1 :])


def _matmul(op: Op) -> Shape:
    a, b = op.inputs[0].shape, op.inputs[1].shape
    rows, columns = a[-1 if op.options.get("adj_x") else -2], b[-2 if op.options.get("adj_y") else -1]
    return (*np.broadcast_shapes(a[:-2], b[:-2]), rows, columns)


def _resized(op: Op) -> Shape:
    return (op.inputs[0].shape[0], *_values(op.inputs[1]), op.inputs[0].shape[3])


def _range(op: Op) -> Shape:
    from ..ops.range import count

    return (count(op),)


_RULES: dict[str, Callable[[Op], Shape | list[Shape] | None]] = dict.fromkeys(
    ("ABS NEG EXP LOG SQRT RSQRT SQUARE SIN COS CEIL FLOOR ROUND TANH LOGISTIC RELU RELU6 RELU_N1_TO_1 LEAKY_RELU ELU HARD_SWISH GELU SIGN "
     "CAST QUANTIZE DEQUANTIZE LOGICAL_NOT SOFTMAX LOG_SOFTMAX L2_NORMALIZATION CUMSUM REVERSE_V2 ZEROS_LIKE PRELU ADD_N "
     "DYNAMIC_UPDATE_SLICE").split(), _same,
)  # fmt: skip
_RULES |= dict.fromkeys(
    ("ADD SUB MUL DIV FLOOR_DIV FLOOR_MOD POW MAXIMUM MINIMUM SQUARED_DIFFERENCE EQUAL NOT_EQUAL LESS LESS_EQUAL GREATER GREATER_EQUAL LOGICAL_AND "
     "LOGICAL_OR BITWISE_XOR RIGHT_SHIFT SELECT_V2").split(), _broadcast,
)  # fmt: skip
_RULES |= dict.fromkeys("MEAN SUM REDUCE_MAX REDUCE_MIN REDUCE_PROD REDUCE_ANY REDUCE_ALL ARG_MAX ARG_MIN".split(), _reduced)
_RULES |= dict.fromkeys(("PAD", "PADV2", "MIRROR_PAD"), _padded)
_RULES |= dict.fromkeys(("AVERAGE_POOL_2D", "MAX_POOL_2D", "L2_POOL_2D"), lambda op: _windows(
    op, op.options["filter_height"], op.options["filter_width"], op.inputs[0].shape[3]))  # fmt: skip
_RULES |= dict.fromkeys(("RESIZE_BILINEAR", "RESIZE_NEAREST_NEIGHBOR"), _resized)
_RULES |= dict.fromkeys(("FILL", "BROADCAST_TO"), lambda op: tuple(_values(op.inputs[op.kind == "BROADCAST_TO"])))
_RULES |= {
    "CONV_2D": lambda op: _windows(op, *op.inputs[1].shape[1:3], op.inputs[1].shape[0]),
    "DEPTHWISE_CONV_2D": lambda op: _windows(op, *op.inputs[1].shape[1:]),
    "FULLY_CONNECTED": _fully_connected,
    "BATCH_MATMUL": _matmul,
    "RESHAPE": _reshape,
    "CONCATENATION": _concatenation,
    "PACK": lambda op: _inserted(op.inputs[0].shape, op.options.get("axis", 0), len(op.inputs)),
    "UNPACK": lambda op: [np.delete(op.inputs[0].shape, op.options.get("axis", 0))] * len(op.outputs),
    "EXPAND_DIMS": lambda op: _inserted(op.inputs[0].shape, _values(op.inputs[1])[0], 1),
    "SQUEEZE": _squeeze,
    "TRANSPOSE": lambda op: tuple(op.inputs[0].shape[axis] for axis in _values(op.inputs[1])),
    "TILE": lambda op: tuple(n * times for n, times in zip(op.inputs[0].shape, _values(op.inputs[1]))),
    "STRIDED_SLICE": _strided_slice,
    "SLICE": _slice,
    "SPLIT": _split,
    "GATHER": _gather,
    "EMBEDDING_LOOKUP": lambda op: (*op.inputs[0].shape, *op.inputs[1].shape[1:]),
    "SHAPE": lambda op: (len(op.inputs[0].shape),),
    "RANK": lambda op: (),
    "RANGE": _range,
    "WHERE": lambda op: (int(np.count_nonzero(op.inputs[0].data)), len(op.inputs[0].shape)) if op.inputs[0].is_constant else None,
    "BROADCAST_ARGS": lambda op: (max(t.count for t in op.inputs),),
}
