"""Measures what `mite quantize` costs and gains: the float model, TensorFlow's quantizer, published int8 models and mite's, on the same data.

    python -m mite_tools.quantize.measure                                   a table; --write-readme puts it into README.md, with --models only their rows
    python -m mite_tools.quantize.measure --tensorflow /path/to/python      with TensorFlow's quantizer, in a Python that has it

Models and data that are not there are left out, and named.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..readme import write_table
from ..tflite.read import read
from ..tflite.write import write
from . import cases, peer
from .post import Quantizer, Settings
from .real import as_real
from .report import snr_db
from .runner import as_numbers, real_values
from .widths import image_bytes

ROOT = Path(__file__).resolve().parents[3]


@dataclass
class Row:
    """One model. Shares are of the test samples: right where their classes are known, else with the float model's top answer."""

    name: str
    tested: int
    known: bool  # classes
    real: float | None = None
    tensorflow: float | None = None
    official: float | None = None
    int8: float | None = None
    int4: float | None = None
    agreement: float = 0.0  # of mite's int8 with float
    official_agreement: float | None = None
    tensorflow_agreement: float | None = None
    int8_bytes: int = 0  # of images
    int4_bytes: int = 0


class Answers:
    """What a .tflite model answers, by LiteRT's fastest kernels."""

    def __init__(self, data: bytes):
        from ai_edge_litert.interpreter import Interpreter

        from ..tflite.read import parse

        self.graph = parse(data)
        self.interpreter = Interpreter(model_content=data, num_threads=1)
        self.interpreter.allocate_tensors()

    def __call__(self, samples) -> np.ndarray:
        """float32 [n, outputs]: the first output in real numbers."""
        found = []
        given, taken = (details()[0]["index"] for details in (self.interpreter.get_input_details, self.interpreter.get_output_details))
        for inputs in samples:
            self.interpreter.set_tensor(given, as_numbers(self.graph, inputs)[0])
            self.interpreter.invoke()
            found.append(real_values(self.graph.outputs[0], self.interpreter.get_tensor(taken)).reshape(-1))
        return np.array(found)


def measure(case: cases.Case, tensorflow: str | None, say: Callable[[str], None]) -> Row:
    """One model in every form."""
    real = Answers(write(as_real(read(case.model))))(case.test)
    row = Row(case.name, len(case.test), case.classes is not None)
    wanted = np.array(case.classes) if row.known else real.argmax(1)

    def share(answers: np.ndarray) -> float:
        return float((answers.argmax(1) == wanted).mean())

    row.real = share(real)
    if case.official:
        published = Answers(case.official.read_bytes())(case.test)
        row.official, row.official_agreement = share(published), float((published.argmax(1) == real.argmax(1)).mean())
        say(f"  published int8: {row.official:.2%}, {snr_db(real, published):.1f} dB")
    if tensorflow:
        if (theirs := by_tensorflow(case, tensorflow, say)) is not None:
            answers = Answers(theirs)(case.test)
            row.tensorflow, row.tensorflow_agreement = share(answers), float((answers.argmax(1) == real.argmax(1)).mean())
            say(f"  TensorFlow's int8: {row.tensorflow:.2%}, {snr_db(real, answers):.1f} dB")
    for bits in (8, 4) if case.narrow else (8,):
        quantizer = Quantizer(as_real(read(case.model)), case.samples, Settings(weights=bits, inputs=[case.given]))
        made = quantizer.best()
        answers, size = Answers(write(made.graph))(case.test), image_bytes(made.graph)
        if bits == 8:
            row.int8, row.int8_bytes, row.agreement = share(answers), size, float((answers.argmax(1) == real.argmax(1)).mean())
        else:
            row.int4, row.int4_bytes = share(answers), size
        say(f"  mite's int{bits}: {share(answers):.2%}, {snr_db(real, answers):.1f} dB, image {size:,} bytes, {time.monotonic() - quantizer.started:.0f} s")
    return row


def by_tensorflow(case: cases.Case, python: str, say: Callable[[str], None]) -> bytes | None:
    """The same float model and samples through TensorFlow's quantizer; None where it refuses them."""
    with tempfile.TemporaryDirectory() as folder:
        told = run_apart([python, peer.__file__], case, Path(folder))
        if isinstance(told, str):
            say(f"  TensorFlow's quantizer refuses it: {told}")
            return None
        return (Path(folder) / "out.tflite").read_bytes()


def run_apart(command: list[str], case: cases.Case, folder: Path) -> dict | str:
    """What a process prints that is given MODEL.tflite SAMPLES.npz OUT.tflite; the last words of one that fails."""
    samples, model = folder / "samples.npz", folder / "model.tflite"
    np.savez(samples, samples=np.array([value for (value,) in case.samples]))
    model.write_bytes(write(as_real(read(case.model))))
    done = subprocess.run([*command, str(model), str(samples), str(folder / "out.tflite")], capture_output=True, text=True)
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["it ended without a word"])[-1][:200]
    return json.loads(done.stdout.strip().splitlines()[-1])


def cost(model: str, samples: str, output: str) -> None:
    """What peer.py does, by mite; prints the same line."""
    started = time.monotonic(), time.process_time()
    shown = [[sample] for sample in np.load(samples)["samples"]]
    Path(output).write_bytes(write(Quantizer(as_real(read(model)), shown, Settings()).best().graph))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"seconds": time.monotonic() - started[0], "cpu_seconds": time.process_time() - started[1], "peak_bytes": peak}))


def table(rows: list[Row], costs: dict[str, dict]) -> list[str]:
    """In Markdown."""

    def percent(value: float | None) -> str:
        return "" if value is None else f"{100 * value:.2f}"

    lines = [
        "| % of the test data | float | published int8 | TensorFlow's int8 | mite's int8 | mite's int4 | top answer as float's: published, TensorFlow's, mite's int8 | image: int8, int4, bytes |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        agreement = ", ".join(percent(each) or "-" for each in (row.official_agreement, row.tensorflow_agreement, row.agreement))
        sizes = ", ".join(f"{n:,}" for n in (row.int8_bytes, row.int4_bytes) if n)
        what = f"{row.name}: {'right' if row.known else 'as float'}, of {row.tested}"
        lines.append(f"| {what} | {percent(row.real)} | {percent(row.official)} | {percent(row.tensorflow)} | {percent(row.int8)} | {percent(row.int4)} | {agreement} | {sizes} |")
    if costs:
        words = "; ".join(f"{name} {each['cpu_seconds']:.1f} s of a core and {each['peak_bytes'] / 2**20:,.0f} MiB" for name, each in costs.items())
        lines += ["", f"MLPerf Tiny's vww_96_float with {cases.FEW} pictures: {words}."]
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--tensorflow", metavar="PYTHON", help="a Python that has TensorFlow")
    parser.add_argument("--models", help=f"some of {', '.join(cases.CASES)}, with commas")
    parser.add_argument("--pictures", type=int, default=5000, help="test pictures of CIFAR-10, at most")
    parser.add_argument("--write-readme", action="store_true")
    parser.add_argument("--cost", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.cost:
        cost(*options.cost)
        return 0
    rows, costs = [], {}
    for name in (options.models or ",".join(cases.CASES)).split(","):
        if name not in cases.CASES:
            raise SystemExit(f"there is no model {name}; there are {', '.join(cases.CASES)}")
        try:
            case = cases.CASES[name](options.pictures)
        except FileNotFoundError as error:
            print(f"{name}: left out, there is no {error.filename}")
            continue
        print(name, flush=True)
        rows.append(measure(case, options.tensorflow, lambda line: print(line, flush=True)))
        if name == "vww":
            case.samples = case.samples[: cases.FEW]
            commands = {"mite": [sys.executable, "-m", "mite_tools.quantize.measure", "--cost"]}
            if options.tensorflow:
                commands["TensorFlow"] = [options.tensorflow, peer.__file__]
            for who, command in commands.items():
                with tempfile.TemporaryDirectory() as folder:
                    told = run_apart(command, case, Path(folder))
                if isinstance(told, dict):
                    costs[who] = told
    lines = table(rows, costs)
    print("\n".join(lines))
    if options.write_readme:
        write_table("quantize", "\n".join(lines), part=bool(options.models))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
