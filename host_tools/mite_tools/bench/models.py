"""The models that are measured, with inputs and the answers that are known."""

import hashlib
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..board.errors import BoardError
from ..board.tree import ROOT
from ..compile import Compiled, compile_model
from ..errors import MiteError
from ..image.describe import OpInfo, describe
from ..program import LABEL
from .build import FOLDER

SHARED = ROOT.parent / "shared"
OWN = Path(__file__).resolve().parents[1] / "models"
SEED = 5

# Short name -> file. The first are in ../shared/models, where it is there.
FILES = {
    "kws": "kws_ref_model", "vww": "vww_96_int8", "ic": "resnet8_int8", "ad": "ad01_int8", "sww": "str_ww_ref_model",
    "micro_speech": "micro_speech_quantized", "person_detect": "person_detect", "okay_nabu": "mww_okay_nabu",
    "mcunet_vww": "mcunet_vww", "hello_world": "hello_world_int8", "digits": "digits",
}  # fmt: skip


@dataclass(frozen=True)
class Layer:
    """One record of the program: what it is, what it costs, and which op of the .tflite file it comes from."""

    info: OpInfo
    source: int  # position of the op in the file, or -1 if it is none of its ops


@dataclass(frozen=True)
class Model:
    """A compiled model and the bundle that port/bench/main.c runs."""

    name: str
    file: str  # the peer's name
    image: bytes
    bundle: Path
    layers: tuple[Layer, ...]
    arena_bytes: int
    macs: int


def path_of(name: str) -> Path:
    """The .tflite file of a short name. Raises BoardError if it is not there."""
    if name not in FILES:
        raise BoardError(f"There is no model '{name}'; there are: {', '.join(FILES)}.")
    if name == "digits":
        return OWN / "digits" / "digits_int8.tflite"
    path = SHARED / "models" / f"{FILES[name]}.tflite"
    if not path.is_file():
        raise BoardError(f"{path} is not there: of '{name}' there is nothing to measure.")
    return path


def available() -> list[str]:
    """The short names of the models that are there."""
    return [name for name in FILES if name == "digits" or (SHARED / "models" / f"{FILES[name]}.tflite").is_file()]


def prepare(name: str, runs: int = 1, processor: str | None = None) -> Model:
    """Compile a model and pack it with the inputs and outputs of its first `runs` runs. processor: as `mite convert --speed --board B` does it for a board with it.

    Raises BoardError, ConvertError.
    """
    path = path_of(name)
    compiled = compile_model(path, speed=processor is not None, processor=processor)
    header = struct.unpack_from("<IIIIII", compiled.image)
    # What a streaming model remembers shows in later runs only.
    inputs, outputs = known_runs(FILES[name], path, compiled, 1 << 30 if header[5] else runs)
    data = bundle(compiled.image, inputs, outputs)
    known = layers(compiled)
    return Model(name, FILES[name], compiled.image, written(f"{name}-{processor}" if processor else name, data), known, header[4], sum(layer.info.macs for layer in known))


def layers(compiled: Compiled) -> tuple[Layer, ...]:
    """The records of an image, and which ops of the file they come from."""
    records = [record for record in compiled.program.records if record.op is not LABEL]
    return tuple(Layer(info, record.source.index if record.source else -1) for info, record in zip(describe(compiled.image).ops, records))


def written(name: str, data: bytes) -> Path:
    """A bundle's file. Named by content: a program that was linked with it stays right."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    target = FOLDER / f"{name}-{hashlib.sha256(data).hexdigest()[:12]}.bundle"
    if not target.exists():
        for old in FOLDER.glob(f"{name}-{'?' * 12}.bundle"):
            old.unlink(missing_ok=True)
        target.write_bytes(data)
    return target


def bundle(image: bytes, inputs: list[list[bytes]], outputs: list[list[bytes]]) -> bytes:
    """What bench_bundle_t of port/bench/bench.h describes, and the bytes it points at."""
    head, parts, at = [], [], 32
    for block in (image, b"".join(map(b"".join, inputs)), b"".join(map(b"".join, outputs))):
        head.append(at)
        padded = block + bytes(-len(block) % 16)
        parts.append(padded)
        at += len(padded)
    return struct.pack("<IIIII12x", head[0], len(image), head[1], head[2], len(inputs)) + b"".join(parts)


def known_runs(file: str, path: Path, compiled, runs: int) -> tuple[list[list[bytes]], list[list[bytes]]]:
    """(inputs, outputs) of each run, as bytes of each tensor: from ../shared/goldens, else random with the reference's answer."""
    golden = SHARED / "goldens" / f"{file}.npz"
    if golden.is_file():
        with np.load(golden) as arrays:
            count = min(int(arrays["runs"]), runs)

            def of(prefix: str, run: int) -> list[bytes]:
                several = sum(name.startswith(prefix) and name.endswith("_0") for name in arrays.files)
                return [np.ascontiguousarray(arrays[f"{prefix}{i}_{run}"]).tobytes() for i in range(several)]

            return [of("in", run) for run in range(count)], [of("out", run) for run in range(count)]
    random = np.random.default_rng(SEED)
    inputs = [[random.integers(0, 256, t.bytes, np.uint8).tobytes() for t in compiled.graph.inputs] for _ in range(runs)]
    return inputs, answers(path, compiled, inputs)


def answers(path: Path, compiled, inputs: list[list[bytes]]) -> list[list[bytes]]:
    """The reference's outputs for these inputs, or mite's own where the reference is not installed."""
    try:
        from tflite_micro import runtime
    except ImportError:
        return _own_answers(compiled, inputs)
    interpreter = runtime.Interpreter.from_file(str(path))
    found = []
    for run in inputs:
        for i, (data, tensor) in enumerate(zip(run, compiled.graph.inputs)):
            interpreter.set_input(np.frombuffer(data, tensor.dtype).reshape(tensor.shape), i)
        interpreter.invoke()
        found.append([interpreter.get_output(i).tobytes() for i in range(len(compiled.graph.outputs))])
    return found


def _own_answers(compiled, inputs: list[list[bytes]]) -> list[list[bytes]]:
    import mite

    model = mite.Model(compiled.image)
    found = []
    for run in inputs:
        for data, tensor in zip(run, model.inputs):
            tensor.data[:] = data
        model.invoke()
        found.append([bytes(tensor.data) for tensor in model.outputs])
    return found


def why_not(error: Exception) -> str:
    """One line for a model that is left out."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(lines[:2]) if isinstance(error, MiteError) else lines[0]
