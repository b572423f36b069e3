"""mite.signal: TensorFlow Lite Micro's signal ops, each by itself and all together, against TensorFlow Lite Micro."""

import mite
import mite.signal
import numpy as np
import pytest
from flatbuffers import flexbuffers
from goldens import golden_runs
from harness import chain, tensor
from mite.custom import calls
from mite_tools.cli import main
from mite_tools.compile import compile_graph, compile_model
from mite_tools.graph import Op
from mite_tools.tflite.read import parse
from mite_tools.tflite.write import write
from mite_tools.verify import verify

NAME = "audio_preprocessor_int8"
SUBTRACTION = {"alternate_one_minus_smoothing": 15401, "alternate_smoothing": 983, "clamping": False, "min_signal_remaining": 819, "num_channels": 40,
               "one_minus_smoothing": 15975, "smoothing": 409, "smoothing_bits": 10, "spectral_subtraction_bits": 14}  # fmt: skip


@pytest.fixture(autouse=True)
def registered():
    mite.signal.register()
    yield
    for name in mite.signal.OPS:
        mite.register(name, None)


def file_of(name, inputs, outputs, **options) -> bytes:
    """A .tflite of one op. inputs, outputs: (dtype, shape) each, or an array for a constant."""
    makes = [tensor(x.shape, x.dtype.name, None, data=x) if isinstance(x, np.ndarray) else tensor(x[1], x[0], None) for x in inputs]
    results = [tensor(shape, dtype, None) for dtype, shape in outputs]
    op = Op(f"CUSTOM:{name}", makes, results, {"custom_options": bytes(flexbuffers.Dumps(options))} if options else {})
    return write(chain([op], results))


def run(model, arrays):
    for each, array in zip(model.inputs, arrays, strict=True):
        each.data[:] = array.tobytes()
    model.invoke()
    return [np.frombuffer(bytes(t.data), t.dtype).reshape(t.shape) for t in model.outputs]


def agree(data, runs, used=slice(None)):
    """Every run in turn: so what is kept between them is compared, too."""
    micro = pytest.importorskip("tflite_micro").runtime.Interpreter.from_bytes(data, arena_size=1 << 20)
    model = mite.Model(compile_graph(parse(data)).image)
    assert [call.name for call in calls(model)]
    for arrays in runs:
        for i, array in enumerate(arrays):
            micro.set_input(array, i)
        micro.invoke()
        for i, ours in enumerate(run(model, arrays)):
            np.testing.assert_array_equal(ours.reshape(-1)[used], np.asarray(micro.get_output(i)).reshape(-1)[used])
    return model


def samples(rng, shape, dtype="int16"):
    """Numbers of all sizes, the extremes among them."""
    info = np.iinfo(dtype)
    numbers = np.array([int(rng.integers(info.min, info.max, dtype=dtype, endpoint=True)) >> int(rng.integers(0, info.bits)) for _ in range(int(np.prod(shape)))], dtype)
    numbers[rng.random(len(numbers)) < 0.02] = info.min
    numbers[rng.random(len(numbers)) < 0.02] = info.max
    return numbers.reshape(shape)


@pytest.mark.parametrize("shape, shift", [((1, 480), 12), ((3, 7), 0), ((33,), 15), ((2, 2, 8), 4)])
def test_window(shape, shift):
    rng = np.random.default_rng(shift)
    data = file_of("SignalWindow", [("int16", shape), samples(rng, shape[-1:])], [("int16", shape)], shift=shift)
    agree(data, [[samples(rng, shape)] for _ in range(10)])


@pytest.mark.parametrize("size", (1, 3, 16, 480))
def test_fft_auto_scale(size):
    rng = np.random.default_rng(size)
    data = file_of("SignalFftAutoScale", [("int16", (size,))], [("int16", (size,)), ("int32", ())])
    runs = [samples(rng, (size,)) >> bits for bits in range(16)] + [np.zeros(size, np.int16), np.full(size, -32768, np.int16)]
    lowest_first = samples(rng, (size,)) >> 9
    lowest_first[0] = -32768
    agree(data, [[array] for array in [*runs, lowest_first]])


@pytest.mark.parametrize("length, shape", [(4, (4,)), (8, (8,)), (16, (13,)), (32, (32,)), (64, (2, 3, 50)), (128, (128,)), (256, (1, 256)), (512, (480,)), (1024, (1000,)), (2048, (2048,))])
def test_rfft(length, shape):
    rng = np.random.default_rng(length)
    data = file_of("SignalRfft", [("int16", shape)], [("int16", (*shape[:-1], length + 2))], T=7, fft_length=length)
    loud = [rng.choice(np.int16([-32768, 32767]), shape), np.full(shape, -32768, np.int16), rng.integers(-32768, 32767, shape, np.int16, endpoint=True)]
    agree(data, [[array] for array in [*loud, np.zeros(shape, np.int16), samples(rng, shape), samples(rng, shape)]])


def test_energy():
    rng = np.random.default_rng(1)
    for first, end in ((5, 241), (0, 257), (256, 257)):
        data = file_of("SignalEnergy", [("int16", (514,))], [("uint32", (257,))], start_index=first, end_index=end)
        agree(data, [[samples(rng, (514,))] for _ in range(5)], slice(first, end))


@pytest.mark.parametrize("channels", (1, 7, 40))
def test_filter_bank(channels):
    rng = np.random.default_rng(channels)
    widths = rng.integers(0, 12, channels + 1, np.int16)
    starts = np.cumsum([0, *widths[:-1]]).astype(np.int16)
    bins = np.int16([rng.integers(0, 257 - width) for width in widths])
    tables = [samples(rng, (int(widths.sum()) + 1,)), samples(rng, (int(widths.sum()) + 1,)), bins, starts, widths]
    data = file_of("SignalFilterBank", [("uint32", (257,)), *tables], [("uint64", (channels,))], num_channels=channels)
    agree(data, [[samples(rng, (257,), "uint32")] for _ in range(5)])


def test_square_root():
    rng = np.random.default_rng(2)
    data = file_of("SignalFilterBankSquareRoot", [("uint64", (400,)), ("int32", ())], [("uint32", (400,))])
    squares = [n * n + n + d for n in (1, 2, 65534, 65535, 65536, 2**24 - 1, 2**32 - 1) for d in (-1, 0, 1)]
    edges = np.array([n for n in [0, 1, 2, 3, 2**32 - 1, 2**32, 2**64 - 1, *squares] if 0 <= n < 2**64], np.uint64)
    for bits in (0, 3, 15):
        numbers = samples(rng, (400,), "uint64")
        numbers[: len(edges)] = edges
        agree(data, [[numbers, np.int32(bits).reshape(())]])


@pytest.mark.parametrize("changed", [{}, {"clamping": True}, {"smoothing_bits": 0, "num_channels": 7}, {"one_minus_smoothing": 16384, "smoothing": 16384, "smoothing_bits": 31}])
def test_spectral_subtraction_keeps_its_estimate(changed):
    rng = np.random.default_rng(3)
    options = SUBTRACTION | changed
    shape = (options["num_channels"],)
    data = file_of("SignalFilterBankSpectralSubtraction", [("uint32", shape)], [("uint32", shape)] * 2, **options)
    runs = [[samples(rng, shape, "uint32") >> np.uint32(rng.integers(0, 24))] for _ in range(20)]
    model = agree(data, runs)
    kept = run(model, runs[0])
    model.reset()
    fresh = run(mite.Model(compile_graph(parse(data)).image), runs[0])
    reset = run(model, runs[0])
    np.testing.assert_array_equal(reset, fresh)
    assert not np.array_equal(kept, fresh)


def test_two_models_keep_their_own_estimates():
    data = file_of("SignalFilterBankSpectralSubtraction", [("uint32", (40,))], [("uint32", (40,))] * 2, **SUBTRACTION)
    image, levels = compile_graph(parse(data)).image, [np.full(40, 1000, np.uint32)]
    first, second = mite.Model(image), mite.Model(image)
    once = run(first, levels)
    assert not np.array_equal(run(first, levels), once)
    np.testing.assert_array_equal(run(second, levels), once)


@pytest.mark.parametrize("shift", (0, 6, 20))
def test_pcan(shift):
    rng = np.random.default_rng(shift)
    data = file_of("SignalPCAN", [("uint32", (40,)), ("uint32", (40,)), samples(rng, (125,)) >> 3], [("uint32", (40,))], snr_shift=shift)
    few = [np.arange(40, dtype=np.uint32), np.arange(40, dtype=np.uint32)]
    agree(data, [few] + [[samples(rng, (40,), "uint32"), samples(rng, (40,), "uint32")] for _ in range(20)])


@pytest.mark.parametrize("bits, scale", [(3, 64), (0, 1), (0, 1600), (31, 64), (1, 65536)])
def test_log(bits, scale):
    rng = np.random.default_rng(bits)
    data = file_of("SignalFilterBankLog", [("uint32", (4000,))], [("int16", (4000,))], input_correction_bits=bits, output_scale=scale)
    agree(data, [[np.arange(4000, dtype=np.uint32)], [samples(rng, (4000,), "uint32")]])


def test_the_preprocessor_is_exact(shared):
    """The golden's runs, then every tensor of random ones."""
    model = mite.Model(compile_model(shared / "models" / f"{NAME}.tflite").image)
    runs = list(zip(*golden_runs(shared / "goldens" / f"{NAME}.npz")))
    assert runs
    for given, (expected,) in runs:
        (answer,) = run(model, given)
        np.testing.assert_array_equal(answer.reshape(-1), expected.reshape(-1))
    verdict = verify(shared / "models" / f"{NAME}.tflite", random_runs=5, seed=4)
    # Of the energies and their cast, bins outside of the band are what the original found there.
    assert not any(row.differ for number, row in enumerate(verdict.rows) if number not in (5, 6)) and verdict.rows[5].op == "CUSTOM:SignalEnergy"
    assert "TFLite Micro" in verdict.reference and "registered" not in verdict.reference


def test_the_interpreter_in_python_gives_the_same(monkeypatch):
    from mite.pure import Program

    shape = (40,)
    image = compile_graph(parse(file_of("SignalFilterBankSpectralSubtraction", [("uint32", shape)], [("uint32", shape)] * 2, **SUBTRACTION))).image
    theirs = mite.Model(image)
    monkeypatch.setattr(mite.model, "Program", Program)
    ours = mite.Model(image)
    rng = np.random.default_rng(5)
    for number in range(6):
        arrays = [samples(rng, shape, "uint32")]
        np.testing.assert_array_equal(run(ours, arrays), run(theirs, arrays))
        if number == 3:
            ours.reset(), theirs.reset()


@pytest.mark.parametrize("name, inputs, outputs, options, words", [
    ("SignalRfft", [("float32", (8,))], [("float32", (10,))], {"T": 0, "fft_length": 8}, "SignalRfft has inputs of float32, mite.signal knows it for int16"),
    ("SignalRfft", [("int16", (8,))], [("int16", (14,))], {"T": 7, "fft_length": 12}, "fft_length is 12, mite.signal knows powers of two"),
    ("SignalRfft", [("int16", (9,))], [("int16", (10,))], {"T": 7, "fft_length": 8}, "rows of 9 numbers are longer"),
    ("SignalRfft", [("int16", (8,))], [("int16", (9,))], {"T": 7, "fft_length": 8}, "it makes 10 numbers, its output has 9"),
    ("SignalWindow", [("int16", (8,)), np.ones(3, np.int16)], [("int16", (8,))], {"shift": 1}, "8 numbers are not rows of 3"),
    ("SignalWindow", [("int16", (3,)), np.ones(3, np.int16)], [("int16", (3,))], {"shift": 32}, "option shift is 32"),
    ("SignalPCAN", [("uint32", (3,)), ("uint32", (3,)), np.ones(125, np.int16)], [("uint32", (3,))], {}, "no option snr_shift"),
    ("SignalPCAN", [("uint32", (3,)), ("uint32", (3,)), np.ones(9, np.int16)], [("uint32", (3,))], {"snr_shift": 6}, "curves have 9 numbers"),
    ("SignalEnergy", [("int16", (8,))], [("uint32", (9,))], {"start_index": 0, "end_index": 5}, "there are 4 bins"),
    ("SignalFilterBank", [("uint32", (4,)), *[np.int16([9, 9])] * 5], [("uint64", (1,))], {"num_channels": 1}, "band 0 .* leaves its tensors"),
    ("SignalFilterBankSpectralSubtraction", [("uint32", (3,))], [("uint32", (3,))] * 2, SUBTRACTION, "num_channels is 40, there are 3"),
])  # fmt: skip
def test_what_does_not_fit_is_refused(name, inputs, outputs, options, words):
    model = mite.Model(compile_graph(parse(file_of(name, inputs, outputs, **options))).image)
    with pytest.raises(mite.ModelError, match=words):
        model.invoke()


def test_users_are_told_of_it(tmp_path, capsys):
    for name in mite.signal.OPS:
        mite.register(name, None)
    path = tmp_path / "window.tflite"
    path.write_bytes(file_of("SignalWindow", [("int16", (8,)), np.ones(8, np.int16)], [("int16", (8,))], shift=0))
    assert main(["check", str(path)]) == 0
    assert "mite.signal" in capsys.readouterr().out
    with pytest.raises(mite.ModelError, match=r"it is not told: import mite.signal; mite.signal.register\(\), before"):
        mite.Model(compile_model(path).image).invoke()
    assert main(["verify", str(path)]) == 0
    assert "TFLite Micro" in capsys.readouterr().out
