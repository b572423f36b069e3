"""Custom ops: registered functions are called with their tensors and options, and what goes wrong reaches the user."""

import mite
import numpy as np
import pytest
from flatbuffers import flexbuffers
from harness import AWKWARD, Numbers, chain, tensor
from mite_tools.cli import main
from mite_tools.compile import compile_graph
from mite_tools.graph import Op
from mite_tools.image.pack import seal
from mite_tools.tflite.read import parse
from mite_tools.tflite.write import write

INT8 = Numbers(0.05, 3)


@pytest.fixture(autouse=True)
def registered():
    """Nothing is left of what a test registers."""
    yield
    for name in list(mite.model.REGISTERED):
        mite.register(name, None)


def flex(**options) -> bytes:
    return bytes(flexbuffers.Dumps(options))


def custom(name, inputs, outputs, options=b"") -> Op:
    return Op(f"CUSTOM:{name}", inputs, outputs, {"custom_options": options} if options else {})


def image(ops, outputs) -> bytes:
    """Through a .tflite file, as a user's model comes."""
    return compile_graph(parse(write(chain(ops, outputs)))).image


def add(a, b) -> Op:
    return Op("ADD", [a, b], [tensor(a.shape, numbers=INT8)], {"fused_activation_function": 0})


def surrounded(shape=(2, 3), options=b"", name="Negate"):
    """An op of the user's between two of mite's own; the sum goes in twice."""
    x = tensor(shape, numbers=INT8)
    first = add(x, x)
    own = custom(name, first.outputs, [tensor(shape, numbers=INT8)], options)
    last = add(own.outputs[0], first.outputs[0])
    return image([first, own, last], last.outputs)


def negate(inputs, outputs, options):
    for i, byte in enumerate(inputs[0]):
        outputs[0][i] = -byte & 255


def run(model, values):
    model.input.data[:] = np.asarray(values, np.int8).tobytes()
    model.invoke()
    return model.output[:]


@pytest.mark.parametrize("size", AWKWARD)
def test_between_other_ops(size):
    """The answer is what the ops around it make of the function's."""
    mite.register("Negate", negate)
    values = np.arange(size) % 60 - 30
    x = tensor((size,), numbers=INT8)
    first = add(x, x)
    alone = mite.Model(image([first], first.outputs))
    between = np.int8(run(alone, values))
    a, b = tensor((size,), numbers=INT8), tensor((size,), numbers=INT8)
    last = add(a, b)
    after = mite.Model(image([last], last.outputs))
    after.inputs[0].data[:], after.inputs[1].data[:] = (-between).tobytes(), between.tobytes()
    after.invoke()
    assert run(mite.Model(surrounded((size,))), values) == after.output[:]


def test_a_step_is_one_op_and_an_inference_can_be_repeated():
    mite.register("Negate", negate)
    model = mite.Model(surrounded())
    expected = run(model, range(6))
    model.input.data[:] = bytes(range(6))
    assert [model.step(), model.step(), model.step()] == [True, True, False]
    assert model.output[:] == expected == run(model, range(6))
    model.input.data[:] = bytes(range(6))
    assert [name for name, _ in model.profile()] == ["ADD", "CUSTOM", "ADD"]


def test_what_the_function_is_given():
    """Two inputs, one of them a constant, one left out, two outputs, and options."""
    seen = []
    x, weights = tensor((2, 2), "int16", Numbers(0.5, 0)), tensor((3,), "float32", data=[1, 2.5, -3])
    outputs = [tensor((4,), "int32", None), tensor((), "bool", None)]
    op = custom("Look", [x, None, weights], outputs, flex(gain=3, name="two", rates=[0.5, 1.5], deep={"on": True, "none": None}))
    data = image([op], outputs)

    def look(inputs, outputs, options):
        seen.append((inputs, outputs, options))
        outputs[0][:] = np.int32([1, 2, 3, 4]).tobytes()
        outputs[1][0] = 1

    mite.register("Look", look)
    model = mite.Model(data)
    model.input[:] = [7, -8, 9, -32768]
    model.invoke()
    assert model.outputs[0][:] == [1, 2, 3, 4] and model.outputs[1][:] == [True]
    [(inputs, outputs, options)] = seen
    assert all(isinstance(view, memoryview) for view in (inputs[0], inputs[2], *outputs)) and inputs[1] is None
    assert bytes(inputs[0]) == np.int16([7, -8, 9, -32768]).tobytes()
    assert bytes(inputs[2]) == np.float32([1, 2.5, -3]).tobytes()
    assert options == {"gain": 3, "name": "two", "rates": [0.5, 1.5], "deep": {"on": True, "none": None}}

    mite.register("Look", look, tensors=True)
    model = mite.Model(data)
    model.input[:] = [1, 2, 3, 4]
    model.invoke()
    inputs, outputs, _ = seen[1]
    assert (inputs[0].shape, inputs[0].dtype, inputs[0].scale, inputs[0][:]) == ((2, 2), "int16", 0.5, [1, 2, 3, 4])
    assert (inputs[2].dtype, inputs[2][:], outputs[1].dtype, outputs[1].shape) == ("float32", [1, 2.5, -3], "bool", ())


@pytest.mark.parametrize("options", (b"", b"\x01", b"plain bytes", bytes(range(40))))
def test_options_that_are_no_map_are_bytes(options):
    seen = []
    mite.register("Negate", lambda inputs, outputs, options: seen.append(options))
    run(mite.Model(surrounded(options=options)), range(6))
    assert seen == [options]


def test_an_exception_reaches_the_user_and_the_next_inference_starts_over():
    class Mine(Exception):
        pass

    def fail(inputs, outputs, options):
        raise Mine("no luck")

    mite.register("Negate", fail)
    model = mite.Model(surrounded())
    with pytest.raises(Mine, match="no luck"):
        run(model, range(6))
    model.input.data[:] = bytes(6)
    assert model.step() is True
    with pytest.raises(Mine):
        model.step()
    assert [name for name, _ in zip(("ADD", "CUSTOM"), (model.step(),))] == ["ADD"]  # the first op again
    mite.register("Negate", negate)
    assert run(mite.Model(surrounded()), range(6)) == run(mite.Model(surrounded()), range(6))


def test_what_is_missing_is_named_with_the_way_out():
    x = tensor((2,), numbers=INT8)
    one = custom("First", [x], [tensor((2,), numbers=INT8)])
    two = custom("Second", one.outputs, [tensor((2,), numbers=INT8)])
    three = custom("First", two.outputs, [tensor((2,), numbers=INT8)])
    model = mite.Model(image([one, two, three], three.outputs))
    for use in (model.invoke, model.step, model.profile):
        with pytest.raises(mite.ModelError, match=r'mite.register\("First", function\), mite.register\("Second", function\)'):
            use()
    mite.register("First", negate)
    with pytest.raises(mite.ModelError) as caught:
        model.invoke()
    assert "First" not in str(caught.value) and "Second" in str(caught.value)
    mite.register("Second", negate)
    assert run(model, [5, -7]) == [-5, 7]


def test_one_function_for_many_places():
    """Each place has its own tensors and options."""
    x = tensor((3,), numbers=INT8)
    ops = [custom("Plus", [x], [tensor((3,), numbers=INT8)], flex(n=1))]
    for n in (10, 100, -20):
        ops.append(custom("Plus", ops[-1].outputs, [tensor((3,), numbers=INT8)], flex(n=n)))

    def plus(inputs, outputs, options):
        for i in range(3):
            outputs[0][i] = inputs[0][i] + options["n"] & 255

    mite.register("Plus", plus)
    assert run(mite.Model(image(ops, ops[-1].outputs)), [0, 10, -50]) == [91, 101, 41]


def test_what_is_not_used_is_still_called():
    """It may do more than make its outputs; and the same op twice is two calls."""
    count = []
    x = tensor((3,), numbers=INT8)
    ops = [custom("Beep", [x], [tensor((3,), numbers=INT8)]) for _ in range(2)]
    last = add(x, x)
    mite.register("Beep", lambda inputs, outputs, options: count.append(1))
    run(mite.Model(image([*ops, last], last.outputs)), [1, 2, 3])
    assert len(count) == 2


def test_a_function_cannot_start_the_model_that_calls_it():
    mite.register("Negate", lambda inputs, outputs, options: model.invoke())
    model = mite.Model(surrounded())
    with pytest.raises(ValueError, match="the model is running"):
        run(model, range(6))


@pytest.mark.parametrize("thing", (3, "function", bytearray(16)))
def test_what_is_no_function(thing):
    with pytest.raises(TypeError, match="a custom op is a function"):
        mite.register("Negate", thing)


def test_damaged_options_are_told():
    options = flex(gain=3, name="two")
    damaged = options[:-3] + b"\xff" + options[-2:]  # the root lies in front of the first byte
    mite.register("Negate", negate)
    with pytest.raises(mite.ModelError, match="the options of custom op Negate .* are damaged"):
        mite.Model(seal(surrounded(options=options).replace(options, damaged)))


OWN = """
import mite

def negate(inputs, outputs, options):
    for i, byte in enumerate(inputs[0]):
        outputs[0][i] = -byte & 255

mite.register("Negate", negate)
"""


@pytest.fixture
def files(tmp_path):
    """(a model with a custom op, a file with its function, the folder)"""
    x = tensor((2, 3), numbers=INT8)
    first = add(x, x)
    own = custom("Negate", first.outputs, [tensor((2, 3), numbers=INT8)], flex(n=1))
    last = add(own.outputs[0], first.outputs[0])
    (tmp_path / "model.tflite").write_bytes(write(chain([first, own, last], last.outputs)))
    (tmp_path / "own.py").write_text(OWN)
    return tmp_path / "model.tflite", tmp_path / "own.py", tmp_path


def test_mite_verify_calls_the_function_in_both(files, capsys):
    model, own, _ = files
    assert main(["verify", str(model), "--custom", str(own)]) == 0
    assert "0 of 72 numbers differ" in capsys.readouterr().out


def test_mite_verify_names_what_is_missing(files, capsys):
    assert main(["verify", str(files[0])]) == 1
    assert 'mite.register("Negate", function)' in capsys.readouterr().err


def test_a_file_of_functions_that_fails(files, capsys):
    model, own, _ = files
    own.write_text("import mite\n\nmite.register('Negate', 3)\n")
    assert main(["verify", str(model), "--custom", str(own)]) == 1
    assert "own.py, line 3: TypeError: a custom op is a function" in capsys.readouterr().err


def test_convert_info_check_and_run(files, capsys):
    model, own, folder = files
    assert main(["convert", str(model)]) == 0 and main(["info", str(folder / "model.mite")]) == 0 and main(["check", str(model)]) == 0
    assert capsys.readouterr().out.count("mite.register(") == 3
    np.save(folder / "x.npy", np.zeros((2, 3), np.int8))
    assert main(["run", str(model), str(folder / "x.npy")]) == 1
    assert "Negate" in capsys.readouterr().err
    assert main(["run", str(model), str(folder / "x.npy"), "--custom", str(own)]) == 0
