"""The core as a plain program under gcc's sanitizers: driver.c and its Python side."""

import os
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [str(path) for folder in ("core", "ops", "kernels") for path in sorted((ROOT / "port" / folder).glob("*.c"))]
STRICT = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-fwrapv", "-ffp-contract=off"]
SANITIZERS = ["-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
# The core allocates nothing, and where processes are traced the search for leaks does not work.
ENVIRONMENT = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0", "UBSAN_OPTIONS": "print_stacktrace=1"}


@dataclass(frozen=True)
class Fault:
    """The core's numbers: code 0 is all well."""

    code: int
    record: int = -1
    op: int = -1
    a: int = 0
    b: int = 0


@dataclass(frozen=True)
class Driver:
    """tests/core/driver.c, built."""

    program: Path

    def __call__(self, *arguments, input: bytes = b"", fine: tuple[int, ...] = (0, 1)) -> str:
        """What it printed. AssertionError with a sanitizer's report if it found something."""
        done = subprocess.run([self.program, *map(str, arguments)], input=input, capture_output=True, env=ENVIRONMENT, timeout=600)
        assert done.returncode in fine and not done.stderr, done.stderr.decode(errors="replace")[-4000:]
        return done.stdout.decode()

    def fault(self, *arguments) -> Fault:
        return Fault(*map(int, self(*arguments).split()))

    def run(self, image: bytes, inputs: bytes, runs: int, folder: Path) -> bytes:
        """All outputs of `runs` inferences; `inputs` as in driver.c."""
        (folder / "image").write_bytes(image)
        (folder / "inputs").write_bytes(inputs)
        printed = self("run", folder / "image", folder / "inputs", runs, folder / "outputs")
        assert printed == "0\n", printed
        return (folder / "outputs").read_bytes()

    def corpus(self, images: list[bytes], seconds: int = 5) -> list[Fault]:
        """Loads each image and runs those that are good: their faults.

        AssertionError that tells which image made a sanitizer speak or ran for longer than `seconds`.
        """
        stream = b"".join(struct.pack("<I", len(image)) + image for image in images)
        done = subprocess.run([self.program, "corpus", str(seconds)], input=stream, capture_output=True, env=ENVIRONMENT, timeout=900)
        faults = [Fault(*map(int, line.split())) for line in done.stdout.decode().splitlines()]
        if done.returncode == 3:
            raise AssertionError(f"image {len(faults)} ran for more than {seconds} s")
        assert done.returncode == 0, f"image {len(faults)}:\n{done.stderr.decode(errors='replace')[-4000:]}"
        assert len(faults) == len(images)
        return faults


def build(program: Path) -> Driver:
    """Compiles the driver and the core to `program`."""
    driver = Path(__file__).with_name("driver.c")
    built = subprocess.run(["gcc", *STRICT, *SANITIZERS, "-o", program, driver, *SOURCES], capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    return Driver(program)
