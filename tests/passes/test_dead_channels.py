"""Channels that are constant or needless, taken out: same bytes with fewer multiply-adds."""

import random

import numpy as np
import pytest
from harness import NONE, RELU, RELU6, SAME, VALID, Numbers, agree, chain, indices, tensor
from mite_tools.graph import Graph, Op, Tensor
from mite_tools.passes import dead_channels
from weighted import convolution, dense


class Net:
    """A chain in the making; each op's input is the last one's output."""

    def __init__(self, x: Tensor, seed: int = 0):
        self.x, self.ops, self.seed = x, [], seed

    def append(self, graph: Graph) -> Op:
        op = graph.ops[0]
        op.inputs[0] = self.x
        for t in op.inputs[1:] + op.outputs:
            if t is not None:
                t.name = ""
        self.ops.append(op)
        self.x = op.outputs[0]
        self.seed += 1
        return op

    def weighted(self, kind: str, out_c: int, kernel=(3, 3), dead=(), constant=None, **rest) -> Op:
        """A convolution whose channels `dead` have no weights. constant: their bias, None for one that leads to the lowest output."""
        x = self.x
        op = self.append(convolution(kind, x.shape[1:3], (x.shape[3], out_c), kernel, input=Numbers(x.scale, x.zero_point), seed=self.seed,
                                     batches=x.shape[0], **({"activation": RELU} | rest)))  # fmt: skip
        kill(op, dead, constant, axis=3 if kind == "DEPTHWISE_CONV_2D" else 0)
        return op

    def reshape(self, *shape: int) -> Op:
        op = Op("RESHAPE", [self.x, indices(*shape)], [tensor(shape, numbers=Numbers(self.x.scale, self.x.zero_point))])
        self.ops.append(op)
        self.x = op.outputs[0]
        return op

    def dense(self, outputs: int, dead=(), constant=None) -> Op:
        op = self.append(dense(self.x.shape, outputs, input=Numbers(self.x.scale, self.x.zero_point), seed=self.seed))
        kill(op, dead, constant, axis=0)
        return op

    def graph(self) -> Graph:
        return chain(self.ops, [self.x])


def kill(op: Op, channels, constant, axis: int) -> None:
    weights = op.inputs[1].data
    at = [slice(None)] * weights.ndim
    at[axis] = list(channels)
    weights[tuple(at)] = 0
    op.inputs[2].data[list(channels)] = -(1 << 20) if constant is None else constant


def settled(graph: Graph, channels: list[int]) -> None:
    """Bytes agree, and afterwards the ops' outputs have so many channels."""
    agree(graph)
    dead_channels.run(graph)
    assert [op.outputs[0].shape[-1] for op in graph.ops] == channels
    assert dead_channels.run(graph) == ""


def picture(channels=8, batches=1) -> Tensor:
    return tensor((batches, 7, 6, channels), numbers=Numbers(0.05, -3))


def test_pointwise():
    net = Net(picture())
    net.weighted("CONV_2D", 16, (1, 1), dead=range(4, 12), output_zero_point=-128)
    net.weighted("CONV_2D", 8, (1, 1))
    settled(net.graph(), [8, 8])


@pytest.mark.parametrize("constant", (None, 3000, 5555))
@pytest.mark.parametrize("own", (SAME, VALID))
def test_constant_under_padding(own, constant):
    """A constant that is not the zero point is another number at the border: kept there, folded where nothing is padded."""
    net = Net(picture(batches=2))
    net.weighted("CONV_2D", 12, (1, 1), dead=range(4), constant=constant, output_zero_point=-128)
    net.weighted("CONV_2D", 8, (3, 3), padding=own)
    settled(net.graph(), [8 if constant is None or own == VALID else 12, 8])


@pytest.mark.parametrize("zero_point", (-128, -20))
def test_through_depthwise(zero_point):
    """A channel dies with its filter, and the depthwise one's death makes the first one's needless."""
    net = Net(picture())
    net.weighted("CONV_2D", 16, (1, 1), dead=(0, 1, 2, 3), output_zero_point=zero_point)
    net.weighted("DEPTHWISE_CONV_2D", 16, dead=(0, 1, 2, 3, 8, 9, 10, 11), output_zero_point=-128)
    net.weighted("CONV_2D", 8, (1, 1))
    settled(net.graph(), [8, 8, 8])


def test_needless_and_awkward_numbers():
    """Two channels of which a filter takes no notice stay, because 14 are no fewer to the kernels than 16; four go."""
    for unread, left in ((2, 16), (4, 12), (5, 12)):
        net = Net(picture())
        net.weighted("CONV_2D", 16, (1, 1))
        last = net.weighted("CONV_2D", 8, (3, 3))
        last.inputs[1].data[..., :unread] = 0
        settled(net.graph(), [left, 8])


def test_dense():
    """Through the flattening of a picture into fully connected ops."""
    net = Net(picture())
    net.weighted("CONV_2D", 12, (3, 3), dead=range(8), output_zero_point=-128)
    net.reshape(1, 7 * 6 * 12)
    net.dense(10, dead=(1, 2, 3), constant=-7000)
    net.dense(4)
    settled(net.graph(), [4, 7 * 6 * 4, 7, 4])


def test_pool_and_sum():
    x = picture()
    nets = []
    for seed in (1, 40):
        net = Net(x, seed)
        net.weighted("CONV_2D", 8, (3, 3), dead=range(4), output_zero_point=-128)
        options = {"padding": SAME, "stride_h": 2, "stride_w": 2, "filter_height": 3, "filter_width": 2, "fused_activation_function": NONE}
        kind = "AVERAGE_POOL_2D" if seed == 1 else "MAX_POOL_2D"
        pool = Op(kind, [net.x], [tensor((1, 4, 3, 8), numbers=Numbers(net.x.scale, -128))], options)
        net.ops.append(pool)
        nets.append(net)
    a, b = (net.ops[-1].outputs[0] for net in nets)
    add = Op("ADD", [a, b], [tensor(a.shape, numbers=Numbers(a.scale * 1.5, -128))], {"fused_activation_function": RELU6})
    net = Net(add.outputs[0], 70)
    net.weighted("CONV_2D", 4, (1, 1))
    settled(chain([op for part in nets for op in part.ops] + [add, *net.ops], [net.x]), [4, 4, 4, 4, 4, 4])


def test_outputs_and_inputs_stay():
    net = Net(picture())
    net.weighted("DEPTHWISE_CONV_2D", 8, dead=range(4))
    middle = net.x
    net.weighted("CONV_2D", 8, (1, 1), dead=range(8))
    graph = chain(net.ops, [net.x, middle])
    settled(graph, [8, 8])


def test_all_dead():
    """Something must be left."""
    net = Net(picture())
    net.weighted("CONV_2D", 8, (3, 3), dead=range(8), output_zero_point=-128)
    net.weighted("CONV_2D", 4, (3, 3))
    settled(net.graph(), [4, 4])


def test_the_same_input_twice():
    net = Net(picture())
    net.weighted("CONV_2D", 8, (1, 1), dead=range(4), output_zero_point=-128)
    one = net.x
    a = net.weighted("CONV_2D", 8, (1, 1))
    net.x = one
    b = net.weighted("DEPTHWISE_CONV_2D", 8)
    graph = chain(net.ops, [a.outputs[0], b.outputs[0]])
    settled(graph, [8, 8, 8])


@pytest.mark.parametrize("seed", range(30))
def test_random_networks(seed):
    """Dead channels of every kind, anywhere."""
    rng = random.Random(seed)
    net = Net(picture(rng.choice((3, 8)), rng.choice((1, 2))), 100 * seed)
    for _ in range(rng.randint(2, 6)):
        depthwise = rng.random() < 0.4
        out_c = net.x.shape[3] if depthwise else rng.randint(3, 20)
        dead = rng.sample(range(out_c), rng.randint(0, out_c))
        net.weighted("DEPTHWISE_CONV_2D" if depthwise else "CONV_2D", out_c, rng.choice([(1, 1), (3, 3), (2, 3)]), dead,
                     rng.choice((None, None, 0, 4000, -900)), activation=rng.choice((NONE, RELU, RELU6)), padding=SAME,
                     stride=rng.choice([(1, 1), (2, 1)]), output_zero_point=rng.choice((-128, -128, 5, 127)))  # fmt: skip
    if rng.random() < 0.5:
        net.reshape(net.x.shape[0], net.x.count // net.x.shape[0])
        net.dense(5, dead=(1,))
    graph = net.graph()
    agree(graph)


def test_vww(shared):
    from mite_tools.compile import compile_model
    from mite_tools.image.describe import describe

    compiled = compile_model(shared / "models" / "vww_96_int8.tflite")
    assert describe(compiled.image).totals()["macs"] <= 3_770_000


def test_ranges_hold():
    """What is claimed of a channel is true of all that the reference computes."""
    from mite_tools.passes.ranges import ranges
    from mite_tools.tflite.write import write
    from harness import Reference, samples

    net = Net(picture())
    net.weighted("CONV_2D", 9, (3, 3), dead=(2, 3), constant=800, activation=RELU6)
    net.weighted("DEPTHWISE_CONV_2D", 9, (3, 3), dead=(1,), activation=NONE)
    net.reshape(1, 7 * 6 * 9)
    net.dense(11, dead=(5,), constant=99)
    graph = net.graph()
    graph.outputs = [op.outputs[0] for op in net.ops]
    claimed = ranges(graph)
    reference = Reference(write(graph))
    for value in samples(graph.inputs[0], np.random.default_rng(1)):
        for t, got in zip(graph.outputs, reference.run([value], len(graph.outputs))):
            low, high = claimed[t]
            got = got.reshape(-1, t.shape[-1])
            assert (got >= low).all() and (got <= high).all()
