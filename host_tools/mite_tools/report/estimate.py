"""About how long an inference takes: from what `make bench` counted of each op on each instruction set.

speeds.json has, for each instruction set and op, the instructions for a unit of work, for an output, for a tap that is laid out for
all output channels at once, and for the op itself, as they fit the layers of the models that were measured best; `python -m mite_tools.bench --write-speeds` makes it again. Instructions become
time by a board's clock and the cycles that it takes for an instruction, which board.toml gives. Caches and the waits of flash are
in that number at best, so the time is an estimate.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from pathlib import Path

import numpy as np

from ..image.describe import OpInfo

SPEEDS = Path(__file__).with_name("speeds.json")


@dataclass(frozen=True)
class Estimate:
    """instructions of one inference; guessed: the ops that none of the measured models has, taken as their slowest neighbour."""

    instructions: int
    guessed: tuple[str, ...]

    def seconds(self, clock_hz: int, cycles_per_instruction: float) -> float:
        return self.instructions * cycles_per_instruction / clock_hz


def work(op: OpInfo) -> tuple[int, int, int, int]:
    """What a record is charged for: multiply-adds, or else numbers that are read; outputs; taps laid out; 1."""
    v, outputs, taps = op.values, 0, 0
    if "out_h" in v:
        outputs = v["batches"] * v["out_h"] * v["out_w"] * v.get("out_c", v.get("channels", 1))
        amount = op.macs or outputs * v.get("kernel_h", 2) * v.get("kernel_w", 2)
        taps = op.macs * v["groups"] // v["out_c"] if "groups" in v else 0
    elif "outputs" in v:
        amount, outputs = op.macs, v.get("batches", 1) * v["outputs"]
    elif op.macs:
        amount = op.macs
    elif "kept" in v:
        amount, outputs = prod(v["kept"]) * prod(v["reduced"]), prod(v["kept"])
    elif "run" in v:
        outputs = v["count"] if "count" in v else prod(v["dims"])
        amount = outputs * v["run"]
    elif "rows" in v and "depth" in v:
        amount = v["rows"] * v["depth"]
    else:
        amount = v["count"] if "count" in v else prod(v["dims"]) if "dims" in v else 1
    return amount, outputs, taps, 1


@lru_cache
def speeds() -> dict[str, dict[str, list[float]]]:
    """instruction set -> op -> factors for what work() counts."""
    return json.loads(SPEEDS.read_text())


def estimate(ops: tuple[OpInfo, ...], target: str) -> Estimate:
    """target: an instruction set of the benchmark, such as cortex-m4."""
    known, total, guessed = speeds()[target], 0.0, []
    for op in ops:
        factors = known.get(op.op)
        if factors is None:
            guessed.append(op.op)
            factors = max((f for name, f in known.items() if (name in WEIGHTED) == bool(op.macs)), key=lambda f: f[0])
        total += sum(factor * amount for factor, amount in zip(factors, work(op)))
    return Estimate(round(total), tuple(dict.fromkeys(guessed)))


WEIGHTED = ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "LSTM", "SVDF", "BATCH_MATMUL")  # ops of multiply-adds


def fit(samples: list[tuple[tuple[int, ...], int]]) -> list[float]:
    """Factors, none below 0, by which what work() counts comes near the instructions, in proportion. samples: (counts, instructions)."""
    rows = np.array([counts for counts, _ in samples], float)
    instructions = np.array([number for _, number in samples], float)
    columns = [column for column in range(rows.shape[1]) if rows[:, column].any()]
    while True:
        # Each sample counts alike, however large it is.
        found = np.linalg.lstsq(rows[:, columns] / instructions[:, None], np.ones(len(samples)), rcond=None)[0]
        if len(columns) == 1 or (found >= 0).all():
            break
        columns.pop(int(np.argmin(found * rows[:, columns].mean(axis=0))))
    factors = [0.0] * rows.shape[1]
    for column, value in zip(columns, found):
        factors[column] = round(float(value), 4)
    return factors
