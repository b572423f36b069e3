"""`mite verify` on models that the references take only with care: types refused late, indices that must lead somewhere, versions."""

import numpy as np
import pytest
import tflite

from harness import chain, one_op
from mite_tools.errors import MiteError
from mite_tools.graph import Op
from mite_tools.tflite.write import write
from mite_tools.verify import verify
from moving import like
from whole import plain


def checked(tmp_path, data: bytes):
    (tmp_path / "model.tflite").write_bytes(data)
    return verify(tmp_path / "model.tflite", random_runs=3)


def test_a_type_that_is_refused_only_when_run(tmp_path):
    """TFLite Micro takes the model, and then does not add int64."""
    graph = one_op("ADD", [plain((3, 5), "int64"), plain((5,), "int64")], [plain((3, 5), "int64")], fused_activation_function=0)
    verdict = checked(tmp_path, write(graph))
    assert verdict.exact and verdict.reference.startswith("LiteRT") and verdict.rows[0].of == 3 * 15


def test_indices_lead_into_the_table(tmp_path):
    """As an embedding does: also behind a cast and a choice."""
    rows = plain((6,), "int64")
    near = Op("CAST", [rows], [plain((6,), "int32")])
    less = Op("LESS", [near.outputs[0], plain((), "int32", 0)], [plain((6,), "bool")])
    chosen = Op("SELECT_V2", [less.outputs[0], plain((), "int32", 0), near.outputs[0]], [plain((6,), "int32")])
    found = Op("GATHER", [like((7, 3)), chosen.outputs[0]], [like((6, 3))], {"axis": 0, "batch_dims": 0})
    graph = chain([near, less, chosen, found], found.outputs)
    assert checked(tmp_path, write(graph)).exact


def test_newer_versions_of_ops(tmp_path, monkeypatch):
    """A file says which version of each op it wants; what a reference can do is another matter."""
    add = tflite.OperatorCodeAddVersion
    monkeypatch.setattr(tflite, "OperatorCodeAddVersion", lambda builder, version: add(builder, 99))
    data = write(one_op("RANK", [like((3, 5))], [plain((), "int32")]))
    assert tflite.Model.GetRootAsModel(data, 0).OperatorCodes(0).Version() == 99
    assert checked(tmp_path, data).exact


def test_inputs_that_the_reference_refuses_are_told(tmp_path):
    """Nothing can be divided by zero there."""
    graph = one_op("FLOOR_MOD", [plain((4,), "int32"), plain((4,), "int32")], [plain((4,), "int32")])
    (tmp_path / "model.tflite").write_bytes(write(graph))
    with pytest.raises(MiteError, match="refuses these inputs"):
        verify(tmp_path / "model.tflite", [[np.zeros(4, np.int32)] * 2], random_runs=0)
