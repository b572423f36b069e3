"""Frames that a streaming model remembers: kept with the new ones, moved once, and the same bytes over any number of runs."""

import numpy as np
import pytest
from harness import NONE, Numbers, chain, indices, tensor
from mite_tools.compile import compile_graph
from mite_tools.graph import Op
from mite_tools.tflite.read import parse
from mite_tools.tflite.write import write
from mite_tools.verify import verify
from state import INT8, add, agree_over, assign, handle, read


def mean(joined) -> Op:
    return Op("MEAN", [joined, indices(1)], [tensor((1, joined.shape[2]), numbers=Numbers(0.03, 4))], {"keep_dims": False})


def stream(kept: int, new: int, channels: int = 8, drop: int | None = None, tail=lambda ops, joined: [mean(joined)]):
    """Ops that join `kept` remembered frames with `new` ones and remember the last. drop: how many frames go, if not the new ones' number."""
    drop = new if drop is None else drop
    x = tensor((1, new, channels), numbers=INT8)
    x.name = "x"
    v = handle()
    old = read(v.outputs[0], (1, kept, channels))
    fresh = add(x, x)
    joined = Op("CONCATENATION", [old.outputs[0], fresh.outputs[0]], [tensor((1, kept + new, channels), numbers=INT8)],
                {"axis": 1, "fused_activation_function": NONE})  # fmt: skip
    whole = joined.outputs[0]
    masks = dict.fromkeys(("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask"), 0)
    last = Op("STRIDED_SLICE", [whole, indices(0, drop, 0), indices(1, drop + kept, channels), indices(1, 1, 1)],
              [tensor((1, kept, channels), numbers=INT8)], masks)  # fmt: skip
    return [v, old, fresh, joined, last, assign(v.outputs[0], last.outputs[0]), *tail([v, old, fresh, joined, last], whole)]


def copied_bytes(ops) -> int:
    """What the image's COPYs move in an inference."""
    compiled = compile_graph(parse(write(chain(ops, ops[-1].outputs))))
    return sum(int(np.prod(r.values["dims"])) * r.values["run"] for r in compiled.program.records if r.op.op == "COPY")


@pytest.mark.parametrize("kept, new", [(4, 1), (9, 1), (15, 3), (33, 2), (3, 3), (1, 1)])
def test_frames_move_once(kept, new):
    ops = stream(kept, new)
    agree_over(ops, ops[-1].outputs, runs=kept + 3)
    assert copied_bytes(stream(kept, new)) == kept * 8


@pytest.mark.parametrize("kept, new", [(1, 7), (2, 3)])
def test_more_new_frames_than_kept_ones(kept, new):
    ops = stream(kept, new)
    agree_over(ops, ops[-1].outputs, runs=5)


def test_frames_that_are_not_the_last_are_copied():
    """What is remembered begins elsewhere: nothing may be left out."""
    ops = stream(6, 2, drop=1)
    agree_over(ops, ops[-1].outputs, runs=9)
    assert copied_bytes(stream(6, 2, drop=1)) == 2 * 6 * 8


def test_a_whole_that_is_an_output_stays_in_the_arena():
    ops = stream(6, 2)
    agree_over(ops, [*ops[3].outputs, *ops[-1].outputs], runs=9)


def test_an_old_value_that_is_wanted_elsewhere():
    ops = stream(6, 2, tail=lambda ops, joined: [add(ops[1].outputs[0], ops[4].outputs[0], Numbers(0.2, -5))])
    agree_over(ops, ops[-1].outputs, runs=9)


def test_several_streams_one_behind_the_other():
    def more(ops, joined):
        v = handle(b"w")
        old = read(v.outputs[0], (1, 20, 8))
        twice = Op("CONCATENATION", [old.outputs[0], joined], [tensor((1, 27, 8), numbers=INT8)], {"axis": 1, "fused_activation_function": NONE})
        masks = dict.fromkeys(("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask"), 0)
        last = Op("STRIDED_SLICE", [twice.outputs[0], indices(0, 7, 0), indices(1, 27, 8), indices(1, 1, 1)], [tensor((1, 20, 8), numbers=INT8)], masks)
        return [v, old, twice, last, assign(v.outputs[0], last.outputs[0]), mean(twice.outputs[0])]

    ops = stream(5, 2, tail=more)
    agree_over(ops, ops[-1].outputs, runs=12)


def test_verify_sees_what_lies_in_the_state(tmp_path):
    ops = stream(9, 1)
    (tmp_path / "stream.tflite").write_bytes(write(chain(ops, ops[-1].outputs)))
    verdict = verify(tmp_path / "stream.tflite", random_runs=5)
    rows = {row.op: row for row in verdict.rows}
    assert verdict.exact and rows["CONCATENATION"].of == 5 * 10 * 8
