"""Random networks of every op: what holds for each op alone holds with views, shared memory and several outputs."""

import random

import numpy as np
import pytest
from harness import NONE, RELU6, SAME, Numbers, agree, chain, indices, tensor
from mite_tools.graph import Op, Tensor
from weighted import convolution, dense

ACTIVATION = {"fused_activation_function": NONE}


def joined(graph, x: Tensor) -> Op:
    """The one op of a graph, reading x."""
    op = graph.ops[0]
    op.inputs[0] = x
    for t in op.inputs + op.outputs:
        if t is not x:
            t.name = ""
    return op


def numbers(x: Tensor) -> Numbers:
    return Numbers(x.scale, x.zero_point)


def conv(x, made, rng):
    kernel, stride = rng.choice([(1, 1), (3, 3), (2, 5)]), rng.choice([(1, 1), (2, 2), (1, 2)])
    depthwise = rng.random() < 0.4
    out_c = x.shape[3] if depthwise else rng.randint(1, 12)
    kind = "DEPTHWISE_CONV_2D" if depthwise else "CONV_2D"
    activation = rng.choice((NONE, RELU6))
    return joined(convolution(kind, x.shape[1:3], (x.shape[3], out_c), kernel, stride, batches=x.shape[0], input=numbers(x),
                              activation=activation, seed=rng.randrange(1000)), x)  # fmt: skip


def fully_connected(x, made, rng):
    return joined(dense(x.shape, rng.randint(1, 12), input=numbers(x), keep_dims=True, seed=rng.randrange(1000)), x)


def add(x, made, rng):
    other = rng.choice([t for t in made if t.shape == x.shape])
    return Op("ADD", [x, other], [tensor(x.shape, numbers=Numbers(x.scale + other.scale, rng.randint(-20, 20)))], ACTIVATION)


def add_constant(x, made, rng):
    shape = x.shape[3:]
    other = tensor(shape, numbers=Numbers(x.scale, 3), data=np.arange(shape[0]) % 100)
    return Op("ADD", [other, x], [tensor(x.shape, numbers=Numbers(x.scale * 1.7, 1))], ACTIVATION)


def pool(x, made, rng):
    shape = (x.shape[0], -(-x.shape[1] // 2), -(-x.shape[2] // 2), x.shape[3])
    options = {"padding": SAME, "stride_h": 2, "stride_w": 2, "filter_height": 2, "filter_width": 3}
    return Op(rng.choice(("AVERAGE_POOL_2D", "MAX_POOL_2D")), [x], [tensor(shape, numbers=numbers(x))], options | ACTIVATION)


def pad(x, made, rng):
    amounts = [(0, 0), (rng.randint(0, 2), 1), (0, rng.randint(0, 2)), (0, 0)]
    shape = tuple(n + a + b for n, (a, b) in zip(x.shape, amounts))
    return Op("PAD", [x, tensor((4, 2), "int32", None, amounts)], [tensor(shape, numbers=numbers(x))])


def concatenation(x, made, rng):
    same = [t for t in made if t.shape[:3] == x.shape[:3] and numbers(t) == numbers(x)]
    parts = rng.choices(same, k=rng.randint(2, 3))
    shape = (*x.shape[:3], sum(t.shape[3] for t in parts))
    return Op("CONCATENATION", parts, [tensor(shape, numbers=numbers(x))], {"axis": 3} | ACTIVATION)


def reshape(x, made, rng):
    batches, h, w, c = x.shape
    shape = rng.choice([(batches, w, h, c), (batches, h, 1, w * c), (batches, 1, w, h * c)])
    return Op("RESHAPE", [x, indices(*shape)], [tensor(shape, numbers=numbers(x))])


def transpose(x, made, rng):
    order = rng.choice([(0, 2, 1, 3), (0, 3, 1, 2), (0, 1, 3, 2)])
    return Op("TRANSPOSE", [x, indices(*order)], [tensor(tuple(x.shape[i] for i in order), numbers=numbers(x))])


def requantize(x, made, rng):
    return Op("QUANTIZE", [x], [tensor(x.shape, numbers=Numbers(x.scale * rng.uniform(0.5, 2), rng.randint(-20, 20)))])


def probabilities(x, made, rng):
    kind = rng.choice(("LOGISTIC", "SOFTMAX"))
    options = {"beta": 1.0} if kind == "SOFTMAX" else {}
    return Op(kind, [x], [tensor(x.shape, numbers=Numbers(1 / 256, -128))], options)


def mean(x, made, rng):
    axes = rng.choice([(1,), (2,), (1, 2)])
    shape = tuple(1 if i in axes else n for i, n in enumerate(x.shape))
    return Op("MEAN", [x, indices(*axes)], [tensor(shape, numbers=Numbers(x.scale / 2, 4))], {"keep_dims": True})


STEPS = (conv, conv, conv, fully_connected, add, add, add_constant, pool, pad, concatenation, reshape, transpose, requantize,
         probabilities, mean)  # fmt: skip


@pytest.mark.parametrize("seed", range(60))
def test_network(seed):
    rng = random.Random(seed)
    x = tensor((rng.choice((1, 1, 2)), rng.randint(2, 9), rng.randint(2, 9), rng.randint(1, 8)), numbers=Numbers(0.05, -3))
    made, ops = [x], []
    for _ in range(rng.randint(2, 16)):
        # Mostly on from the last one, sometimes from an earlier one: branches.
        source = made[-1] if rng.random() < 0.8 else rng.choice(made)
        op = rng.choice(STEPS)(source, made, rng)
        if op.outputs[0].count > 4000:
            continue
        ops.append(op)
        made.append(op.outputs[0])
    if ops:
        outputs = [made[-1]] + rng.sample(made[1:-1], min(len(made) - 2, rng.randint(0, 2)))
        agree(chain(ops, outputs), seed)
