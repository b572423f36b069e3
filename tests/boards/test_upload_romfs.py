"""Models in ROMFS: beside what else is there, run in place, and nothing of it lost when the power goes."""

import contextlib
import random
import subprocess
import sys
import threading

import pytest
from mpremote.romfs import VfsRomWriter
from relay import ROM_BYTES, TO_BOARD, Relay, UnixBoard
from small_models import classifier, every_op, noise

from mite_tools.board import pico, romfs
from mite_tools.board.errors import BoardError
from mite_tools.board.link import Link
from mite_tools.board.upload_rom import RomUpload, upload_to_rom
from mite_tools.cli import main

HOW = ("device", "blocks", "whole")


def of_mpremote() -> bytes:
    """An image as `mpremote romfs build` makes it."""
    writer = VfsRomWriter()
    writer.opendir("lib")
    writer.mkfile("there.py", b"answer = 42\n")
    writer.closedir()
    writer.mkfile("table.bin", bytes(range(250)))
    return writer.finalise()


def place(image: bytes, name: str) -> int:
    """Where a file's content begins."""
    return image.index(romfs.files(image)[name])


def test_models_are_aligned_and_all_else_is_kept():
    image = of_mpremote()
    models = {"one.mite": classifier(), "two.mite": every_op(), "three.mite": noise(1)}
    for name, model in models.items():
        image = romfs.with_file(image, name, model)
    assert romfs.files(image) == romfs.files(of_mpremote()) | models
    assert [place(image, name) % 16 for name in models] == [0, 0, 0]
    replaced = romfs.with_file(image, "one.mite", noise(2))
    assert romfs.files(replaced) == romfs.files(image) | {"one.mite": noise(2)}
    assert [place(replaced, name) % 16 for name in models] == [0, 0, 0]


def test_what_is_added_moves_nothing():
    image = romfs.with_file(b"", "one.mite", classifier())
    more = romfs.with_file(image, "two.mite", every_op())
    assert more[romfs.HEAD_BYTES : len(image)] == image[romfs.HEAD_BYTES :]
    assert romfs.with_file(more, "two.mite", every_op()) == more


def test_images_that_cannot_be_kept_are_refused():
    writer = VfsRomWriter()
    at = writer.mkdata(b"shared")
    writer.opendir("folder")
    writer.mkfile("file", (6, at))
    writer.closedir()
    with pytest.raises(BoardError, match="share their content"):
        romfs.with_file(writer.finalise(), "one.mite", b"model")
    with pytest.raises(BoardError, match="is a folder"):
        romfs.with_file(of_mpremote(), "lib", b"model")
    image = of_mpremote()
    _, head = romfs.records(image)
    for damaged in (image[:-20], b"\0" + image, image[:3] + b"\xff" * 20, image[:head] + b"\x04\xff\x7f" + image[head + 3 :]):
        with pytest.raises(BoardError, match="damaged"):
            romfs.with_file(damaged, "one.mite", b"model")


@pytest.fixture
def rom_board(unix_micropython, root, tmp_path):
    """rom_board(how, image): the unix port as a board with ROMFS."""
    boards = []

    def make(how: str, image: bytes = b"") -> UnixBoard:
        (tmp_path / "rom.img").write_bytes(image.ljust(ROM_BYTES, b"\xff"))
        boards.append(UnixBoard(unix_micropython, tmp_path, Relay(tmp_path), root / "firmware", rom=how))
        return boards[-1]

    yield make
    for board in boards:
        board.close()
        board.relay.close()


def there(board: UnixBoard) -> dict[str, bytes]:
    """The files in the board's ROMFS."""
    image = board.rom.read_bytes()
    return romfs.files(image) if image.startswith(romfs.MAGIC) else {}


@pytest.mark.parametrize("how", HOW)
def test_a_model_in_rom(rom_board, tmp_path, how):
    board, backup = rom_board(how, of_mpremote()), tmp_path / "backup"
    with Link(board.relay.port) as link:
        for name, model in (("one.mite", classifier()), ("two.mite", noise(1)), ("one.mite", every_op())):
            done = upload_to_rom(link, model, name, backup)
            assert done.checked and done.bytes == len(model) and done.path == f"/rom/{name}"
        assert upload_to_rom(link, noise(1), "two.mite", backup).sent == 0, "it is there already"
        assert there(board) == romfs.files(of_mpremote()) | {"one.mite": every_op(), "two.mite": noise(1)}
        assert not backup.exists()
        link.exec("import mite\nmodel = mite.Model('/rom/two.mite')\nassert type(model._image) is memoryview, 'a copy'")


def test_a_model_that_does_not_load_goes_again(rom_board, tmp_path):
    board, backup = rom_board("device"), tmp_path / "backup"
    with Link(board.relay.port) as link:
        upload_to_rom(link, classifier(), "one.mite", backup)
        for name in ("one.mite", "two.mite"):
            with pytest.raises(BoardError, match="does not load: ModelError.*again as it was"):
                upload_to_rom(link, classifier()[:100] + b"x" + classifier()[101:], name, backup)
            assert there(board) == {"one.mite": classifier()} and not backup.exists()


def test_what_does_not_go_into_rom_is_refused_before_anything_is_written(rom_board, tmp_path):
    board, backup = rom_board("device"), tmp_path / "backup"
    with Link(board.relay.port) as link:
        with pytest.raises(BoardError, match="there is room for 65,536"):
            upload_to_rom(link, classifier() + bytes(65_536), "one.mite", backup)
        with pytest.raises(BoardError, match="has no folder"):
            upload_to_rom(link, classifier(), "models/one.mite", backup)
        assert board.rom.read_bytes() == b"\xff" * ROM_BYTES and not backup.exists()
        board.rom.write_bytes(b"something else" * 4681 + b"..")
        board.reset()
    with Link(board.relay.port) as link:
        with pytest.raises(BoardError, match="--replace"):
            upload_to_rom(link, classifier(), "one.mite", backup)
        assert upload_to_rom(link, classifier(), "one.mite", backup, replace=True).checked
        assert there(board) == {"one.mite": classifier()}
        # Not all of the first block was programmed when the power went; what was there is on the computer.
        image = romfs.with_file(b"", "two.mite", every_op())
        backup.write_bytes(image)
        board.rom.write_bytes((b"\xff" * 256 + image[256:]).ljust(ROM_BYTES, b"\xff"))
        board.reset()
    with Link(board.relay.port) as link:
        upload_to_rom(link, classifier(), "one.mite", backup)
        assert there(board) == {"one.mite": classifier(), "two.mite": every_op()} and not backup.exists()


def test_a_board_without_romfs_is_told(unix_micropython, root, tmp_path):
    board = UnixBoard(unix_micropython, tmp_path, Relay(tmp_path), root / "firmware")
    with Link(board.relay.port) as link, pytest.raises(BoardError, match="has no ROMFS that can be written"):
        upload_to_rom(link, classifier(), "one.mite", tmp_path / "backup")
    board.close()


class Gone(Exception):
    """The computer went, too."""


@pytest.mark.parametrize("how", HOW)
def test_the_power_goes_while_rom_is_written(rom_board, tmp_path, how, monkeypatch):
    """Whatever was there is there, or in the file on the computer and the ROMFS an empty one; the next upload has all of it again."""
    board, backup, dice = rom_board(how), tmp_path / "backup", random.Random(4)
    models = {"one.mite": noise(1), "two.mite": classifier()}
    with Link(board.relay.port) as link:
        for name, model in models.items():
            upload_to_rom(link, model, name, backup)
    kept = lost = 0
    for number in range(8):
        name, model = ("one.mite", noise(1 + (number + 1) % 2)) if number % 2 == 0 else ("new.mite", noise(number))
        left = dice.randrange(1, 12)  # frames and answers until it happens

        def progress(_: int) -> None:
            nonlocal left
            left -= 1
            if not left:
                board.reset()

        def gone(self, *_) -> None:
            raise Gone

        before = there(board)
        with monkeypatch.context() as patch, contextlib.suppress(Gone), Link(board.relay.port) as link:
            patch.setattr(Link, "reconnect", gone)
            upload_to_rom(link, model, name, backup, progress)
            assert left > 0 and there(board) == before | {name: model}
            continue  # it was done before anything happened
        found = there(board)
        assert found in (before, {}), "neither the old ROMFS nor an empty one"
        kept += found == before
        if not found:
            lost += 1
            assert romfs.files(backup.read_bytes()) == before
        with Link(board.relay.port) as link:
            assert upload_to_rom(link, model, name, backup).checked
        assert there(board) == before | {name: model} and not backup.exists()
    assert lost and (kept or how == "whole"), "all kinds of accidents were seen"
    print(f"{how}: the old ROMFS whole {kept} times, an empty one and a file on the computer {lost} times")


def test_a_reset_in_the_middle_is_mended_at_once(rom_board, tmp_path):
    board, backup = rom_board("device"), tmp_path / "backup"
    seen, threads = 0, []

    def damage(data: bytes, direction: int) -> bytes:
        nonlocal seen
        seen += len(data) * (direction == TO_BOARD)
        if seen > 12_000 and not threads:
            threads.append(threading.Thread(target=board.reset))
            threads[-1].start()
        return data

    board.relay.damage = damage
    with Link(board.relay.port) as link:
        done = RomUpload(link, noise(1), "one.mite", backup, lambda at: None, False).run()
    assert threads and done.checked and there(board) == {"one.mite": noise(1)}


def test_the_command(rom_board, tmp_path, capsys, monkeypatch):
    board = rom_board("device")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.mite").write_bytes(classifier())
    command = ["upload", "small.mite", "--port", board.relay.port]
    assert main([*command, "--romfs"]) == 0
    assert "/rom/small.mite" in (said := capsys.readouterr().out) and "loaded in place" in said
    assert main([*command, "--romfs", "--as", "other.mite"]) == 0
    assert main([*command, "--romfs"]) == 0
    assert "is there already" in capsys.readouterr().out
    assert there(board) == {"small.mite": classifier(), "other.mite": classifier()}
    assert not list(tmp_path.glob("*.romfs"))
    for wrong in (["--romfs", "--serve"], ["--replace"], ["--as", "/rom/small.mite"]):
        assert main([*command, *wrong]) == 1
        assert "--romfs" in "".join(capsys.readouterr())


@pytest.mark.skipif(bool(pico.missing()), reason=f"no emulated Pico: {pico.missing()}")
def test_a_model_in_the_flash_of_a_pico(tmp_path, capsys):
    """Beside what `mpremote romfs deploy` put there; it runs where it lies, before and after the power was off."""
    folder, image = tmp_path / "deployed", noise(1)
    (folder / "lib").mkdir(parents=True)
    (folder / "lib" / "there.py").write_text("answer = 42\n")
    run = "import mite, there\nmodel = mite.Model('/rom/model.mite')\nmodel.invoke()\nprint(there.answer, bytes(model.output.data), type(model._image))"
    with pico.Pico() as emulator:
        command = [sys.executable, "-m", "mpremote", "connect", emulator.port, "romfs", "deploy", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert "ROMFS image deployed" in done.stdout, done.stdout + done.stderr
        with emulator.link() as link:
            uploaded = upload_to_rom(link, image, "model.mite", tmp_path / "backup")
            first = link.exec(run)
            assert uploaded.checked and first.startswith("42 ") and "memoryview" in first
        emulator.reset()
        with emulator.link() as link:
            assert link.exec(run) == first
    with capsys.disabled():
        print(f"\na Pico's ROMFS: {uploaded.bytes:,} bytes in {uploaded.seconds:.1f} s, loaded with {uploaded.ram:,} bytes of RAM")
