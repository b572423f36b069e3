"""Runs a bare-metal program in QEMU and reads the lines it writes."""

import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from ..board.errors import BoardError
from ..image import spec
from .targets import Target

TIMEOUT_S = 300
OPTIONS = ("-nographic", "-monitor", "none", "-semihosting")


@dataclass
class Counts:
    """Instructions of one model on one machine."""

    load: int = 0
    invoke: int = 0
    steps: list[int] = field(default_factory=list)  # of each record of the program
    differs: list[tuple[int, ...]] = field(default_factory=list)  # (run, byte, found, expected), one for each tensor and run


def run(target: Target, elf: Path, extra: tuple[str, ...] = ()) -> list[str]:
    """The lines that the program writes. Raises BoardError if it crashes or does not end."""
    command = [*target.emulator, *OPTIONS, "-serial", target.serial, *extra, "-kernel", str(elf)] if target.emulator else [str(elf)]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, errors="replace", timeout=TIMEOUT_S)  # fmt: skip
    except subprocess.TimeoutExpired:
        raise BoardError(f"{target.name}: {elf.name} did not end in {TIMEOUT_S} s") from None
    lines = done.stdout.splitlines()
    for line in lines:
        if line.startswith("crash"):
            where = " ".join(f"{int(word):#x}" for word in line.split()[1:])
            raise BoardError(f"{target.name}: {elf.name} crashed at {where}; `{target.prefix}addr2line -fe {elf}` names the place")
    return lines


def measure(target: Target, elf: Path) -> Counts:
    """Run port/bench/main.c. Raises BoardError if the core refuses the image."""
    counts, clock = Counts(), Clock(target)
    lines = run(target, elf)
    for line in lines:
        word, *rest = line.split() or [""]
        if word in ("nothing", "load", "invoke", "step"):
            tag, before, after = map(int, rest)
            spent = clock.between(before, after)
            if word == "nothing":
                clock.overhead = spent
            elif word == "step":
                counts.steps.append(spent)
            elif word == "load":
                counts.load = spent
            elif tag == 0:
                counts.invoke = spent
        elif word == "differs":
            counts.differs.append(tuple(map(int, rest)))
        elif word == "fault":
            code, record, op, a, b = map(int, rest)
            raise BoardError(f"{target.name}: {elf.name}: the core refuses the image: {fault_text(-code, record, a, b)}")
    if not lines or lines[-1].strip() != "done":
        raise BoardError(f"{target.name}: {elf.name} ended early; it wrote: {' | '.join(lines[-5:]) or 'nothing'}")
    return counts


class Clock:
    """Turns readings of a machine's counter, given in the order they were taken, into instructions."""

    WRAP = 1 << 32

    def __init__(self, target: Target):
        self.target = target
        self.turns = 0
        self.last = 0
        self.overhead = 0  # of a measurement, once it is known: what measuring an empty function takes

    def _at(self, reading: int) -> int:
        self.turns += reading < self.last
        self.last = reading
        return self.target.instructions(self.turns * self.WRAP + reading)

    def between(self, before: int, after: int) -> int:
        begin = self._at(before)
        # An empty function still returns.
        return self._at(after) - begin - (self.overhead - 1 if self.overhead else 0)


def fault_text(code: int, record: int, a: int, b: int) -> str:
    """A fault of the core in words."""
    where = f"op {record}: " if record < 1 << 31 else ""
    return where + (spec.ERRORS[-code - 1][1].format(a, b) if 0 < -code <= len(spec.ERRORS) else f"error {code} ({a}, {b})")
