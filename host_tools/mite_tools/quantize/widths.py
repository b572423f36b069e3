"""Which weights may have four bits: those of the layers that the output minds least, until the image is small enough."""

from dataclasses import replace

import numpy as np

from ..compile import compile_graph
from ..errors import MiteError
from ..graph import Graph, Op, Tensor
from ..tflite.read import parse
from ..tflite.write import write
from .observe import Progress, Samples
from .outputs import Wanted
from .patches import Moments, has_rows, patches
from .real import bias_number, data_of
from .runner import Runner
from .weights import Narrow

INT4_SHARE = 0.59  # of the int8 image: what "int4" may have, for some layers at eight bits
SETTLED = 200  # samples at most, to make good in a layer what was lost in those before it


class Narrowed:
    """A float graph of which some weights are those that an integer model has."""

    def __init__(self, graph: Graph):
        self.ops = {op: replace(op, inputs=list(op.inputs)) for op in graph.ops}
        self.graph = Graph(list(self.ops.values()), graph.inputs, graph.outputs, graph.name)

    def put(self, op: Op, narrow: Narrow) -> None:
        inputs, bias = self.ops[op].inputs, bias_number(op)
        inputs[1] = Tensor(op.inputs[1].name, op.inputs[1].shape, "float32", None, narrow.real(op))
        inputs += [None] * (bias + 1 - len(inputs))
        inputs[bias] = Tensor(f"{op.inputs[1].name}/bias", narrow.bias.shape, "float32", None, narrow.bias.astype(np.float32))

    def take_back(self, op: Op) -> None:
        self.ops[op].inputs = list(op.inputs)


def sensitivities(graph: Graph, narrowed: dict[Op, Narrow], samples: Samples, progress: Progress) -> dict[Op, float]:
    """For each op the error of the outputs when its weights alone have four bits."""
    wanted, other, found = Wanted(graph, samples), Narrowed(graph), {}
    for op in progress(list(narrowed), "sensitivity"):
        other.put(op, narrowed[op])
        found[op] = wanted.error(other.graph)
        other.take_back(op)
    return found


def settle(graph: Graph, ops: list[Op], narrow, samples: Samples, progress: Progress) -> dict[Op, Narrow]:
    """Ops to few bits one after another, each with the inputs that those before it give now, so that it makes good what they lost.

    narrow: a function of an op and the Moments of its inputs.
    """
    samples, other, found = samples[:SETTLED], Narrowed(graph), {}
    for op in progress(ops, "weights"):
        moments = None
        if has_rows(op):
            data, place = data_of(op), graph.ops.index(op)
            # What comes behind need not be run.
            now, real = (Runner(Graph(each.ops[:place], graph.inputs, [data])) if data not in graph.inputs else None for each in (other.graph, graph))
            moments = Moments()
            for number, inputs in enumerate(samples):
                values = [inputs[graph.inputs.index(data)] if each is None else each.outputs(inputs)[0] for each in (now, real)]
                moments.add(*(patches(op, value, number) for value in values))
        found[op] = narrow(op, moments)
        other.put(op, found[op])
    return found


def image_bytes(graph: Graph) -> int:
    """Of the image that an integer graph becomes."""
    return len(compile_graph(parse(write(graph))).image)


def choose(quantizer) -> dict[Op, int]:
    """The bits of each op's weights, so that the image is as small as the settings want it. MiteError if it cannot be."""
    weighted = list(quantizer.make().weights)
    wide = image_bytes(quantizer.make({op: 8 for op in weighted}).graph)
    least = image_bytes(quantizer.make({op: 4 for op in weighted}).graph)
    limit = quantizer.settings.max_bytes or max(int(INT4_SHARE * wide), least)
    if limit >= wide:
        return {op: 8 for op in weighted}
    if limit < least:
        raise MiteError(f"--max-bytes {limit}: with four bits in all of its weights the image has {least:,} bytes ({wide:,} with eight)")
    narrowed = quantizer.make({op: 4 for op in weighted}).weights
    minded = sensitivities(quantizer.graph, narrowed, quantizer.samples, quantizer.progress)
    # The least harm for a byte first. A dead channel is no byte in the image, so it is weighed again.
    order = sorted(weighted, key=lambda op: minded[op] / op.inputs[1].count)
    bits = {op: 8 for op in weighted}
    size, left = wide, list(order)
    while size > limit:
        need = size - limit
        while left and need > 0:
            op = left.pop(0)
            bits[op] = 4
            need -= op.inputs[1].count // 2
        size = image_bytes(quantizer.make(bits).graph)
    # What was narrowed early may fit again: the largest harm goes back first. The image's parts begin at multiples of some bytes.
    for op in sorted((op for op in weighted if bits[op] == 4), key=lambda op: -minded[op]):
        if size + op.inputs[1].count // 2 <= limit and image_bytes(quantizer.make(bits | {op: 8}).graph) <= limit:
            bits[op] = 8
            size = image_bytes(quantizer.make(bits).graph)
    return bits
