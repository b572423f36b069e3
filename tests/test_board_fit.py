"""`mite check --board`: RAM, flash and time, for every board there is."""

import json
import re
from dataclasses import replace

import pytest
from mite_tools.bench.models import available, path_of
from mite_tools.board.catalogue import board_names, find_board
from mite_tools.cli import main
from mite_tools.compile import compile_model
from mite_tools.graph import Graph, Op, Quantization, Tensor
from mite_tools.image.describe import describe
from mite_tools.report import estimate
from mite_tools.report.board import duration, fit
from mite_tools.tflite.write import write
from small_models import classifier, every_op

import numpy as np

REAL = ("RPI_PICO", "RPI_PICO2", "ESP32_GENERIC", "ESP32_GENERIC_S3", "ESP32_GENERIC_C3")


@pytest.fixture
def wide(tmp_path):
    """A model of one op over 400,000 numbers."""
    quantization = Quantization(np.float32([1 / 256]), np.int64([-128]))
    x, y = (Tensor(name, (1, 400_000), "int8", quantization) for name in "xy")
    path = tmp_path / "wide.tflite"
    path.write_bytes(write(Graph([Op("LOGISTIC", [x], [y])], [x], [y])))
    return path


def test_the_boards_that_were_asked_for_are_there():
    assert set(REAL) <= set(board_names())


@pytest.mark.parametrize("name", board_names())
def test_every_board_has_what_the_check_needs(name):
    board = find_board(name)
    assert board.settings["name"] == name and board.settings["mcu"] and board.mpy_arch
    assert board.settings["speed"]["instructions"] in estimate.speeds()
    found = fit(describe(classifier()), board)
    assert found.fits and found.ram_from_file and 0 < found.seconds < 1
    assert found.ram_bytes < found.largest_block_bytes <= found.heap_bytes


@pytest.mark.parametrize("name, status", [("RPI_PICO", 1), ("ESP32_GENERIC_C3", 1), ("RPI_PICO2", 0), ("m4", 0)])
def test_the_exit_status_tells(wide, name, status, capsys):
    assert main(["check", str(wide), "--board", name]) == status
    text = " ".join(capsys.readouterr().out.split())
    assert ("does not fit" in text) == bool(status) and "an estimate from some" in text
    assert "400," in text or "402," in text
    assert main(["check", str(wide), "--board", name, "--json"]) == status
    found = json.loads(capsys.readouterr().out)["board"]
    assert found["fits"] == (not status) and found["fits_flash"] and found["ram_bytes"] > 400_000


def test_a_board_that_is_not_there_is_named(wide, capsys):
    assert main(["check", str(wide), "--board", "ABACUS"]) == 1
    assert "no board 'ABACUS'" in capsys.readouterr().err


def test_a_model_may_fit_only_in_place_or_lack_flash():
    info, pico = describe(classifier()), find_board("RPI_PICO")
    small = replace(pico, settings=pico.settings | {"heap_bytes": 2048 + info.header["arena_bytes"] + 100})
    found = fit(info, small)
    assert found.fits and not found.ram_from_file and "only with the image frozen or in ROMFS" in found.lines()[0]
    found = fit(info, replace(pico, settings=pico.settings | {"flash_bytes": 100}))
    assert not found.fits and not found.flash and "does not fit" in found.lines()[1]
    pieces = fit(info, replace(pico, settings=pico.settings | {"largest_block_bytes": 8}))
    assert not pieces.fits, "the arena is larger than the largest piece"


def test_ops_that_were_never_measured_are_told(monkeypatch):
    known = {target: {op: f for op, f in ops.items() if op != "MEAN"} for target, ops in estimate.speeds().items()}
    monkeypatch.setattr(estimate, "speeds", lambda: known)
    found = fit(describe(every_op()), find_board("QEMU_M4"))
    assert "MEAN" in found.estimate.guessed and "MEAN" in found.lines()[2]


def test_a_fit_of_known_factors():
    pairs = ((1000, 10), (5000, 100), (90000, 30), (400, 400))
    samples = [((w, n, 0, 1), 3 * w + 20 * n + 500) for w, n in pairs]
    assert estimate.fit(samples) == pytest.approx([3, 20, 0, 500], rel=1e-3)
    fewer = [((w, n, 0, 1), 3 * w - n) for w, n in pairs[:3]]  # nothing costs less than nothing
    assert all(factor >= 0 for factor in estimate.fit(fewer)) and estimate.fit(fewer)[0] == pytest.approx(3, rel=0.1)


def test_durations():
    assert [duration(s) for s in (1.234, 0.0123, 0.5, 4.2e-4, 123)] == ["1.2 s", "12 ms", "500 ms", "420 us", "120 s"]


def test_estimates_are_near_what_the_benchmark_counted(root):
    """README's table, Cortex-M4: within half for every model."""
    lines = (root / "README.md").read_text().splitlines()
    head = next(line for line in lines if line.startswith("| Instructions"))
    column = [cell.strip() for cell in head.split("|")].index("Cortex-M4")
    seen = 0
    for name in available():
        row = next((line for line in lines if line.startswith(f"| {name} |")), None)
        if row is None:
            continue
        counted = int(re.match(r"[\d,]+", row.split("|")[column].strip())[0].replace(",", ""))
        found = estimate.estimate(describe(compile_model(path_of(name)).image).ops, "cortex-m4")
        assert counted / 1.5 < found.instructions < counted * 1.5, name
        seen += 1
    assert seen
