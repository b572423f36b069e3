"""`python -m mite_tools.bench.kernels`: every kernel of port/kernels/roster.h against the generic one, on the machine it is for.

A bare-metal program makes random cases of awkward sizes, paddings, strides, scales and extreme values, and compares every
byte of the output, what lies around it and behind the scratch memory.
"""

import argparse
import sys
from dataclasses import dataclass, field

from rich.console import Console

from ..board.errors import BoardError, SetupError
from ..board.provision import provision
from . import build, emulate
from .targets import TARGETS, Target

CASES = 400


@dataclass
class Verdict:
    """What a machine says of its kernels."""

    same: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)  # in words, the case behind each


def check(target: Target, opt: str = "O3", cases: int = CASES) -> Verdict:
    """Compare every kernel that this target's build has. Raises BoardError, BuildError."""
    elf = build.program(target, opt, "kernels", extra=(f"-DBENCH_CASES={cases}",), more=("cases",))
    verdict = Verdict()
    lines = emulate.run(target, elf)
    for line, after in zip(lines, [*lines[1:], ""]):
        name, _, rest = line.partition(" ")
        if rest.startswith("same"):
            verdict.same.append(name)
        elif rest.startswith("wrong"):
            verdict.wrong.append(name)
        elif rest.startswith("differs"):
            number, byte, found, expected, size = map(int, rest.split()[1:])
            byte -= (byte >> 31) << 32
            where = f"byte {byte} of {size}" if 0 <= byte < size else f"{byte} bytes from the beginning of an output of {size}"
            verdict.complaints.append(f"{name}: case {number}: {where} is {signed(found)}, should be {signed(expected)};{after[4:]}")
        elif rest.startswith("overwrites"):
            number, byte, found, expected, distance = map(int, rest.split()[1:])
            distance -= (distance >> 31) << 32
            verdict.complaints.append(
                f"{name}: case {number}: with the output {distance} bytes from the start of the input, which it overlaps, byte {byte} is "
                f"{signed(found)}, should be {signed(expected)};{after[4:]}"
            )
        elif rest.startswith("writes"):
            verdict.complaints.append(f"{name}: {rest};{after[4:]}")
    if not lines or lines[-1].strip() != "done":
        raise BoardError(f"{target.name}: the kernels' test ended early; it wrote: {' | '.join(lines[-5:]) or 'nothing'}")
    return verdict


def signed(byte: int) -> int:
    return byte - 256 if byte > 127 else byte


def main(arguments: list[str] | None = None) -> int:
    """0 if every kernel of every target gave the generic one's bytes."""
    parser = argparse.ArgumentParser(prog="python -m mite_tools.bench.kernels", description=__doc__.splitlines()[0])
    parser.add_argument("--target", default="", help=f"some of: {' '.join(TARGETS)} (default: all)")
    parser.add_argument("--opt", default="O3", choices=("O3", "O2", "Os"))
    parser.add_argument("--cases", type=int, default=CASES, help="for each kernel")
    options = parser.parse_args(arguments)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 200)
    failed = False
    try:
        provision("emulator", "compilers")
        for name in options.target.replace(",", " ").split() or TARGETS:
            if name not in TARGETS:
                raise BoardError(f"There is no target '{name}'; there are: {', '.join(TARGETS)}.")
            try:
                verdict = check(TARGETS[name], options.opt, options.cases)
            except SetupError as error:
                console.print(f"left out: {name}: {error}", style="yellow", markup=False)
                continue
            own = [kernel for kernel in verdict.same if not kernel.endswith("__generic")]
            text = f"{len(own)} kernels give the generic ones' bytes in {options.cases} cases each"
            console.print(f"{name}: {text}{': ' if own else ''}{' '.join(own)}")
            for complaint in verdict.complaints:
                console.print(complaint, style="red", markup=False)
            if verdict.wrong:
                console.print(f"{name}: WRONG: {' '.join(verdict.wrong)}", style="bold red")
                failed = True
    except BoardError as error:
        console.print(str(error), style="red", markup=False)
        return 1
    except KeyboardInterrupt:
        console.print("stopped")
        return 1
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
