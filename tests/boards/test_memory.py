"""Weights stay where they are: what a model in a ROMFS takes of a board's RAM."""

from pathlib import Path

import pytest
from mite_tools.board.catalogue import find_board
from mite_tools.board.emulator import Emulator
from mite_tools.board.firmware import build_firmware
from mite_tools.compile import compile_model
from mite_tools.image.compress import compress

from test_boot import romfs

OWN = 200  # bytes of objects
MEASURE = """
import gc, mite
before = taken = later = 0
model = mite.Model({path!r})  # from now on every module is there, and every name
model = None
gc.collect()
before = gc.mem_alloc()
model = mite.Model({path!r})
gc.collect()
taken = gc.mem_alloc() - before
model.invoke()
later = gc.mem_alloc() - before
print(taken, model.arena_size, model.state_size, later)
"""


@pytest.fixture(scope="module")
def images(root) -> dict[str, bytes]:
    """Models that the project brings, and a bigger one where ../shared is."""
    paths = {"digits.mite": root / "host_tools" / "mite_tools" / "models" / "digits" / "digits_int8.tflite"}
    person = root.parent / "shared" / "models" / "person_detect.tflite"
    paths |= {"person.mite": person} if person.is_file() else {}
    return {name: compile_model(path).image for name, path in paths.items()}


def aligned(files: dict[str, bytes]) -> bytes:
    """A ROMFS in which every file's content lies at a multiple of 4, by the length of its name."""
    for extra in range(4):
        names = {f"{Path(name).stem}{'_' * extra}{Path(name).suffix}": content for name, content in files.items()}
        whole = romfs(names)
        if all(whole.index(content) % 4 == 0 for content in files.values()):
            return whole
    raise AssertionError("no name fits")


@pytest.mark.parametrize("name", ["digits.mite", "person.mite"])
def test_a_model_in_romfs_takes_its_arena_and_little_else(running_boards, images, tmp_path, name):
    if name not in images:
        pytest.skip("there is no ../shared/models/person_detect.tflite")
    image = tmp_path / "romfs.img"
    image.write_bytes(aligned({name: images[name]}))
    board = find_board("QEMU_M4")
    with Emulator(board, build_firmware("QEMU_M4"), memory={board.settings["memory"]["spare"][0]: image}) as emulator:
        with emulator.link() as link:
            path = "/rom/" + link.eval("__import__('os').listdir('/rom')")[0]
            taken, arena, state, later = map(int, link.exec(MEASURE.format(path=path), timeout_s=120).split())
    own = taken - arena - state
    print(f"{name}: {len(images[name]):,} bytes in ROM take {taken:,} of RAM: arena {arena:,}, state {state:,}, {own} bytes of objects")
    assert own <= OWN and later <= taken


def test_a_compressed_model_is_expanded_into_ram(fresh_board, images):
    link = fresh_board("m4")
    link.put("model.mite", compress(images["digits.mite"]))
    link.put("plain.mite", images["digits.mite"])
    answer = link.exec(
        "import mite\n"
        "def answer(path):\n"
        "    model = mite.Model(path)\n"
        "    model.input[:] = [i % 251 - 125 for i in range(len(model.input))]\n"
        "    model.invoke()\n"
        "    return model.output[:]\n"
        "mine = answer('model.mite')\n"
        "print(mine == answer('plain.mite'))",
        timeout_s=120,
    )
    assert answer.strip() == "True"
