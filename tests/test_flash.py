"""`mite flash` as far as it goes without hardware: firmware files of every format, a download, and each way onto a board against something that
stands for the board: an ESP32's loader at a pseudo terminal, a folder that poses as a drive, programs on the PATH that note how they were called."""

import functools
import hashlib
import http.server
import os
import random
import re
import struct
import termios
import threading
import time
import zlib
from dataclasses import replace
from importlib.util import find_spec

import pytest
from esp_loader import Loader
from mite_tools.board.catalogue import all_boards, find_board
from mite_tools.board.errors import BoardError
from mite_tools.board.flashing import drive, esp, flash, formats, release, tool
from mite_tools.cli import main

esptool = pytest.mark.skipif(find_spec("esptool") is None, reason="esptool is not installed: pip install -e '.[test]'")
FLASHED = [board for board in all_boards() if board.flashed]


# Files as the formats want them.


def uf2_file(family: int, base: int, size: int = 3000, payload: int = 256, extra: bytes = b"") -> bytes:
    data = random.Random(1).randbytes(size)
    count = -(-size // payload)
    blocks = []
    for number in range(count):
        part = data[number * payload : (number + 1) * payload].ljust(payload, b"\0")
        head = struct.pack("<8I", 0x0A324655, 0x9E5D5157, 0x2000, base + number * payload, payload, number, count, family)
        blocks.append(head + part.ljust(476, b"\0") + struct.pack("<I", 0x0AB16F30))
    return extra + b"".join(blocks)


def hex_file(base: int = 0x08000000, size: int = 1000) -> bytes:
    def line(kind: int, address: int, body: bytes) -> str:
        raw = bytes([len(body), address >> 8, address & 0xFF, kind]) + body
        return f":{(raw + bytes([-sum(raw) & 0xFF])).hex().upper()}"

    data = random.Random(2).randbytes(size)
    lines = [line(4, 0, struct.pack(">H", base >> 16))]
    lines += [line(0, (base & 0xFFFF) + at, data[at : at + 16]) for at in range(0, size, 16)]
    return "\n".join([*lines, line(1, 0, b""), ""]).encode()


def dfu_file(base: int = 0x08040000, size: int = 2000) -> bytes:
    data = random.Random(3).randbytes(size)
    element = struct.pack("<2I", base, len(data)) + data
    target = struct.pack("<6sBI255s2I", b"Target", 0, 1, b"ST...", len(element), 1) + element
    whole = struct.pack("<5sBIB", b"DfuSe", 1, 11 + len(target), 1) + target
    whole += struct.pack("<4H3sB", 0, 0xDF11, 0x0483, 0x011A, b"UFD", 16)
    return whole + struct.pack("<I", ~zlib.crc32(whole) & 0xFFFFFFFF)


def bin_file(size: int = 4000) -> bytes:
    return struct.pack("<II", 0x20010000, 0x00016201) + random.Random(4).randbytes(size)


def esp_image(chip: int, size: int, address: int = 0x3FFF0000) -> bytes:
    data = random.Random(size).randbytes(size)
    head = struct.pack("<4BI", 0xE9, 1, 2, 0x20, 0x40080000) + struct.pack("<4BHBHH4sB", 0, 0, 0, 0, chip, 0, 0, 0xFFFF, bytes(4), 1)
    body = head + struct.pack("<2I", address, size) + data
    total = functools.reduce(lambda a, b: a ^ b, data, 0xEF)
    body = body.ljust(len(body) // 16 * 16 + 15, b"\0") + bytes([total])
    return body + hashlib.sha256(body).digest()


def esp_file(board, size: int = 20_000) -> bytes:
    offset, chip = board.settings["flash"]["offset"], formats.ESP_CHIPS[board.settings["flash"]["chip"]]
    table = b"\xaa\x50" + struct.pack("<BBII", 0, 0, 0x10000, 0x1F0000) + b"factory".ljust(16, b"\0") + bytes(4)
    table += b"\xeb\xeb" + b"\xff" * 14 + hashlib.md5(table).digest()
    whole = bytearray(b"\xff" * (0x10000 - offset))
    boot = esp_image(chip, 3000)
    whole[: len(boot)] = boot
    whole[0x8000 - offset : 0x8000 - offset + len(table)] = table
    return bytes(whole) + esp_image(chip, size)


def firmware_for(board) -> bytes:
    """A file that is right for a board."""
    settings = board.settings["flash"]
    if settings["how"] == "uf2":
        return uf2_file(settings["family"], settings["range"][0])
    if settings["how"] == "esptool":
        return esp_file(board)
    return {"hex": hex_file, "dfu": dfu_file, "bin": bin_file}[board.settings["firmware"]["url"].rpartition(".")[2]]()


def file_for(board, folder):
    path = folder / board.settings["firmware"]["url"].rpartition("/")[2]
    path.write_bytes(firmware_for(board))
    return path


# What is said of files.


@pytest.mark.parametrize("board", FLASHED, ids=lambda board: board.name)
def test_the_right_file_is_taken_and_damaged_ones_are_not(board):
    name, data = board.settings["firmware"]["url"].rpartition("/")[2], firmware_for(board)
    assert "bytes" in formats.inspect(name, data, board)
    # Where a byte is changed; a plain image (bossac's) has no checksum, and a UF2 block none of its own: there the boot loader takes what comes.
    places = {"esptool": (0, 100, 0x8004 - board.settings["flash"].get("offset", 0), -5), "uf2": (0, 512, -4), "bossac": (3,)}
    for at in places.get(board.flashed, (0, len(data) // 2, -5)):
        at %= len(data)
        damaged = data[:at] + bytes([data[at] ^ (1 if name.endswith(".hex") else 0x20)]) + data[at + 1 :]
        with pytest.raises(BoardError, match="damaged|is not firmware|no UF2|no line"):
            formats.inspect(name, damaged, board)
    for short in (*([] if board.flashed == "bossac" else [data[: len(data) // 2 - 7]]), b"", b"<html>not found</html>"):
        with pytest.raises(BoardError, match=name.replace(".", r"\.")):
            formats.inspect(name, short, board)
    with pytest.raises(BoardError, match=f"firmware for {board.name} is a .* file; get it from https"):
        formats.inspect("firmware.zip", data, board)
    with pytest.raises(BoardError, match="SHA-256"):
        formats.inspect(name, data, board, "0" * 64)


@pytest.mark.parametrize("board", FLASHED, ids=lambda board: board.name)
def test_a_file_for_another_board_of_the_same_format_is_refused(board):
    kind = board.settings["firmware"]["url"].rpartition(".")[2]
    others = [other for other in FLASHED if other.settings["firmware"]["url"].endswith(kind) and other.flashed == board.flashed != "bossac"]
    keys = ("family", "chip")
    for other in others:
        if all(other.settings["flash"].get(key) == board.settings["flash"].get(key) for key in keys):
            continue
        with pytest.raises(BoardError, match="for another processor|is for esp|is missing|is damaged"):
            formats.inspect(f"x.{kind}", firmware_for(other), board)


def test_a_uf2_file_may_have_blocks_for_others_first():
    pico2 = find_board("RPI_PICO2")
    errata = uf2_file(0xE48BFF57, 0x10FFFF00, 256)
    settings = pico2.settings["flash"]
    assert formats.uf2(uf2_file(settings["family"], 0x10000000, extra=errata), pico2)
    with pytest.raises(formats.Unfit, match="family 0xe48bff56, as for RPI_PICO, RPI_PICO_W"):
        formats.uf2(uf2_file(0xE48BFF56, 0x10000000), pico2)
    with pytest.raises(formats.Unfit, match="outside of this board's flash"):
        formats.uf2(uf2_file(settings["family"], 0x20000000), pico2)
    with pytest.raises(formats.Unfit, match="11 of 12 blocks"):
        formats.uf2(uf2_file(settings["family"], 0x10000000)[:-512], pico2)


# The download.


@pytest.fixture
def site(tmp_path, monkeypatch):
    """(board(name) whose release lies on a local server, the server's folder)."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def board(name: str, **firmware):
        found = find_board(name)
        url = f"http://127.0.0.1:{server.server_port}/{found.settings['firmware']['url'].rpartition('/')[2]}"
        return replace(found, settings=found.settings | {"firmware": found.settings["firmware"] | {"url": url} | firmware})

    yield board, folder
    server.shutdown()
    server.server_close()


def test_a_release_is_downloaded_once_and_checked(site):
    board, folder = site
    pico = board("RPI_PICO")
    served = file_for(pico, folder)
    seen = []
    path, note = release.fetch(pico, progress=lambda *step: seen.append(step))
    assert path.read_bytes() == served.read_bytes() and release.digest(served.read_bytes()) in note and seen[-1][1] == served.stat().st_size
    served.unlink()
    assert release.fetch(pico)[0] == path, "kept"
    path.write_bytes(b"bitten by a mouse")
    with pytest.raises(BoardError, match="cannot be downloaded: 404.*micropython.org/download/RPI_PICO/.*--firmware"):
        release.fetch(pico)


@pytest.mark.parametrize("name, how, words", [
    ("RPI_PICO", "uf2", "its blocks are whole.*no checksum"), ("ESP32_GENERIC_S3", "esptool", "for which chip it is.*SHA-256.*MD5"),
    ("NUCLEO_F446RE", "tool", "checksum of each of its lines"), ("ARDUINO_PORTENTA_H7", "tool", "CRC-32"), ("ARDUINO_NANO_33_BLE_SENSE", "tool", "begins as a program"),
])  # fmt: skip
def test_without_a_known_checksum_it_is_said_what_was_checked(site, monkeypatch, name, how, words):
    """micropython.org has none beside its files: the remark names what speaks for the file, and is gone where the checksum is known."""
    board, folder = site
    served = file_for(board(name), folder)
    written = {"uf2": drive, "esptool": esp, "tool": tool}[how]
    monkeypatch.setattr(written, "write", lambda *_: ("compared", ""))
    (first,) = flash(board(name)).notes
    assert release.digest(served.read_bytes()) in first and "without encryption as long as its server said" in first
    assert re.search(f"Of the file itself was checked .*{words}", first)
    (again,) = flash(board(name)).notes
    assert "the one that was downloaded before" in again and re.search(words, again)
    assert flash(board(name, sha256=release.digest(served.read_bytes()))).notes == []


def test_every_board_s_file_is_known_to_be_checked():
    assert all(formats.checks(board) for board in FLASHED)


def test_a_checksum_is_checked(site):
    board, folder = site
    served = file_for(board("RPI_PICO"), folder)
    right = hashlib.sha256(served.read_bytes()).hexdigest()
    assert release.fetch(board("RPI_PICO", sha256=right))[1] == "", "nothing to remark where it is known"
    with pytest.raises(BoardError, match=f"is not the file that was expected: its SHA-256 is {right}, that of board.toml {'0' * 64}"):
        release.fetch(board("RPI_PICO", sha256="0" * 64))
    with pytest.raises(BoardError, match="--sha256"):
        release.fetch(board("RPI_PICO"), "1" * 64)


def test_a_file_that_changes_on_the_site_is_not_taken_silently(site):
    board, folder = site
    pico = board("RPI_PICO")
    served = file_for(pico, folder)
    path, _ = release.fetch(pico)
    served.write_bytes(served.read_bytes() + bytes(512))
    path.unlink()
    with pytest.raises(BoardError, match="that of the download before this one.*remove .*sha256"):
        release.fetch(pico)


def test_a_site_that_is_not_there(site):
    board, _ = site
    with pytest.raises(BoardError, match="cannot be downloaded.*--firmware"):
        release.fetch(board("RPI_PICO", url="http://127.0.0.1:9/RPI_PICO-20250911-v1.26.1.uf2"))


# ESP32.


@esptool
@pytest.mark.parametrize("name", ["ESP32_GENERIC", "ESP32_GENERIC_C3", "ESP32_GENERIC_S3"])
def test_an_esp32_is_written_and_compared(name, tmp_path, capsys):
    board = find_board(name)
    file = file_for(board, tmp_path)
    steps = []
    with Loader(board.settings["flash"]["chip"]) as loader:
        done = flash(board, loader.port, file, progress=lambda *step: steps.append(step))
        offset, data = board.settings["flash"]["offset"], file.read_bytes()
        assert loader.flash[offset : offset + len(data)] == data
        assert {0x08, 0x10, 0x11, 0x13} <= set(loader.commands) and not loader.erased
    assert "MD5" in done.verified and any(what == "Writing" and of for what, _, of in steps)
    assert capsys.readouterr().out == "", "esptool's own words are not shown"


@esptool
def test_an_esp32_is_erased_if_that_is_wanted(tmp_path):
    board = find_board("ESP32_GENERIC")
    with Loader("esp32") as loader:
        loader.flash[0x300000:0x300004] = b"old!"
        flash(board, loader.port, file_for(board, tmp_path), erase=True)
        assert loader.erased and loader.flash[0x300000:0x300004] == b"\xff" * 4


@esptool
def test_another_chip_is_refused_before_it_is_written(tmp_path):
    board = find_board("ESP32_GENERIC_S3")
    with Loader("esp32c3") as loader:
        with pytest.raises(BoardError, match="is an ESP32-C3, and ESP32_GENERIC_S3 has an esp32s3: name the right board"):
            flash(board, loader.port, file_for(board, tmp_path))
        assert loader.blocks == 0


@esptool
def test_a_flash_that_keeps_other_bytes_is_noticed(tmp_path):
    board = find_board("ESP32_GENERIC")
    with Loader("esp32", damage=True) as loader, pytest.raises(BoardError, match="MD5|cable"):
        flash(board, loader.port, file_for(board, tmp_path))


@esptool
def test_an_esp32_that_does_not_answer(tmp_path):
    board = find_board("ESP32_GENERIC")
    with Loader("esp32", silent=True) as loader, pytest.raises(BoardError, match=r"No boot loader answers.*hold BOOT.*cable with data lines.*CH340"):
        flash(board, loader.port, file_for(board, tmp_path))
    with pytest.raises(BoardError, match="/dev/no_such_port cannot be opened.*data lines"):
        flash(board, "/dev/no_such_port", file_for(board, tmp_path))


# UF2.


def pose_as_drive(folder, board, leaves: bool = True) -> threading.Thread:
    """A boot loader: it has the file INFO_UF2.TXT, and goes when it was given the last block."""
    name = board.settings["flash"]["drive"]
    (folder / drive.INFO).write_text(f"UF2 Bootloader v3.0\nModel: Raspberry Pi {name}\nBoard-ID: {name}\n")
    wanted = len(firmware_for(board))

    def serve():
        end = time.monotonic() + 10
        while leaves and time.monotonic() < end:
            if any(path.stat().st_size == wanted for path in folder.glob("*.uf2")):
                (folder / drive.INFO).unlink()
                return
            time.sleep(0.01)

    thread = threading.Thread(target=serve)
    thread.start()
    return thread


@pytest.mark.parametrize("name", ["RPI_PICO", "RPI_PICO2", "SEEED_XIAO_NRF52"])
def test_a_uf2_file_is_copied_to_its_drive(name, tmp_path, monkeypatch):
    board, other, mine = find_board(name), tmp_path / "OTHER", tmp_path / "MINE"
    for folder in (other, mine):
        folder.mkdir()
    (other / drive.INFO).write_text("UF2 Bootloader v1.0\nModel: Abacus\nBoard-ID: ABACUS\n")
    monkeypatch.setattr(drive, "mounted", lambda: [other, mine, tmp_path])
    thread = pose_as_drive(mine, board)
    file = file_for(board, tmp_path)
    done = flash(board, firmware=file)
    thread.join()
    assert (mine / file.name).read_bytes() == file.read_bytes() and "every block" in done.verified
    assert not list(other.glob("*.uf2"))


def test_a_drive_that_stays_or_is_another_s(tmp_path, monkeypatch):
    board = find_board("RPI_PICO")
    file = file_for(board, tmp_path)
    monkeypatch.setattr(drive, "LEAVE_S", 0.2)
    folder = tmp_path / "RPI"
    folder.mkdir()
    pose_as_drive(folder, board, leaves=False).join()
    with pytest.raises(BoardError, match="still there.*Unplug"):
        flash(board, firmware=file, drive=folder)
    with pytest.raises(BoardError, match="no drive of a UF2 boot loader.*BOOTSEL"):
        flash(board, firmware=file, drive=tmp_path)
    with pytest.raises(BoardError, match="drive of another board than RPI_PICO2: Model: Raspberry Pi RPI-RP2"):
        flash(find_board("RPI_PICO2"), firmware=file_for(find_board("RPI_PICO2"), tmp_path), drive=folder)


def test_no_drive_at_all(tmp_path, monkeypatch):
    board = find_board("RPI_PICO")
    monkeypatch.setattr(drive, "WAIT_S", 0.3)
    monkeypatch.setattr(drive, "mounted", lambda: [])
    with pytest.raises(BoardError, match="No drive of RPI_PICO appeared.*BOOTSEL.*data lines.*--drive"):
        flash(board, firmware=file_for(board, tmp_path))


def test_a_drive_that_is_full(tmp_path):
    board = find_board("RPI_PICO")
    if not os.path.exists("/dev/full"):
        pytest.skip("there is no /dev/full")
    folder = tmp_path / "RPI"
    folder.mkdir()
    pose_as_drive(folder, board, leaves=False).join()
    file = file_for(board, tmp_path)
    (folder / file.name).symlink_to("/dev/full")
    with pytest.raises(BoardError, match="stopped after 0 of .*No space left"):
        flash(board, firmware=file, drive=folder)


def test_a_port_is_asked_for_the_boot_loader():
    master, slave = os.openpty()
    drive.touch(os.ttyname(slave))
    assert termios.tcgetattr(slave)[5] == termios.B1200
    os.close(master)
    os.close(slave)
    with pytest.raises(BoardError, match="cannot be opened"):
        drive.touch("/dev/no_such_port")


# Programs of the makers.


@pytest.fixture
def stand_in(tmp_path, monkeypatch):
    """stand_in(program, script): an executable of that name, first on the PATH; its arguments are noted in the file it returns."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    def make(program: str, script: str = ""):
        note = tmp_path / f"{program}.called"
        (folder / program).write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {note}\n{script}\n')
        (folder / program).chmod(0o755)
        return note

    return make


COMMANDS = {
    "ARDUINO_PORTENTA_H7": ["-w", "-a", "0", "-d", "2341:035b", "-D", "FILE"],
    "NUCLEO_F446RE": ["--reset", "--format", "ihex", "write", "FILE"],
    "STM32F7DISC": ["--reset", "--format", "ihex", "write", "FILE"],
    "TEENSY41": ["--mcu=TEENSY41", "-v", "-w", "FILE"],
    "ARDUINO_NANO_33_BLE_SENSE": ["-e", "-w", "--offset=0x16000", "--port=ttyACM7", "-i", "-d", "-U", "-R", "FILE"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_program_is_called_as_its_makers_say(name, stand_in, tmp_path):
    board = find_board(name)
    note = stand_in(board.settings["flash"]["program"], r'printf "Download [====     ]  40%% 4000 bytes\rDownload [=====] 100%% 9000 bytes\n"')
    file, steps = file_for(board, tmp_path), []
    done = flash(board, "/dev/ttyACM7", file, progress=lambda *step: steps.append(step))
    assert note.read_text().split("\n")[:-1] == [word.replace("FILE", str(file)) for word in COMMANDS[name]]
    assert steps[-1][1:] == (100, 100) and board.flashed in done.verified


def test_every_board_with_a_program_was_tried():
    assert set(COMMANDS) == {board.name for board in FLASHED if board.settings["flash"]["how"] == "tool"}


@pytest.mark.parametrize(
    "name, says, helps",
    [
        ("ARDUINO_PORTENTA_H7", "dfu-util: No DFU capable USB device available", "press RESET twice.*data lines"),
        ("ARDUINO_PORTENTA_H7", "dfu-util: Cannot open DFU device 2341:035b (LIBUSB_ERROR_ACCESS)", "udev rules.*Zadig"),
        ("NUCLEO_F446RE", "Couldn't find any ST-Link devices", "ST-LINK's USB connector"),
        ("TEENSY41", "Teensy Loader: error writing to Teensy", "press the button"),
        ("ARDUINO_NANO_33_BLE_SENSE", "Device unsupported", "does not know the processor"),
    ],
)
def test_what_a_program_says_is_explained(name, says, helps, stand_in, tmp_path):
    board = find_board(name)
    stand_in(board.settings["flash"]["program"], f'echo "{says}" >&2; exit 74')
    with pytest.raises(BoardError, match=f"(?s)status 74.*{helps}") as found:
        flash(board, "/dev/ttyACM7", file_for(board, tmp_path))
    assert says in str(found.value)


def test_a_program_that_waits_for_ever_is_stopped(stand_in, tmp_path, monkeypatch):
    board = find_board("TEENSY41")
    monkeypatch.setattr(tool, "SILENCE_S", 0.5)
    stand_in("teensy_loader_cli", 'echo "Waiting for Teensy device..."; exec sleep 30')
    begin = time.monotonic()
    with pytest.raises(BoardError, match="silent.*press the button on the Teensy"):
        flash(board, firmware=file_for(board, tmp_path))
    assert time.monotonic() - begin < 8


def test_what_is_not_installed_or_not_given_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BoardError, match="dfu-util, which is not installed: Debian and Homebrew"):
        flash(find_board("ARDUINO_PORTENTA_H7"), firmware=file_for(find_board("ARDUINO_PORTENTA_H7"), tmp_path))
    with pytest.raises(BoardError, match="serial port: --port.*press RESET twice"):
        flash(find_board("ARDUINO_NANO_33_BLE_SENSE"), firmware=file_for(find_board("ARDUINO_NANO_33_BLE_SENSE"), tmp_path))
    with pytest.raises(BoardError, match="Nothing is flashed to QEMU_M4: `mite emulate`"):
        flash(find_board("QEMU_M4"))


def test_the_command(tmp_path, stand_in, capsys):
    board = find_board("NUCLEO_F446RE")
    stand_in("st-flash")
    file = file_for(board, tmp_path)
    assert main(["flash", "--board", "nucleo_f446re", "--firmware", str(file), "--port", "/dev/ttyACM0"]) == 0
    said = capsys.readouterr().out
    assert re.search(rf"{file.name} is on the NUCLEO_F446RE \(1,000 bytes from 0x8000000 to 0x80003e8\)", said) and "mite install --port /dev/ttyACM0" in said
    assert main(["flash", "--board", "RPI_PICO", "--firmware", str(file)]) == 1
    assert "firmware for RPI_PICO is a .uf2 file" in capsys.readouterr().err
