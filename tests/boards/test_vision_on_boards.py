"""Vision on emulated boards: the bytes that this computer makes, and no memory taken by a frame."""

import numpy as np
import pytest
from mite.tensor import Tensor
from mite.vision import FORMATS, METHODS, Preprocessor
from packages import put_package

from mite_tools.board.firmware import build_natmod, build_sensors

CASES = [(format, method, turns) for turns, method in enumerate(METHODS) for format in FORMATS]
WIDTH, HEIGHT, SIDE = 37, 30, 13
CROP = (3, 2, 30, 25)
CODE = """
from mite.tensor import Tensor
from mite.vision import Preprocessor
import gc
frame = open("frame.bin", "rb").read()
out = open("out.bin", "wb")
for format, method, turns in {cases}:
    for depth, dtype, code, mean in ((1, "int8", "b", None), (3, "uint8", "B", 100), (3, "float32", "f", (1.5, 99, 200))):
        data = memoryview(bytearray({side} * {side} * depth * (4 if code == "f" else 1)))
        tensor = Tensor("picture", (1, {side}, {side}, depth), dtype, code, 0.0171, 100, data)
        see = Preprocessor(tensor, {width}, {height}, format, {crop}, turns, method, mean=mean, std=mean)
        see.fill(frame)
        gc.collect()
        before = gc.mem_alloc()
        see.fill(frame)
        assert gc.mem_alloc() - before < 100, "a frame takes memory"
        out.write(data)
out.close()
from mite import Model
try:
    Preprocessor(tensor, 0, 1)
except ValueError as error:
    print(error)
try:
    see.fill(frame[:100])
except ValueError as error:
    print(error)
"""
BOXES = """
import struct
from mite.tensor import Tensor
from mite.vision import boxes
class Answer:
    labels = ("none", "ball")
def tensor(shape, dtype, code, scale, zero_point, data):
    return Tensor("t", shape, dtype, code, scale, zero_point, memoryview(bytearray(data)))
grid = bytearray(b"\\x80" * 128)
for cell, score in ((9, 30), (18, 100), (7, 64), (63, 0)):
    grid[2 * cell + 1] = score
Answer.outputs = (tensor((1, 8, 8, 2), "int8", "b", 1 / 256, -128, grid),)
print([(box.label, int(1000 * box.score), [int(8 * side) for side in box[2:]]) for box in boxes(Answer, 0.6)])
anchors = struct.pack("<12f", 0.5, 0.5, 0.2, 0.4, 0.51, 0.5, 0.2, 0.4, 0.2, 0.2, 0.1, 0.1)
Answer.outputs = tensor((1, 3, 4), "int8", "b", 0.1, 0, bytes(12)), tensor((1, 3, 2), "int8", "b", 1 / 256, -128, b"\\x80\\x40\\x80\\x60\\x80\\x50")
print([(box.label, int(1000 * box.score), [round(100 * side) for side in box[2:]]) for box in boxes(Answer, anchors=anchors)])
"""


def expected(frame: bytes) -> bytes:
    answer = b""
    for format, method, turns in CASES:
        for depth, dtype, code, mean in ((1, "int8", "b", None), (3, "uint8", "B", 100), (3, "float32", "f", (1.5, 99, 200))):
            data = memoryview(bytearray(SIDE * SIDE * depth * np.dtype(dtype).itemsize))
            tensor = Tensor("picture", (1, SIDE, SIDE, depth), dtype, code, 0.0171, 100, data)
            Preprocessor(tensor, WIDTH, HEIGHT, format, CROP, turns, method, mean=mean, std=mean).fill(frame)
            answer += bytes(data)
    return answer


def same(link) -> None:
    frame = np.random.default_rng(7).integers(0, 256, 37 * 30 * 3 + 90, np.uint8).tobytes()
    link.put("frame.bin", frame)
    printed = link.exec(CODE.format(cases=CASES, side=SIDE, width=WIDTH, height=HEIGHT, crop=CROP), timeout_s=120)
    assert link.get("out.bin") == expected(frame)
    assert printed.splitlines() == ["sides of frame and input are 1 to 4095 pixels, not (0, 1) and (13, 13)", "the frame is shorter than 37 x 30 pixels need"]
    assert link.exec(BOXES).splitlines() == [
        "[('ball', 890, [1, 1, 3, 3]), ('ball', 750, [7, 0, 8, 1])]", "[('ball', 875, [30, 41, 70, 61]), ('ball', 812, [15, 15, 25, 25])]",
    ]  # fmt: skip


def test_built_in(board):
    same(board)


@pytest.mark.parametrize("name, arch", [("m4", "armv7emsp"), ("m3", "armv6m"), ("rv32", "rv32imc")])
def test_native_module(name, arch, fresh_board, root):
    link = fresh_board(name, stock=True)
    put_package(link, root)
    link.put("lib/_mite.mpy", build_natmod(arch).read_bytes())
    link.put("lib/_mite_sensors.mpy", build_sensors(arch).read_bytes())
    same(link)
