"""`mite check`: the verdict on models that run, and what would help those that do not."""

import json

import numpy as np
from mite_tools.cli import main
from mite_tools.graph import Graph, Op, Quantization, Tensor
from mite_tools.report.check import FLOAT, HYBRID, INTEGER, WIDE, check
from mite_tools.tflite.write import write


def tensor(name, shape, dtype="int8", data=None) -> Tensor:
    quantization = None if dtype == "float32" else Quantization(np.array([0.5], np.float32), np.array([0], np.int64))
    return Tensor(name, shape, dtype, quantization, None if data is None else np.full(shape, data, dtype))


def dense(dtype="int8", weights="int8") -> tuple[Op, Tensor]:
    x, w, y = tensor("x", (1, 4), dtype), tensor("w", (3, 4), weights, 1), tensor("y", (1, 3), dtype)
    return Op("FULLY_CONNECTED", [x, w], [y], {"fused_activation_function": 0}), x


def saved(path, ops, x):
    path.write_bytes(write(Graph(ops, [x], ops[-1].outputs)))
    return path


def test_a_model_that_runs(tmp_path, capsys):
    op, x = dense()
    path = saved(tmp_path / "good.tflite", [op], x)
    assert main(["check", str(path)]) == 0
    text = capsys.readouterr().out
    assert "runs" in text and "12 multiply-adds" in text and "state 0 bytes" in text
    report = check(path)
    assert report.kind == INTEGER and report.totals["arena_bytes"] > 0 and report.advice == ""


def test_a_model_of_int16_activations(tmp_path, capsys):
    op, x = dense("int16")
    path = saved(tmp_path / "wide.tflite", [op], x)
    assert main(["check", str(path)]) == 0
    assert "16x8" in capsys.readouterr().out and check(path).kind == WIDE


def test_a_hybrid_model_is_called_so(tmp_path, capsys):
    op, x = dense("float32", "int8")
    path = saved(tmp_path / "odd.tflite", [op], x)
    assert main(["check", str(path)]) == 1 and check(path).kind == HYBRID
    checked = capsys.readouterr().out
    assert main(["convert", str(path)]) == 1
    for text in (checked, capsys.readouterr().err):
        assert "hybrid" in text and "mite quantize MODEL.tflite --data FOLDER" in text


def test_a_float_model_runs_but_hears_of_int8(tmp_path, capsys):
    op, x = dense("float32", "float32")
    path = saved(tmp_path / "real.tflite", [op], x)
    assert main(["check", str(path)]) == 0 and check(path).kind == FLOAT
    checked = capsys.readouterr().out
    assert "float32 model" in checked and main(["convert", str(path)]) == 0
    for text in (checked, capsys.readouterr().out):
        assert "4 x smaller" in text and "mite quantize MODEL.tflite --data FOLDER" in text


def test_all_that_is_missing_is_told_at_once(tmp_path, capsys):
    op, x = dense()
    ops = [op]
    for kind in ("CUSTOM:Whirl", "CUSTOM:Whirl", "BITCAST"):
        ops.append(Op(kind, [ops[-1].outputs[0]], [tensor(f"t{len(ops)}", (1, 3))]))
    path = saved(tmp_path / "odd.tflite", ops, x)
    assert main(["check", "--json", str(path)]) == 1
    found = json.loads(capsys.readouterr().out)
    rows = {row["kind"]: row for row in found["rows"]}
    assert not found["runs"] and rows["CUSTOM:Whirl"]["count"] == 2 and rows["BITCAST"]["problem"]
    assert rows["CUSTOM:Whirl"]["help"] and rows["BITCAST"]["help"] and not rows["FULLY_CONNECTED"]["problem"]


def test_what_is_no_model(tmp_path, capsys):
    path = tmp_path / "no.tflite"
    path.write_bytes(b"hello")
    assert main(["check", str(path)]) == 1
    assert "not a TensorFlow Lite model" in capsys.readouterr().err
