"""The host itself: instructions by callgrind, and wall time beside TFLite Micro's and LiteRT's wheels.

Times are medians of runs that take turns, so that whatever else the computer does meets all of them alike. They are not the
same on every run, and so are kept apart from the counts.
"""

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np

from ..board.errors import BoardError
from . import build
from .emulate import Counts, run
from .models import Model, path_of
from .targets import TARGETS

ROUNDS, SECONDS = 15, 1.5  # at least so many rounds, and about so long for a model
# Of one timing: what is shorter is run several times.
LEAST_S = 0.002


def counts(model: Model, opt: str) -> Counts | None:
    """Instructions of the core's own program, or None where there is no valgrind. Raises BoardError."""
    target = TARGETS["host"]
    elf = build.program(target, opt, "main", model.bundle, model.name)
    differs = [tuple(map(int, line.split()[1:])) for line in run(target, elf) if line.startswith("differs")]
    if not shutil.which("valgrind"):
        return None
    load, invoke = callgrind(elf, "mite_load")[0], callgrind(elf, "mite_invoke")[0]
    # Built for size, mite_invoke calls mite_step: its steps come first.
    steps = callgrind(elf, "mite_step")[-len(model.layers) :]
    return Counts(load, invoke, steps, differs)


def callgrind(elf: Path, function: str) -> list[int]:
    """Instructions of each call of a function. Raises BoardError."""
    with tempfile.TemporaryDirectory(dir=build.FOLDER) as folder:
        command = ["valgrind", "--tool=callgrind", f"--toggle-collect={function}", f"--dump-after={function}",
                   f"--callgrind-out-file={folder}/out", str(elf)]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise BoardError(f"valgrind failed: {done.stderr.strip().splitlines()[-1:]}")
        # out.1, out.2, ... one a call; out itself is what remains at the end.
        files = sorted(Path(folder).glob("out.*"), key=lambda path: int(path.suffix[1:]))
        return [int(re.search(r"^(?:totals|summary): (\d+)", path.read_text(), re.MULTILINE)[1]) for path in files]


def times(model: Model) -> dict[str, float]:
    """Microseconds of one inference: "mite", and "tflite_micro", "litert" as far as they are installed and run it."""
    runners = {"mite": _mite(model)}
    for name, make in (("tflite_micro", _tflite_micro), ("litert", _litert)):
        try:
            runners[name] = make(str(path_of(model.name)))
        except (ImportError, ValueError, RuntimeError):
            continue  # not installed, or refuses this model
    repeat = {}
    for name, invoke in runners.items():
        invoke()  # first touches of memory
        repeat[name] = max(1, round(LEAST_S / max(_seconds(invoke, 1), 1e-7)))
    samples: dict[str, list[float]] = {name: [] for name in runners}
    end = time.perf_counter() + SECONDS
    while len(samples["mite"]) < ROUNDS or time.perf_counter() < end:
        for name, invoke in runners.items():
            samples[name].append(_seconds(invoke, repeat[name]))
    return {name: round(1e6 * median(found), 2) for name, found in samples.items()}


def _seconds(invoke, repeat: int) -> float:
    begin = time.perf_counter()
    for _ in range(repeat):
        invoke()
    return (time.perf_counter() - begin) / repeat


def _mite(model: Model):
    import mite

    return mite.Model(model.image).invoke


def _tflite_micro(path: str):
    from tflite_micro import runtime

    interpreter = runtime.Interpreter.from_file(path)
    details = interpreter.get_input_details(0)
    interpreter.set_input(np.zeros(details["shape"], details["dtype"]), 0)
    return interpreter.invoke


def _litert(path: str):
    from ai_edge_litert.interpreter import Interpreter

    # XNNPACK is in by default; one thread, as the others have.
    with _quiet():
        interpreter = Interpreter(path, num_threads=1)
        interpreter.allocate_tensors()
    return interpreter.invoke


@contextlib.contextmanager
def _quiet():
    """LiteRT greets on the process's standard error, past Python's."""
    saved, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    try:
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(nothing)
