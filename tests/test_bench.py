"""Counting: what a counter's ticks mean, how layers are matched, and that a run gives the same numbers as the one before."""

from fractions import Fraction

import pytest
from mite_tools import readme
from mite_tools.bench import __main__ as bench
from mite_tools.bench import build, cycles, emulate, models, peers, report, savings, size, xtensa
from mite_tools.bench.targets import TARGETS
from mite_tools.board.errors import BoardError, SetupError
from mite_tools.board.provision import provision
from mite_tools.errors import MiteError
from mite_tools.image.describe import OpInfo

EMULATED = [name for name, target in TARGETS.items() if target.emulator]


@pytest.fixture(scope="module")
def tools():
    """The emulators and cross compilers."""
    try:
        provision("emulator", "compilers")
    except SetupError as error:
        pytest.skip(f"there is no emulator or cross compiler: {error}")


@pytest.fixture(scope="module")
def digits():
    """The model that the project brings itself."""
    return models.prepare("digits")


def test_ticks_of_every_machine_name_one_instruction():
    for name in EMULATED:
        target = TARGETS[name]
        for n in range(1, 2000):
            assert target.instructions(int(n * target.ticks)) == n, name


def test_a_counter_that_wraps_goes_on():
    clock = emulate.Clock(TARGETS["cortex-m4"])
    begin = int(Fraction(8, 5) * 2_684_354_000)
    assert begin < emulate.Clock.WRAP
    assert clock.between(begin, int(Fraction(8, 5) * 2_684_355_000) % emulate.Clock.WRAP) == 1000


def layer(op: str, source: int) -> models.Layer:
    return models.Layer(OpInfo(op, {"count": 1}, 10, 0), source)


def test_layers_stand_beside_the_peers_that_they_come_from():
    theirs = [{"op": kind, "instructions": 100 * n} for n, kind in enumerate(("PAD", "CONV_2D 1x1", "RESHAPE", "SOFTMAX"), 1)]
    rows = peers.match((layer("CONV_2D", 1), layer("FILL", 3), layer("SOFTMAX", 3)), [50, 1, 40], theirs)
    assert [(row.name, row.instructions, row.peer) for row in rows] == [
        ("PAD", None, 100), ("CONV_2D", 50, 200), ("RESHAPE", None, 300), ("FILL + SOFTMAX", 41, 400),
    ]  # fmt: skip
    assert rows[1].ratio == 4


def test_layers_without_a_peer_are_all_there():
    rows = peers.match((layer("CONV_2D", 0), layer("ADD", -1)), [5, 6], [])
    assert [(row.instructions, row.peer) for row in rows] == [(5, None), (6, None)]


def test_only_what_is_between_the_markers_is_replaced():
    text = "a\n<!-- b: begin -->\nold\n<!-- b: end -->\nb\n"
    assert readme.replaced(text, "b", "new") == "a\n<!-- b: begin -->\nnew\n<!-- b: end -->\nb\n"
    assert readme.table_of(text, "b") == "old"
    for wrong in ("no markers", "<!-- b: end --> <!-- b: begin -->", text.replace("b:", "c:")):
        with pytest.raises(MiteError, match="no lines '<!-- b: begin -->'"):
            readme.replaced(wrong, "b", "new")


def test_every_table_that_a_command_writes_has_its_place():
    text = readme.README.read_text()
    assert all(readme.table_of(text, name).startswith("|") for name in ("bench", "quantize", "pure"))


def test_rows_that_were_not_measured_again_stay():
    old = "| what | of |\n|---|---:|\n| kws: right, of 5 | 1 |\n| vww: right, of 5 | 2 |\n\nCosts 1 s."
    new = "| what | of |\n|---|---:|\n| vww: as float, of 9 | 3 |"
    assert readme.merged(old, new) == old.replace("| vww: right, of 5 | 2 |", "| vww: as float, of 9 | 3 |")
    assert readme.merged(old, new + "\n| ad: as float, of 9 | 4 |\n\nCosts 2 s.").splitlines()[2:] == [
        "| kws: right, of 5 | 1 |", "| vww: as float, of 9 | 3 |", "| ad: as float, of 9 | 4 |", "", "Costs 2 s.",
    ]  # fmt: skip


@pytest.mark.parametrize("arguments", [["--targets", "z80"], ["--models", "gpt"]])
def test_an_unknown_name_is_answered_with_those_there_are(arguments, capsys):
    assert bench.main(arguments) == 1
    said = capsys.readouterr().out
    assert "There is no" in said and "there are:" in said and "Traceback" not in said


@pytest.mark.parametrize("name", EMULATED)
def test_counts_are_exact_and_the_same_again(tools, digits, name):
    if name == "xtensa" and not xtensa.is_there():
        pytest.skip("the Xtensa compiler is not here: `make bench TARGETS=xtensa` brings it, 56 MB")
    elf = build.program(TARGETS[name], "O3", "main", digits.bundle, digits.name)
    first, second = (emulate.measure(TARGETS[name], elf) for _ in range(2))
    assert first == second
    assert not first.differs
    assert len(first.steps) == len(digits.layers)
    # A step is a call more than an op within an inference; with windowed registers it may move some of them to the stack.
    assert abs(sum(first.steps) - first.invoke) <= 100 * len(first.steps)


def test_speed_takes_memory_for_fewer_instructions(tools, digits):
    target, fast = TARGETS["cortex-m4"], models.prepare("digits", processor="cortex-m4")
    before, after = (emulate.measure(target, build.program(target, "O3", "main", model.bundle, model.name)) for model in (digits, fast))
    assert not after.differs and after.invoke < 0.95 * before.invoke
    assert fast.arena_bytes > digits.arena_bytes and fast.macs == digits.macs


@pytest.mark.parametrize("option", ["--write-readme", "--write-speeds", "--savings"])
def test_speed_is_refused_where_figures_are_of_other_images(option, capsys):
    with pytest.raises(SystemExit):
        bench.main(["--speed", option])
    assert f"{option}" in capsys.readouterr().err


def test_a_wrong_answer_is_seen(tools, digits, tmp_path):
    data = bytearray(digits.bundle.read_bytes())
    at = int.from_bytes(data[12:16], "little")  # of the outputs
    data[at] ^= 1
    (tmp_path / "wrong.bundle").write_bytes(data)
    elf = build.program(TARGETS["cortex-m4"], "O3", "main", tmp_path / "wrong.bundle", "wrong")
    assert {differs[:2] for differs in emulate.measure(TARGETS["cortex-m4"], elf).differs} == {(0, 0)}


def test_an_image_that_is_refused_says_why(tools, digits, tmp_path):
    data = bytearray(digits.bundle.read_bytes())
    data[60] ^= 255
    (tmp_path / "damaged.bundle").write_bytes(data)
    elf = build.program(TARGETS["cortex-m4"], "O3", "main", tmp_path / "damaged.bundle", "damaged")
    with pytest.raises(BoardError, match="damaged"):
        emulate.measure(TARGETS["cortex-m4"], elf)


def test_what_savings_cost(tools):
    """A selective build costs nothing, overlap next to nothing (a larger arena has more room for scratch memory); and each variant gives the
    right answers, or this raises."""
    target = TARGETS["cortex-m4"]
    rows = {title: figures for title, *figures in savings.measure(target, "O3", "digits")}
    assert rows.keys() == {"as it is", "selective build", *(f"without {title}" for title in savings.WITHOUT)}
    instructions, memory, _ = rows["as it is"]
    assert rows["selective build"][0] == instructions and 0.95 * instructions < rows["without overlap"][0] < 1.01 * instructions
    assert rows["without overlap"][1] > memory and rows["without folding"][0] >= instructions


def test_sizes_add_up(tools):
    entry = size.measure(TARGETS["cortex-m4"], {"no-ops": ("", set()), "dense": ("", {"FULLY_CONNECTED"}), "all-ops": ("", None)})
    for opt in size.OPTS:
        flash = {name: sum(sizes[opt][kind] for kind in ("code", "constants")) for name, sizes in entry["builds"].items()}
        assert 500 < flash["no-ops"] < flash["dense"] < flash["all-ops"]
        for function in ("mite_load", "mite_invoke"):
            stack = entry["stack"][opt][function]
            assert stack["bytes"] == sum(bytes for _, bytes in stack["chain"]) > 50
        assert any(name.startswith("mite_run_") for name, _ in entry["stack"][opt]["mite_invoke"]["chain"])


def instruction(name: str, operands: str) -> cycles.Instruction:
    return cycles.Instruction(0, name, operands, "")


@pytest.mark.parametrize("text, expected", [
    ("ldr r0, [r1]", 2), ("ldr r0, [r1]; ldr r2, [r3]", 3), ("ldr r0, [r1]; ldr r2, [r0]", 4), ("ldr r0, [r1]; str r0, [r2, r3]", 3),
    ("str r0, [r1, #4]", 1), ("str r0, [r1, r2]", 2), ("ldmia r0!, {r2, r3, r4}", 4), ("ldmia r0!, {r2-r5}", 5), ("push {r4, lr}", 3),
    ("smlad r0, r1, r2, r0; sxtb16 r3, r4", 2), ("ldrd r0, r1, [r2]", 3), ("sdiv r0, r1, r2", cycles.DIVISION),
])  # fmt: skip
def test_cortex_m4_instructions_cost_what_its_manual_says(text, expected):
    assert cycles.cycles_m4([instruction(*line.split(" ", 1)) for line in text.split("; ")]) == expected


def test_cortex_m7_starts_two_instructions_where_they_do_not_depend():
    pair = [instruction("add", "r0, r1, r2"), instruction("add", "r3, r4, r5")]
    chain = [instruction("add", "r0, r1, r2"), instruction("add", "r3, r0, r5")]
    assert cycles.cycles_m7(pair) == 1
    assert cycles.cycles_m7(chain) == 2


def test_the_profile_has_as_many_instructions_as_the_counter(tools, digits):
    target = TARGETS["cortex-m4"]
    found = cycles.estimate(target, cycles.profile(target, "O3", digits))
    counted = emulate.measure(target, build.program(target, "O3", "main", digits.bundle, digits.name)).invoke
    assert abs(found.instructions - counted) <= 40
    assert counted < found.cycles < 3 * counted
