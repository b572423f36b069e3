"""boards/*: every folder is complete, and says what MicroPython's own source says of that board."""

import json
import re
import tomllib

import pytest
from mite_tools.board.catalogue import all_boards, find_board, read_board
from mite_tools.board.errors import SetupError
from mite_tools.board.firmware import NATMOD_ARCHS
from mite_tools.board.identity import NUMBERS
from mite_tools.board.tree import BUILD
from mite_tools.cli import main

BOARDS = {board.name: board for board in all_boards()}
REAL = [name for name, board in BOARDS.items() if not board.emulated and name != "UNIX"]
SUFFIXES = {"esptool": (".bin",), "uf2": (".uf2",), "dfu-util": (".dfu",), "st-flash": (".hex",), "teensy_loader_cli": (".hex",), "bossac": (".bin",)}


@pytest.fixture(scope="module")
def source():
    """MicroPython's ports, where its source was brought."""
    ports = BUILD / "micropython" / "ports"
    if not ports.is_dir():
        pytest.skip("MicroPython's source is not there")
    return ports


def test_the_boards_that_were_promised_are_there():
    promised = {
        "ESP32_GENERIC", "ESP32_GENERIC_S3", "ESP32_GENERIC_C3", "RPI_PICO", "RPI_PICO_W", "RPI_PICO2", "NUCLEO_F446RE", "STM32F7DISC",
        "ARDUINO_NANO_33_BLE_SENSE", "ARDUINO_PORTENTA_H7", "TEENSY41", "UNIX", "QEMU_M3", "QEMU_M4", "QEMU_M7", "QEMU_M55", "QEMU_RV32",
    }  # fmt: skip
    assert promised <= set(BOARDS)


@pytest.mark.parametrize("name", BOARDS)
def test_a_folder_says_all_that_is_asked(name):
    s = BOARDS[name].settings
    assert s["name"] == name and s["description"] and s["mcu"] and s["processor"] and s["port"] and s["models"]
    assert s["mpy_arch"] in NUMBERS and s["clock_hz"] > 1e6 and s["flash_bytes"] > 0
    assert 0 < s.get("largest_block_bytes", s["heap_bytes"]) <= s["heap_bytes"]
    if name in REAL:
        assert s["heap_bytes"] < s["ram_bytes"]


@pytest.mark.parametrize("name", REAL)
def test_a_folder_says_how_the_board_is_flashed(name):
    board = BOARDS[name]
    flash, firmware = board.settings["flash"], board.settings["firmware"]
    assert flash["how"] in ("esptool", "uf2", "tool") and len(flash["enter"]) > 10
    assert firmware["page"] == f"https://micropython.org/download/{name}/"
    file = firmware["url"].rpartition("/")[2]
    assert re.fullmatch(rf"{name}-\d{{8}}-v1\.\d+\.\d+\.[a-z0-9]+", file) and file.endswith(SUFFIXES[board.flashed])
    if "sha256" in firmware:
        assert re.fullmatch("[0-9a-f]{64}", firmware["sha256"])
    if flash["how"] == "tool":
        assert "{firmware}" in flash["arguments"] and flash["get"]
    if flash["how"] == "uf2":
        assert flash["range"][0] < flash["range"][1] and flash["family"] > 1 << 24 and flash["drive"]


@pytest.mark.parametrize("name", REAL)
def test_micropython_knows_the_board_by_that_name(name, source):
    s = BOARDS[name].settings
    folder = source / s["port"] / "boards" / name
    about = json.loads((folder / "board.json").read_text())
    assert about["mcu"] == s["mcu"]
    if s["port"] == "esp32":
        assert int(about["deploy_options"]["flash_offset"], 0) == s["flash"]["offset"]
        cmake = (folder / "mpconfigboard.cmake").read_text()
        assert s["flash"]["chip"] == (found[1] if (found := re.search(r"IDF_TARGET (\w+)", cmake)) else "esp32")
    header = folder / "mpconfigboard.h"
    if found := re.search(r"MICROPY_HW_FLASH_STORAGE_BYTES +\(([\d *]+)\)", header.read_text() if header.exists() else ""):
        assert s["flash_bytes"] == eval(found[1])
    makefile = folder / "mpconfigboard.mk"
    text = makefile.read_text() if makefile.exists() else ""
    for kind in ("VID", "PID"):
        if found := re.search(rf"BOOTLOADER_DFU_USB_{kind} = 0x(\w+)", text):
            assert found[1] in " ".join(s["flash"]["arguments"])
    for linker in re.findall(r"boards/(\S+\.ld)", text):
        flash = re.search(r"FLASH_FS.*LENGTH = (\d+)K", (source / s["port"] / "boards" / linker).read_text())
        if flash and "ENABLE_INTERNAL_FLASH_STORAGE    (0)" not in header.read_text():
            assert s["flash_bytes"] == int(flash[1]) * 1024


def test_the_families_of_uf2_files_are_those_of_the_list(source):
    families = {entry["short_name"].lower(): int(entry["id"], 16) for entry in json.loads((source.parent / "tools/uf2families.json").read_text())}
    for name in REAL:
        s = BOARDS[name].settings
        key = {"rp2040": "rp2040", "nrf52": "nrf52840"}.get(s["mcu"])
        if s["flash"]["how"] == "uf2" and key in families:
            assert s["flash"]["family"] == families[key], name


def test_architectures_are_numbered_as_micropython_does(source):
    text = (source.parent / "py" / "persistentcode.h").read_text()
    names = re.findall(r"MP_NATIVE_ARCH_(\w+)[ =0]*,", text[text.index("MP_NATIVE_ARCH_NONE = 0") :])
    assert [name.lower() for name in names if name != "DEBUG"][: len(NUMBERS)] == list(NUMBERS)


def test_the_list_for_people_and_for_programs(capsys):
    assert main(["boards"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[1 : 1 + len(BOARDS)]] == list(BOARDS)
    marked = {line.split()[0] for line in lines if "* " in line}
    assert {name for name, board in BOARDS.items() if board.mpy_arch not in NATMOD_ARCHS} == marked - {"*"}
    assert main(["boards", "--json"]) == 0
    assert [entry["name"] for entry in json.loads(capsys.readouterr().out)] == list(BOARDS)


def test_a_board_toml_that_is_wrong_is_named(tmp_path):
    folder = tmp_path / "MY_BOARD"
    folder.mkdir()
    (folder / "board.toml").write_text("name = ")
    with pytest.raises(SetupError, match="MY_BOARD/board.toml"):
        read_board(folder)
    (folder / "board.toml").write_text("name = 'MY_BOARD'\ndescription = 'x'\n")
    with pytest.raises(SetupError, match="MY_BOARD/board.toml.*mpy_arch"):
        read_board(folder)
    assert find_board("rpi_pico").name == "RPI_PICO"
    assert tomllib.loads((find_board("UNIX").folder / "board.toml").read_text()) == find_board("UNIX").settings
