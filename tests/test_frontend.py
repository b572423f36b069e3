"""The audio front-end gives every feature that the original gives, on any sound, in blocks of any size."""

import ctypes
import importlib.util
import io
import shutil
import subprocess
import sys
import types
import wave
import zipfile
from array import array
from pathlib import Path

import numpy as np
import pytest

from mite_tools import audio_tables

ROOT = Path(__file__).parents[1]
AUDIO = ROOT / "port" / "audio"
SHARED = ROOT.parent / "shared"
RATE = 16000
CHANNELS = 40
STRICT = ["-std=c99", "-Wall", "-Wextra", "-Wconversion", "-Werror"]


class Config(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint16)
                for name in ("sample_rate", "window_ms", "stride_ms", "channels", "lower_hz", "upper_hz")]


def sources():
    return sorted(str(path) for path in AUDIO.glob("*.c"))


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    """port/audio as a shared object of its own."""
    path = tmp_path_factory.mktemp("audio") / "audio.so"
    subprocess.run(["gcc", *STRICT, "-O2", "-shared", "-fPIC", "-o", path, *sources()], check=True)
    library = ctypes.CDLL(str(path))
    library.mite_frontend_feed_bytes.restype = ctypes.c_size_t
    library.mite_frontend_feed_bytes.argtypes = [
        ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p, ctypes.POINTER(ctypes.c_bool)]
    library.mite_frontend_init.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.POINTER(Config)]
    library.mite_frontend_reset.argtypes = [ctypes.c_void_p]
    library.mite_frontend_quantize.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t]
    return library


def config_of(library, **changes):
    config = Config()
    library.mite_frontend_defaults(ctypes.byref(config))
    for name, value in changes.items():
        setattr(config, name, value)
    return config


def native_class(library):
    """What `_mite.Frontend` is to be, over ctypes."""

    class Frontend:
        def __init__(self, stride_ms, raw):
            config = config_of(library, stride_ms=stride_ms)
            size = library.mite_frontend_bytes(ctypes.byref(config))
            self.block = (ctypes.c_uint32 * ((size + 3) // 4))()
            assert library.mite_frontend_init(self.block, size, ctypes.byref(config)) == 0
            self.raw = raw
            self.features = np.zeros(CHANNELS, np.uint16)

        def feed(self, samples, start, out, offset):
            data = np.frombuffer(memoryview(samples).cast("B"), np.uint8)
            ready = ctypes.c_bool()
            start += library.mite_frontend_feed_bytes(self.block, data.ctypes.data + start, len(data) - start,
                                                      self.features.ctypes.data, ctypes.byref(ready))
            if not ready.value:
                return -1
            frame = self.features
            if not self.raw:
                frame = np.zeros(CHANNELS, np.int8)
                library.mite_frontend_quantize(self.features.ctypes.data, frame.ctypes.data, CHANNELS)
            memoryview(out).cast("B")[offset:offset + frame.nbytes] = frame.tobytes()
            return start

        def reset(self):
            library.mite_frontend_reset(self.block)

    return Frontend


@pytest.fixture(scope="session", params=["ctypes", "_mite"])
def audio(request, library):
    """mite.audio, over the C sources alone and over the real `_mite`."""
    if request.param == "_mite":
        real = pytest.importorskip("_mite", reason="the CPython extension is not built")
        if not hasattr(real, "Frontend"):
            pytest.skip("this build of _mite has no Frontend")
        import mite.audio
        return mite.audio
    native = types.ModuleType("_mite")
    native.Frontend = native_class(library)
    before = sys.modules.get("_mite")
    sys.modules["_mite"] = native
    try:
        spec = importlib.util.spec_from_file_location("audio_over_ctypes", ROOT / "firmware" / "mite" / "audio.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        if before is None:
            del sys.modules["_mite"]
        else:
            sys.modules["_mite"] = before
    return module


def features(audio, samples, stride_ms=10, raw=True, seed=None):
    """All frames of `samples`, fed in blocks of random size (in bytes, also odd ones) if there is a seed."""
    frontend = audio.Frontend(stride_ms, raw=raw)
    data = np.asarray(samples, "<i2").tobytes()
    frames = []
    if seed is None:
        blocks = [data]
    else:
        cuts = np.cumsum(np.random.default_rng(seed).integers(1, 3000, len(data) // 500 + 2))
        blocks = [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)])]
    for block in blocks:
        for frame in frontend.feed(block):
            frames.append(np.array(frame))
    return np.array(frames).reshape(-1, CHANNELS)


def original(samples):
    """The same from the package pymicro-features, which has a stride of 10 ms."""
    package = pytest.importorskip("pymicro_features")
    frontend = package.MicroFrontend()
    data = np.asarray(samples, "<i2").tobytes()
    frames = []
    for at in range(0, len(data) - 319, 320):
        result = frontend.process_samples(data[at:at + 320])
        assert result.samples_read == 160
        if result.features:
            # It gives raw features / 25.6.
            frames.append(np.rint(np.array(result.features) * 25.6).astype(np.uint16))
    return np.array(frames).reshape(-1, CHANNELS)


def sounds():
    rng = np.random.default_rng(2024)
    n = 2 * RATE
    t = np.arange(n)
    turn = 2 * np.pi * t / RATE
    envelope = np.repeat(10 ** rng.uniform(-3, 0, 40), n // 40)
    spikes = np.where(t % 1000 == 0, -32768, rng.integers(-100, 100, n))
    return {
        "silence": np.zeros(n),
        "white_noise_full_scale": rng.integers(-32768, 32768, n),
        "faint_noise": rng.integers(-1, 2, n),
        "noise_in_bursts": rng.normal(0, 12000, n) * envelope,
        "noise_clipped_hard": rng.normal(0, 200000, n),
        "square_200hz_full_scale": np.where(t // 40 % 2, 32767, -32768),
        "square_2667hz_full_scale": np.where(t // 3 % 2, 32767, -32768),
        "square_8000hz_full_scale": np.where(t % 2, 32767, -32768),
        "lowest_level_throughout": np.full(n, -32768),
        "highest_level_throughout": np.full(n, 32767),
        "spikes_of_lowest_level": spikes,
        "sine_50hz": 32767 * np.sin(50 * turn),
        "sine_440hz": 32767 * np.sin(440 * turn),
        "sine_7400hz": 32767 * np.sin(7400 * turn),
        "sweep": 20000 * np.sin(turn * t / 8),
        "chord_with_silences": (t // 4000 % 2) * sum(5000 * np.sin(f * turn) for f in (220, 1333, 3111, 5555)),
    }


SOUNDS = {name: np.clip(np.rint(sound), -32768, 32767).astype(np.int16) for name, sound in sounds().items()}


def shared(path):
    path = SHARED / path
    if not path.exists():
        pytest.skip(f"{path} is not there")
    return path


def read_wav(path):
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getsampwidth()) == (RATE, 2)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")[::file.getnchannels()].copy()


@pytest.mark.parametrize("name", SOUNDS)
def test_made_sounds_give_the_original_features(audio, name):
    expected = original(SOUNDS[name])
    assert len(expected) == 198
    np.testing.assert_array_equal(features(audio, SOUNDS[name], seed=5), expected)


def test_recordings_give_the_original_features(audio):
    recordings = sorted(shared("data/audio").glob("*.wav"))
    assert recordings
    for path in recordings:
        samples = read_wav(path)
        np.testing.assert_array_equal(features(audio, samples, seed=1), original(samples), err_msg=path.name)


def test_spoken_digits_give_the_original_features(audio):
    soundfile, soxr = pytest.importorskip("soundfile"), pytest.importorskip("soxr")
    with zipfile.ZipFile(shared("data/fsdd.zip")) as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".wav"))[::20]
        voices = [soundfile.read(io.BytesIO(archive.read(name)), dtype="int16") for name in names]
    samples = np.concatenate([soxr.resample(voice, rate, RATE) for voice, rate in voices])
    np.testing.assert_array_equal(features(audio, samples, seed=3), original(samples))


def preprocessor():
    """TFLite Micro's front-end as a model of signal operators, a window a run. Its window and mel weights differ from
    those of the original in the last bit here and there, and are replaced by them."""
    tflite = pytest.importorskip("tflite")
    runtime = pytest.importorskip("tflite_micro").runtime
    image = bytearray(shared("models/audio_preprocessor_int8.tflite").read_bytes())
    model = tflite.Model.GetRootAs(image, 0)
    graph = model.Subgraphs(0)

    def constant(tensor):
        return model.Buffers(graph.Tensors(tensor).Buffer()).DataAsNumpy().view(np.int16)

    half, lopsided = audio_tables.window()
    window = constant(1)
    assert np.abs(window - (half + half[::-1])).max() <= 1
    window[:] = half + half[::-1]
    window[-1 - lopsided] -= 1
    first, starts, weights = audio_tables.mel_bands()
    falling, rising, bins, rows, widths = (constant(tensor) for tensor in (13, 12, 11, 10, 9))
    for band in range(len(starts) - 1):
        for i in range(widths[band]):
            k = bins[band] + i
            inside = starts[band] <= k < starts[band + 1]
            weight = weights[k - first] if inside else 0
            pair = (weight, (1 << audio_tables.WEIGHT_BITS) - weight if inside else 0)
            assert k >= starts[-1] or abs(falling[rows[band] + i] - pair[0]) <= 1
            falling[rows[band] + i], rising[rows[band] + i] = pair
    return runtime.Interpreter.from_bytes(bytes(image), arena_size=1 << 20)


@pytest.mark.parametrize("stride_ms", [1, 10, 20, 30])
def test_every_stride_gives_what_tflite_micro_gives(audio, stride_ms):
    rng = np.random.default_rng(stride_ms)
    samples = np.clip(rng.normal(0, 8000, 2 * RATE) * np.repeat(10 ** rng.uniform(-3, 0, 40), 800), -32768, 32767)
    samples = samples.astype(np.int16)[:480 + 48 * stride_ms * 16]
    frames = features(audio, samples, stride_ms, raw=False, seed=9)
    assert len(frames) == 49
    interpreter = preprocessor()
    for index, frame in enumerate(frames):
        start = index * stride_ms * RATE // 1000
        interpreter.set_input(samples[None, start:start + 480], 0)
        interpreter.invoke()
        np.testing.assert_array_equal(frame, interpreter.get_output(0).reshape(-1), err_msg=f"frame {index}")


def test_the_size_of_blocks_does_not_matter(audio):
    samples = SOUNDS["noise_in_bursts"]
    whole = features(audio, samples, 20)
    for seed in range(5):
        np.testing.assert_array_equal(features(audio, samples, 20, seed=seed), whole)
    frontend = audio.Frontend(20, raw=True)
    data = samples[:1000].tobytes()
    single_bytes = [np.array(frame) for i in range(len(data)) for frame in frontend.feed(data[i:i + 1])]
    np.testing.assert_array_equal(single_bytes, whole[:len(single_bytes)])
    assert len(single_bytes) == 2


def test_samples_may_be_any_bytes_like_object(audio):
    samples = SOUNDS["sweep"][:2000]
    expected = features(audio, samples, 20)
    for block in (samples, samples.tobytes(), bytearray(samples.tobytes()), array("h", samples.tolist()),
                  memoryview(samples.tobytes())):
        frames = [np.array(frame) for frame in audio.Frontend(20, raw=True).feed(block)]
        np.testing.assert_array_equal(frames, expected)


def test_reset_forgets_everything(audio):
    frontend = audio.Frontend(20, raw=True)
    loud, quiet = SOUNDS["white_noise_full_scale"][:3333].tobytes(), SOUNDS["sweep"][:5000].tobytes()
    expected = [np.array(frame) for frame in frontend.feed(quiet)]
    list(frontend.feed(loud))
    frontend.reset()
    np.testing.assert_array_equal([np.array(frame) for frame in frontend.feed(quiet)], expected)


def test_quantizing_is_exact_for_every_feature(library):
    raw = np.arange(65536, dtype=np.uint16)
    quantized = np.zeros(len(raw), np.int8)
    library.mite_frontend_quantize(raw.ctypes.data, quantized.ctypes.data, len(raw))
    np.testing.assert_array_equal(quantized, np.minimum((raw.astype(np.int64) * 256 + 333) // 666 - 128, 127))


@pytest.mark.parametrize("change", [
    {"sample_rate": 8000}, {"window_ms": 25}, {"stride_ms": 0}, {"stride_ms": 31}, {"channels": 32},
    {"lower_hz": 0}, {"upper_hz": 8000}])
def test_other_parameters_are_refused(library, change):
    assert library.mite_frontend_bytes(ctypes.byref(config_of(library, **change))) == -1


def test_a_block_that_is_small_or_crooked_is_refused(library):
    config = config_of(library)
    size = library.mite_frontend_bytes(ctypes.byref(config))
    assert 0 < size < 3000, "the state is meant to be small"
    block = (ctypes.c_uint32 * 1000)()
    assert library.mite_frontend_init(block, size - 1, ctypes.byref(config)) == -2
    assert library.mite_frontend_init(ctypes.addressof(block) + 2, size, ctypes.byref(config)) == -3
    assert library.mite_frontend_init(block, size, ctypes.byref(config)) == 0


@pytest.mark.parametrize("stride_ms", [0, 31, -5, 2.5, "20"])
def test_a_wrong_stride_is_named(audio, stride_ms):
    with pytest.raises(ValueError, match="stride_ms must be a whole number from 1 to 30, not"):
        audio.Frontend(stride_ms)


def test_the_checked_in_tables_are_those_of_the_generator(tmp_path):
    for path in audio_tables.write(tmp_path):
        assert path.read_bytes() == (AUDIO / path.name).read_bytes(), "run python -m mite_tools.audio_tables"


def test_objects_have_no_writable_data(tmp_path):
    """A native module cannot have any."""
    for source in sources():
        output = tmp_path / "object.o"
        subprocess.run(["gcc", "-std=c99", "-Os", "-c", "-o", output, source], check=True)
        report = subprocess.run(["size", output], check=True, capture_output=True, text=True).stdout
        text, data, bss, *_ = report.splitlines()[1].split()
        assert (data, bss) == ("0", "0"), source


def test_sanitizers_find_nothing(tmp_path):
    sums = set()
    for name, flags in (("plain", ["-O2"]),
                        ("sanitized", ["-g", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"])):
        program = tmp_path / name
        subprocess.run(["gcc", *STRICT[:3], *flags, f"-I{AUDIO}", "-o", program,
                        str(ROOT / "tests" / "frontend_sanitize.c"), *sources()], check=True)
        sums.add(subprocess.run([program], check=True, capture_output=True, text=True).stdout)
    assert len(sums) == 1


# For Cortex-M: what the emulated board starts with. The C library's start code does the rest.
VECTORS = """
extern void _start(void);
__attribute__((section(".vectors"), used))
const void *const vectors[2] = {(const void *)0x20400000, (const void *)_start};
"""


@pytest.mark.parametrize("cpu, machine", [
    ("cortex-m0plus", "mps2-an385"), ("cortex-m3", "mps2-an385"), ("cortex-m4", "mps2-an386"),
    ("cortex-m7", "mps2-an500")])
def test_every_instruction_set_gives_the_same(tmp_path, cpu, machine):
    """The DSP instructions of Cortex-M4 and M7 and plain C, in QEMU."""
    for tool in ("arm-none-eabi-gcc", "qemu-system-arm"):
        if not shutil.which(tool):
            pytest.skip(f"{tool} is not installed")
    driver = str(ROOT / "tests" / "frontend_sanitize.c")
    subprocess.run(["gcc", "-O2", f"-I{AUDIO}", "-o", tmp_path / "host", driver, *sources()], check=True)
    expected = subprocess.run([tmp_path / "host"], check=True, capture_output=True, text=True).stdout
    vectors, program = tmp_path / "vectors.c", tmp_path / "program.elf"
    vectors.write_text(VECTORS)
    link = subprocess.run(
        ["arm-none-eabi-gcc", "--specs=rdimon.specs", f"-mcpu={cpu}", "-mthumb", "-O2", f"-I{AUDIO}",
         "-Wl,--section-start=.vectors=0", "-o", program, vectors, driver, *sources()], capture_output=True, text=True)
    if "rdimon" in link.stderr:
        pytest.skip("newlib for arm-none-eabi is not installed")
    assert link.returncode == 0, link.stderr
    run = subprocess.run(["qemu-system-arm", "-machine", machine, "-nographic", "-monitor", "null", "-serial", "null",
                          "-semihosting", "-kernel", program], capture_output=True, text=True, timeout=120)
    assert run.stdout + run.stderr == expected
