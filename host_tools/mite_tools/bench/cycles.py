"""An estimate of cycles on Cortex-M4 and M7, from how often each instruction ran.

A plugin of QEMU's (port/bench/profile.c) counts blocks of instructions during one inference; objdump says what is in them. What an
instruction costs on the M4 is in its Technical Reference Manual (section 3.3, instruction set summary); memory without wait states is
assumed, as QEMU's and a board's tightly coupled memory are. Of the M7 no such table is published: it is taken as an in-order
machine that starts two instructions a cycle where they do not depend on each other, with at most one multiplication, one store and
one branch among them, results of loads one cycle later than others', and branches foretold.
"""

import bisect
import re
import subprocess
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from ..board.errors import BoardError
from . import build, emulate
from .targets import Target

TARGETS = ("cortex-m4", "cortex-m7")
# The best results that MLPerf Tiny's closed division published for these processors, with flash and caches as those boards have
# them: milliseconds times megahertz. Cortex-M4 at 120 MHz (v1.1 to v1.3), Cortex-M7 at 280 MHz (v1.2, v1.3).
RECORDS = {
    "cortex-m4": {"kws": 5_180_000, "ic": 19_800_000, "vww": 10_670_000, "ad": 490_000, "sww": 2_150_000},
    "cortex-m7": {"kws": 3_170_000, "ic": 11_400_000, "vww": 6_660_000, "ad": 344_000, "sww": 1_190_000},
}
BRANCH_REFILL = 2  # 1 to 3, by where the target lies
DIVISION = 7  # 2 to 12, by the operands
FLOAT_DIVISION = 14


@dataclass(frozen=True)
class Instruction:
    address: int
    name: str  # without width and condition
    operands: str
    function: str
    text: str = ""  # as objdump has it

    @property
    def registers(self) -> tuple[str, ...]:
        return _registers(self.operands)

    @property
    def kind(self) -> str:
        """load, store, multiply, branch, divide, float or other."""
        n = self.name
        if n in ("pop", "ldmia", "ldmdb", "ldm") or n.startswith(("ldr", "vldr", "vldm", "vpop")):
            return "load"
        if n in ("push", "stmia", "stmdb", "stm") or n.startswith(("str", "vstr", "vstm", "vpush")):
            return "store"
        if re.match(r"(mul|mla|mls|smul|smla|smml|smmul|umul|umla|umaal|smlal|smull|umull|smuad|smusd|smlsd)", n):
            return "multiply"
        if n in ("sdiv", "udiv", "vdiv", "vsqrt"):
            return "divide"
        if n in ("b", "bl", "bx", "blx", "cbz", "cbnz", "tbb", "tbh"):
            return "branch"
        return "float" if n.startswith("v") else "other"

    @property
    def listed(self) -> int:
        """Registers between braces: those of a multiple load or store."""
        inside = self.operands.partition("{")[2].partition("}")[0]
        count = 0
        for part in filter(None, (part.strip() for part in inside.split(","))):
            first, _, last = part.partition("-")
            count += int(last.strip()[1:]) - int(first.strip()[1:]) + 1 if last else 1
        return count

    @property
    def writes(self) -> tuple[str, ...]:
        """The registers that it writes, as far as they are plain to see."""
        if self.kind in ("store", "branch") or self.name in ("cmp", "cmn", "tst", "teq", "it", "nop"):
            return ()
        if "{" in self.operands:
            return _registers(self.operands.partition("{")[2])
        two = self.name in ("ldrd", "smull", "umull", "smlal", "umlal", "smlald", "umaal")
        return self.registers[: 2 if two else 1]

    @property
    def reads(self) -> tuple[str, ...]:
        """The registers that it reads: all but a plain destination."""
        if self.kind in ("store", "branch") or self.name in ("cmp", "cmn", "tst", "teq"):
            return self.registers
        if "{" in self.operands:
            return _registers(self.operands.partition("{")[0])
        # A two-operand form reads its destination, too.
        skip = len(self.writes) if len(self.registers) > len(self.writes) and self.operands.count(",") > 1 or self.kind == "load" else 0
        return self.registers[skip:] if self.name not in ("smlal", "umlal", "smlald", "movt", "bfi") else self.registers


@lru_cache(maxsize=None)
def _registers(text: str) -> tuple[str, ...]:
    found = []
    for first, last in re.findall(r"\b(r\d+|sl|fp|ip|sp|lr|pc|s\d+|d\d+)\b(?:-(r\d+))?", text):
        if last:
            found += [f"r{n}" for n in range(int(first[1:]), int(last[1:]) + 1)]
        else:
            found.append({"sl": "r10", "fp": "r11", "ip": "r12"}.get(first, first))
    return tuple(found)


@dataclass
class Block:
    """Instructions that always run one after the other."""

    instructions: list[Instruction]
    ran: int
    taken: int  # times that a jump was taken at its end


@dataclass
class Estimate:
    cycles: int = 0
    instructions: int = 0
    kinds: Counter = field(default_factory=Counter)  # instructions of each kind
    functions: Counter = field(default_factory=Counter)  # cycles in each function
    blocks: list[tuple[int, Block]] = field(default_factory=list)  # (cycles, block), most first


def profile(target: Target, opt: str, model) -> list[Block]:
    """Run one inference and count its blocks. Raises BoardError."""
    elf = build.program(target, opt, "main", model.bundle, model.name)
    with tempfile.TemporaryDirectory(dir=build.FOLDER) as folder:
        # A copy: the program may be made again while it runs.
        copy, out = Path(folder) / "program.elf", Path(folder) / "profile"
        copy.write_bytes(elf.read_bytes())
        symbols = _symbols(target, copy)
        (start, _), (stop, size) = symbols["mite_invoke"], symbols["measure"]
        extra = ("-plugin", f"{plugin()},start={start:#x},stop={stop:#x},stop_end={stop + size:#x},out={out}")
        lines = emulate.run(target, copy, extra)
        if not out.exists():
            raise BoardError(f"{target.name}: QEMU's plugin wrote nothing; QEMU says: {' | '.join(lines[-3:])}")
        instructions = disassemble(target, copy)
        addresses = [i.address for i in instructions]
        blocks = []
        for line in out.read_text().splitlines():
            begin, end, ran, taken = map(int, line.split())
            blocks.append(Block(instructions[bisect.bisect_left(addresses, begin) : bisect.bisect_left(addresses, end)], ran, taken))
    return blocks


def plugin() -> Path:
    """The plugin, compiled for the host. Raises BuildError."""
    source, made = build.PORT / "bench" / "profile.c", build.FOLDER / "profile.so"
    if not made.exists() or made.stat().st_mtime < source.stat().st_mtime:
        fresh = made.with_suffix(".new")
        build.run(["gcc", "-O2", "-shared", "-fPIC", "-o", str(fresh), str(source)], fresh)
        fresh.rename(made)
    return made


def _symbols(target: Target, elf: Path) -> dict[str, tuple[int, int]]:
    text = subprocess.run([f"{target.prefix}nm", "-S", str(elf)], capture_output=True, text=True, check=True).stdout
    rows = re.findall(r"^([0-9a-f]+) ([0-9a-f]+) [tT] (\S+)$", text, re.MULTILINE)
    return {name: (int(address, 16) & ~1, int(size, 16)) for address, size, name in rows}


def disassemble(target: Target, elf: Path) -> list[Instruction]:
    """Every instruction of a program, by address."""
    text = subprocess.run([f"{target.prefix}objdump", "-d", "--no-show-raw-insn", "-M", "reg-names-std", str(elf)],
                          capture_output=True, text=True, check=True).stdout  # fmt: skip
    found, function = [], ""
    for line in text.splitlines():
        if header := re.match(r"[0-9a-f]+ <(.+)>:", line):
            function = header[1]
        elif got := re.match(r"\s*([0-9a-f]+):\t(\S+)\s*([^@;<]*)", line):
            found.append(Instruction(int(got[1], 16), _plain(got[2]), got[3].strip(), function, f"{got[2]:8} {got[3]}"))
    return found


CONDITIONS = "eq|ne|cs|cc|hs|lo|mi|pl|vs|vc|hi|ls|ge|lt|gt|le"


def _plain(name: str) -> str:
    """Without .w and .n, the type of a float instruction, and a branch's condition."""
    name = name.split(".")[0]
    return "b" if re.fullmatch(f"b({CONDITIONS})", name) else name


def estimate(target: Target, blocks: list[Block]) -> Estimate:
    """Cycles of a profile on `target`."""
    cost = cycles_m4 if target.name == "cortex-m4" else cycles_m7
    total = Estimate()
    for block in blocks:
        once = cost(block.instructions)
        cycles = once * block.ran + (BRANCH_REFILL if target.name == "cortex-m4" else 0) * block.taken
        total.cycles += cycles
        total.instructions += len(block.instructions) * block.ran
        for instruction in block.instructions:
            total.kinds[instruction.kind] += block.ran
        total.kinds["taken branch"] += block.taken
        total.functions[block.instructions[0].function] += cycles
        total.blocks.append((cycles, block))
    total.blocks.sort(key=lambda pair: -pair[0])
    return total


def cycles_m4(instructions: list[Instruction]) -> int:
    """Cycles of a block, without the refill after a jump at its end."""
    total, before = 0, None
    for i in instructions:
        if i.kind == "load":
            if "{" in i.operands:
                total += 1 + i.listed
            elif i.name in ("ldrd",):
                total += 3
            else:
                total += 1 if _overlaps(before, i) else 2
        elif i.kind == "store":
            if "{" in i.operands:
                total += 1 + i.listed
            else:
                # With an index register the address takes the cycle in which a constant one would be ready.
                indexed = re.search(r"\[\w+, r", i.operands) is not None
                total += 3 if i.name == "strd" else 2 if indexed and not _overlaps(before, i) else 1
        elif i.kind == "divide":
            total += FLOAT_DIVISION if i.name.startswith("v") else DIVISION
        elif i.name in ("vmla", "vmls", "vfma", "vfms"):
            total += 3
        else:
            total += 1
        before = i
    return total


def _overlaps(before: Instruction | None, i: Instruction) -> bool:
    """Does a load or store begin while the load before it is under way? Not if its address is what that loads."""
    if before is None or before.kind != "load" or "{" in before.operands or before.name == "ldrd":
        return False
    address = _registers(i.operands.partition("[")[2])
    return not set(before.writes) & set(address)


def cycles_m7(instructions: list[Instruction]) -> int:
    """Cycles of a block on a machine with two instructions a cycle."""
    ready: Counter = Counter()
    now, slots, used = 0, 2, Counter()
    for i in instructions:
        many = i.listed if "{" in i.operands else 2 if i.name in ("ldrd", "strd") else 1
        earliest = max((ready[r] for r in i.reads), default=0)
        unit = i.kind if i.kind in ("multiply", "store", "branch", "divide", "float") else ""
        if earliest > now or not slots or (unit and used[unit]):
            now, slots, used = max(now + 1, earliest), 2, Counter()
        slots -= 1
        used[unit] += 1
        # Two words a cycle for a load of many.
        longer = (many - 1) // 2 if i.kind == "load" else many - 1 if i.kind == "store" else 0
        if i.kind == "divide":
            longer = FLOAT_DIVISION if i.name.startswith("v") else DIVISION
        if longer:
            now, slots, used = now + longer, 0, Counter()
        for register in i.writes:
            ready[register] = now + (2 if i.kind in ("load", "multiply", "float") else 1)
    return now + 1
