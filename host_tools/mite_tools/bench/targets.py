"""The machines that are measured: how to compile for each, how to run it, how it counts.

QEMU's -icount makes each instruction take the same virtual time, so that a clock of the machine counts instructions, with the
same result on every run and every host. Without sleep=off the time that QEMU itself takes to start would be on that clock.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil


CFLAGS = ("-std=c99", "-fwrapv", "-ffp-contract=off", "-ffreestanding", "-ffunction-sections", "-fdata-sections", "-Wall", "-Wextra")
ARM = "arm-none-eabi-"
RISCV = "riscv64-unknown-elf-"


@dataclass(frozen=True)
class Target:
    """One machine. `name` is also that of the peer's figures."""

    name: str
    title: str
    prefix: str  # of the compiler and its tools
    flags: tuple[str, ...]  # for compiling and linking
    link: tuple[str, ...]
    start: str  # the machine's file in port/bench, without .c
    script: str  # its linker script there
    emulator: tuple[str, ...]  # empty on the host
    # Of the counter: per instruction.
    ticks: Fraction = Fraction(1)
    more: tuple[str, ...] = ()  # other files of its own in port/bench
    serial: str = "null"  # where the emulator's serial port goes: to stdio, if that is its console

    def instructions(self, ticks: int) -> int:
        """The number of instructions since the start at which the counter shows `ticks`."""
        # The counter shows whole ticks only. As one instruction is at least one tick, the number is still certain.
        return ceil(ticks / self.ticks)


def _arm(name: str, title: str, machine: str, script: str, counter: int, ticks: Fraction, *flags: str) -> Target:
    return Target(
        name, title, ARM, ("-mthumb", *flags, f"-DBENCH_COUNTER={counter:#x}"), ("-nostartfiles", "-Wl,-z,noexecstack"),
        "cortex_m", script, ("qemu-system-arm", "-machine", machine, "-icount", "shift=6,sleep=off"), ticks,
    )  # fmt: skip


# 64 ns an instruction; the counter has 25 or 20 MHz.
_MPS2, _MPS3 = Fraction(64 * 25, 1000), Fraction(64 * 20, 1000)

TARGETS = {
    target.name: target
    for target in (
        # The M0's instructions are among the M3's.
        _arm("cortex-m0", "Cortex-M0+", "mps2-an385", "mps2", 0x40028018, _MPS2, "-mcpu=cortex-m0plus"),
        _arm("cortex-m3", "Cortex-M3", "mps2-an385", "mps2", 0x40028018, _MPS2, "-mcpu=cortex-m3"),
        _arm("cortex-m4", "Cortex-M4", "mps2-an386", "mps2", 0x40028018, _MPS2, "-mcpu=cortex-m4", "-mfloat-abi=hard"),
        _arm("cortex-m7", "Cortex-M7", "mps2-an500", "an500", 0x40028018, _MPS2, "-mcpu=cortex-m7", "-mfloat-abi=hard"),
        _arm("cortex-m33", "Cortex-M33", "mps2-an505", "an505", 0x50302018, _MPS3, "-mcpu=cortex-m33", "-mfloat-abi=hard"),
        _arm("cortex-m55", "Cortex-M55, Helium", "mps3-an547", "an547", 0x59302018, _MPS3, "-mcpu=cortex-m55", "-mfloat-abi=hard"),
        Target(
            # Without -misa-spec Debian's compiler wants Zicsr named, and with it finds no 32-bit libraries.
            "rv32imc", "RISC-V, RV32IMC", RISCV, ("-march=rv32imc", "-misa-spec=2.2", "-mabi=ilp32", "-mcmodel=medany", "--specs=picolibc.specs"),
            ("-nostartfiles",), "riscv", "virt",
            ("qemu-system-riscv32", "-machine", "virt", "-bios", "none", "-icount", "shift=0,sleep=off"),
        ),
        # Stands for the ESP32: windowed registers, MAC16, loops without overhead; but no high word of a product. 10 MHz, 128 ns.
        Target(
            "xtensa", "Xtensa, dc233c", "", ("-DMITE_RUNTIME",), (), "xtensa", "xtensa",
            ("qemu-system-xtensa", "-machine", "sim", "-cpu", "dc233c", "-icount", "shift=7,sleep=off"), Fraction(128, 100),
            more=("xtensa_start.S", "../micropython/runtime.c", "../micropython/divide.c"), serial="stdio",
        ),
        Target("host", "This computer", "", (), ("-Wl,-z,noexecstack",), "host", "", ()),
    )
}  # fmt: skip
