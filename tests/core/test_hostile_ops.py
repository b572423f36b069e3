"""Damaged records of the ops that small_models.every_op() has none of: refused with a reason, or run inside their memory."""

import random

from small_models import Sketch
from test_hostile import EXTREMES, STEPS, checked, poke, sites

from mite_tools.graph import Tensor
from mite_tools.image.pack import seal


def matrices() -> bytes:
    """BINARY, REDUCE, BATCH_MATMUL, L2_NORMALIZATION, LOG_SOFTMAX."""
    s = Sketch(5)
    a, b = s.tensor((3, 8)), s.tensor((8, 5))
    x = s.add_op("BATCH_MATMUL", (a, b), s.tensor((3, 5), 0.2), adj_x=False, adj_y=False)
    x = s.add_op("DIV", (x, s.tensor((3, 5), 0.03)), s.tensor((3, 5), 0.1), fused_activation_function=0)
    slopes = s.constant(s.random.integers(-128, 128, (1, 5)), "int8", [0.01])
    x = s.add_op("PRELU", (x, slopes), s.tensor((3, 5)))
    x = s.add_op("SQUARED_DIFFERENCE", (x, slopes), s.tensor((3, 5), 0.1))
    x = s.add_op("L2_NORMALIZATION", (x,), s.tensor((3, 5), 1 / 128, 0), fused_activation_function=0)
    best = s.add_op("ARG_MAX", (x, s.constant([1])), s.tensor((3,), None, dtype="int32"))
    x = s.add_op("ADD_N", (x, x, x), s.tensor((3, 5), 0.1))
    most = s.add_op("REDUCE_MAX", (x, s.constant([0])), s.tensor((5,), 0.1))
    shares = s.add_op("LOG_SOFTMAX", (x,), s.tensor((3, 5), 1 / 16, 127))
    inputs = [t for op in s.ops for t in op.inputs if not t.is_constant and not any(t in other.outputs for other in s.ops)]
    return s.image(tuple(dict.fromkeys(inputs)), (best, most, shares))


def sequences() -> bytes:
    """GATHER, RESIZE_BILINEAR, LSTM, SVDF and INITIAL_STATE."""
    s = Sketch(6)
    picture = s.tensor((1, 2, 3, 2))
    x = s.add_op("RESIZE_BILINEAR", (picture, s.constant([3, 4])), s.tensor((1, 3, 4, 2)), half_pixel_centers=True, align_corners=False)
    x = s.add_op("RESIZE_NEAREST_NEIGHBOR", (x, s.constant([2, 5])), s.tensor((1, 2, 5, 2)), align_corners=False, half_pixel_centers=False)
    x = s.add_op("RESHAPE", (x, s.constant([1, 4, 5])), s.tensor((1, 4, 5)))

    def variable(shape, scale, zero_point=0, dtype="int8") -> Tensor:
        tensor = s.tensor(shape, scale, zero_point, dtype)
        tensor.is_variable = True
        return tensor

    def weights(rows, columns):
        return s.constant(s.random.integers(-127, 128, (rows, columns)), "int8", [0.01])

    gates = [weights(3, n) for n in (5, 5, 5, 5, 3, 3, 3, 3)]
    biases = [s.constant(s.random.integers(-500, 500, 3)) for _ in range(4)]
    state, cell = variable((1, 3), 0.01, 4), variable((1, 3), 2**-11, 0, "int16")
    x = s.add_op("UNIDIRECTIONAL_SEQUENCE_LSTM", (x, *gates, None, None, None, *biases, None, None, state, cell, None, None, None, None),
                 s.tensor((1, 4, 3), 0.01, 4), fused_activation_function=4, time_major=False, cell_clip=1.0)  # fmt: skip
    x = s.add_op("RESHAPE", (x, s.constant([1, 12])), s.tensor((1, 12), 0.01, 4))
    times = s.constant(s.random.integers(-127, 128, (4, 3)), "int8", [0.01])
    x = s.add_op("SVDF", (x, weights(4, 12), times, s.constant([1, 2]), variable((1, 12), 0.01, -5)), s.tensor((1, 2), 0.1), rank=2)
    return s.image((picture,), (x,))


def test_every_field_at_its_extremes(driver):
    for image in (matrices(), sequences()):
        names, images = [], []
        for name, at, size in sites(image):
            old = int.from_bytes(image[at : at + size], "little")
            for value in sorted({v & (1 << 8 * size) - 1 for v in (*EXTREMES, *(old + step for step in STEPS))} - {old}):
                names.append(f"{name} = {value:#x}")
                images.append(seal(poke(image, at, size, value)))
        checked(driver, names, images)


def test_random_damages_with_a_right_checksum(driver):
    source = random.Random(22)
    for image in (matrices(), sequences()):
        places = sites(image)
        names, images = [], []
        for _ in range(3000):
            damaged, name = image, []
            for _ in range(source.choice((1, 2, 3))):
                what, at, size = source.choice(places)
                old = int.from_bytes(damaged[at : at + size], "little")
                damaged = poke(damaged, at, size, source.choice((source.choice(EXTREMES), old + source.choice(STEPS), source.getrandbits(32))))
                name.append(what)
            names.append(", ".join(name))
            images.append(seal(damaged))
        checked(driver, names, images)
