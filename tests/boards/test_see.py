"""Boards that look at pictures: the demo of vision, with the answers of this computer."""

import io
import os
import zipfile

import mite
import pytest
from PIL import Image
from small_models import Sketch

from mite_tools import see
from mite_tools.board.upload import upload

FULL = bool(os.environ.get("MITE_FULL"))  # all pictures of the long tests


def raw(seen: list[see.Seen], image: bytes) -> list[list[tuple[str, int]]]:
    """The answers with the model's own numbers in place of probabilities."""
    output = mite.Model(image).output
    return [[(label, round(score / output.scale) + output.zero_point) for label, score in each.answers] for each in seen]


def looked_at(link, image: bytes, frames, **how) -> list[see.Seen]:
    """What a board sees."""
    upload(link, image, "vision.mite")
    return see.look_there(link, "vision.mite", frames, **how)


@pytest.mark.parametrize("name", ["person_detect", "vww_96_int8"])
def test_who_is_a_person(m4, shared, name):
    frames = see.frames_of(see.pictures([shared / "data" / "images" / f"{file}.bmp" for file in ("grace_hopper", "sunflower")]))
    image, _ = see.model_image(name)
    there = looked_at(m4, image, frames)
    assert [each.answers[0][0] for each in there] == ["person", "no person"]
    assert raw(there, image) == raw(see.look_here(image, frames), image)
    # Exact counts under -icount, of a frame of 270 x 320 and one of 320 x 212.
    assert all(each.picture_ticks < 3_200_000 and each.ticks < 13_000_000 for each in there)


def test_boxes_in_pictures_of_several_sizes(board):
    """A model of one op, which gives the picture back: a grid of scores of its colours."""
    s = Sketch(5)
    x = s.tensor((1, 12, 16, 3), 1 / 256, -128)
    image = s.image((x,), (s.add_op("RELU", (x,), s.tensor((1, 12, 16, 3), 1 / 256, -128)),), labels=["red", "green", "blue"])
    frames = [("one", Image.new("RGB", (64, 48))), ("two", Image.new("RGB", (32, 48)))]
    frames[0][1].paste((0, 255, 0), (8, 4, 24, 12))
    frames[1][1].paste((0, 0, 255), (0, 40, 8, 48))
    frames[1][1].paste((0, 200, 0), (16, 0, 32, 16))
    there = looked_at(board, image, frames, threshold=0.6)
    assert [[box[0] for box in each.boxes] for each in there] == [["green"], ["blue", "green"]]
    assert there[0].boxes[0][2:] == pytest.approx((8 / 64, 4 / 48, 24 / 64, 12 / 48))
    assert there[1].boxes[0][2:] == pytest.approx((0, 40 / 48, 8 / 32, 1))
    for each, other in zip(there, see.look_here(image, frames, 0.6)):
        assert [box[0] for box in each.boxes] == [box[0] for box in other.boxes]
        assert sum((box[1:] for box in each.boxes), ()) == pytest.approx(sum((box[1:] for box in other.boxes), ()), abs=1e-6)


def cifar_frames(shared, count: int) -> list[tuple[str, Image.Image]]:
    """(class, picture of 32 x 32) of the test set, as many of each class."""
    with zipfile.ZipFile(shared / "data" / "cifar10_test.zip") as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".jpg"))
        chosen = names[:: len(names) // count][:count]
        return [(name.split("/")[-2], Image.open(io.BytesIO(archive.read(name))).convert("RGB")) for name in chosen]


@pytest.mark.skipif(not (see.OWN / "cifar_int8.tflite").is_file(), reason="there is no model of CIFAR-10 in mite_tools/models/cifar")
def test_the_model_of_cifar_10_is_as_good_on_a_board(m4, shared):
    frames = cifar_frames(shared, 500 if FULL else 40)
    image, _ = see.model_image("cifar")
    there, here = looked_at(m4, image, frames, format="rgb888"), see.look_here(image, frames, format="rgb888")
    assert raw(there, image) == raw(here, image)
    right = [sum(each.answers[0][0] == each.name for each in seen) for seen in (there, here)]
    print(f"{right[0]} of {len(frames)} right on the board, {right[1]} on this computer")
    assert right[0] == right[1] > 0.65 * len(frames)
    if not FULL:
        print("MITE_FULL=1 looks at 500")
