"""`mite strip`: smaller files, the same answers."""

import numpy as np
import pytest
import tflite
from mite_tools.cli import main
from mite_tools.errors import ConvertError
from mite_tools.graph import Graph
from mite_tools.tflite.read import parse
from mite_tools.tflite.strip import strip
from mite_tools.tflite.write import write
from small_models import Sketch
from test_tflite import assert_same, small

ROOT_MODELS = "host_tools/mite_tools/models/digits/*.tflite"


def micro(data: bytes, runs: int) -> list[bytes]:
    """TFLite Micro's answers to random inputs, one run after another."""
    runtime = pytest.importorskip("tflite_micro").runtime
    interpreter, random, answers = runtime.Interpreter.from_bytes(data), np.random.default_rng(7), []
    graph = parse(data)
    for _ in range(runs):
        for i, tensor in enumerate(graph.inputs):
            interpreter.set_input(_noise(random, tensor.shape, tensor.dtype), i)
        interpreter.invoke()
        answers += [interpreter.get_output(i).tobytes() for i in range(len(graph.outputs))]
    return answers


def lite(data: bytes, runs: int) -> list[bytes]:
    """LiteRT's, for what TFLite Micro does not load."""
    litert = pytest.importorskip("ai_edge_litert.interpreter")
    kind = litert.OpResolverType.BUILTIN_REF
    interpreter, random, answers = litert.Interpreter(model_content=data, experimental_op_resolver_type=kind), np.random.default_rng(7), []
    interpreter.allocate_tensors()
    for _ in range(runs):
        for detail in interpreter.get_input_details():
            interpreter.set_tensor(detail["index"], _noise(random, tuple(detail["shape"]), np.dtype(detail["dtype"]).name))
        interpreter.invoke()
        answers += [interpreter.get_tensor(detail["index"]).tobytes() for detail in interpreter.get_output_details()]
    return answers


def _noise(random, shape, dtype) -> np.ndarray:
    if dtype.startswith("float"):
        return random.normal(size=shape).astype(dtype)
    info = np.iinfo(dtype)
    return random.integers(info.min, info.max, shape, dtype, endpoint=True)


def test_published_models_answer_as_before(shared):
    """Of those that need a runtime with other ops the files must still load."""
    seen = {micro: 0, lite: 0}
    for path in sorted((shared / "models").glob("*.tflite")):
        data = path.read_bytes()
        smaller = strip(data)
        assert len(smaller) < len(data), path.name
        for runtime in (micro, lite):
            try:
                expected = runtime(data, 2)
            except (RuntimeError, ValueError):
                continue
            assert runtime(smaller, 2) == expected, path.name
            seen[runtime] += 1
            print(f"{path.name}: {len(data):,} -> {len(smaller):,} bytes, {len(smaller) / len(data):.3f}")
            break
        else:
            pytest.fail(f"{path.name} runs nowhere")
    assert seen[micro] >= 12, seen


def test_the_project_s_own_models_answer_as_before(root):
    for path in root.glob(ROOT_MODELS):
        data = path.read_bytes()
        assert len(strip(data)) < len(data) and micro(strip(data), 3) == micro(data, 3)


def test_names_go_and_everything_else_stays():
    graph = small()
    smaller = parse(strip(write(graph)))
    for before, after in zip(graph.tensors(), smaller.tensors(), strict=True):
        assert after.name == ""
        before.name = ""
    assert_same(graph, smaller)


def test_what_nothing_refers_to_goes():
    sketch = Sketch()
    x = sketch.tensor((1, 8), 0.5, 3)
    dead = sketch.dense(x, 300)
    sketch.ops.remove(next(op for op in sketch.ops if dead in op.outputs))
    y = sketch.dense(sketch.dense(x, 5), 4)
    graph = Graph(sketch.ops, [x], [y])
    data = bytearray(write(graph))
    smaller = strip(bytes(data))
    model = tflite.Model.GetRootAsModel(smaller, 0)
    assert model.MetadataLength() == 0 and not model.Description() and model.Subgraphs(0).Name() is None
    assert strip(smaller) == smaller, "there is nothing left to take away"


def test_the_command(tmp_path, capsys):
    path, target = tmp_path / "model.tflite", tmp_path / "smaller.tflite"
    path.write_bytes(write(small()))
    assert main(["strip", str(path), "-o", str(target)]) == 0
    out = capsys.readouterr().out
    assert f"{target.stat().st_size:,} bytes" in out and f"{path.stat().st_size:,}" in out
    path.write_bytes(b"nonsense")
    assert main(["strip", str(path)]) == 1
    assert "is not a TensorFlow Lite model" in capsys.readouterr().err


def test_damage_is_told(root):
    data = bytearray(next(root.glob(ROOT_MODELS)).read_bytes())
    with pytest.raises(ConvertError):
        strip(bytes(data[:2000]))
