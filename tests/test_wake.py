"""mite.audio.WakeWord: microWakeWord's models hear their words, with the reference's probabilities, and nothing else."""

import asyncio
import io
import json
import shutil
import zipfile

import mite
import numpy as np
import pytest
import soundfile
import soxr
from mite.audio import WakeWord
from mite.wake import settings
from small_models import classifier
from wake_words import MANIFESTS, OTHERS, VOICES, WORDS, image, reference_probabilities, spoken

from mite_tools import sound, wake
from mite_tools.cli import main
from mite_tools.errors import MiteError

needs_voices = pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed")


@pytest.fixture
def both(shared) -> WakeWord:
    return WakeWord([mite.Model(image(shared, name)) for name in WORDS], [MANIFESTS[name] for name in WORDS])


def steps(listener: WakeWord, samples: np.ndarray) -> np.ndarray:
    """uint8 [steps, models]: every probability."""
    data, at, rows = samples.tobytes(), 0, []
    while (at := listener.step(data, at)) >= 0:
        rows.append([round(p * 256) for p in listener.probabilities])
    return np.array(rows, np.uint8)


@needs_voices
@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize("name", WORDS)
def test_each_voice_is_heard_by_its_word_only(both, name, voice):
    heard = list(both.feed(spoken(WORDS[name], voice).tobytes()))
    assert [word for word, _, _ in heard] == [WORDS[name]]
    assert heard[0][1] > MANIFESTS[name]["micro"]["probability_cutoff"]


@needs_voices
@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize("text", OTHERS)
def test_other_words_are_not_heard(both, text, voice):
    highest = np.zeros(2)
    data, at = spoken(text, voice).tobytes(), 0
    while (at := both.step(data, at)) >= 0:
        highest = np.maximum(highest, both.means)
        assert not both.events()
    assert highest.max() <= 0.021


@needs_voices
@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize("text", [*WORDS.values(), OTHERS[0]])
def test_probabilities_are_the_references_step_by_step(both, shared, text, voice):
    found = steps(both, spoken(text, voice))
    assert len(found) > 80
    for column, name in enumerate(WORDS):
        np.testing.assert_array_equal(found[:, column], reference_probabilities(shared / f"models/mww_{name}.tflite", spoken(text, voice)))


def test_noise_gives_the_references_probabilities(both, shared):
    random = np.random.default_rng(5)
    samples = (random.normal(size=48000) * np.repeat(10 ** random.uniform(0, 4, 30), 1600)).clip(-32768, 32767).astype("<i2")
    found = steps(both, samples)
    for column, name in enumerate(WORDS):
        np.testing.assert_array_equal(found[:, column], reference_probabilities(shared / f"models/mww_{name}.tflite", samples))


@needs_voices
def test_samples_may_come_in_any_pieces(both):
    data, heard = spoken("okay nabu", "en-us").tobytes(), []
    random, at = np.random.default_rng(1), 0
    while at < len(data):
        size = int(random.integers(1, 3000))
        heard += both.feed(data[at : at + size])
        at += size
    both.reset()
    assert heard == list(both.feed(data)) and len(heard) == 1


@needs_voices
def test_a_reset_forgets_all(both):
    first = steps(both, spoken("alexa", "en-gb"))
    both.reset()
    np.testing.assert_array_equal(steps(both, spoken("alexa", "en-gb")), first)


@needs_voices
def test_awaited_it_hears_the_same_and_lets_others_run(both):
    data, turns = spoken("okay nabu", "en-us").tobytes(), 0

    async def others():
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def both_at_once():
        task = asyncio.create_task(others())
        heard = await both.afeed(data, slice_us=0)
        task.cancel()
        return heard

    heard = asyncio.run(both_at_once())
    assert turns > 1000
    both.reset()
    assert heard == list(both.feed(data)) and len(heard) == 1


@needs_voices
def test_the_same_word_counts_again_after_its_time(both):
    word = spoken("alexa", "en-us")
    twice = np.concatenate([word, word]).tobytes()
    times = [time_ms for _, _, time_ms in both.feed(twice)]
    assert len(times) == 2 and abs(times[1] - times[0] - len(word) / 16) < 60
    both.reset()
    both.refractory_ms = 4000
    assert len(list(both.feed(twice))) == 1


@needs_voices
@pytest.mark.parametrize("gate, events", [("okay_nabu", 1), ("alexa", 0)])
def test_a_gate_holds_words_back(shared, gate, events):
    nabu = MANIFESTS["okay_nabu"]
    half = MANIFESTS[gate] | {"micro": MANIFESTS[gate]["micro"] | {"probability_cutoff": 0.5}}
    listener = WakeWord(mite.Model(image(shared, "okay_nabu")), nabu, gate=mite.Model(image(shared, gate)), gate_manifest=half)
    assert listener.words == ["okay nabu"]
    assert len(list(listener.feed(spoken("okay nabu", "en-us").tobytes()))) == events


def test_models_share_one_arena(both):
    first, second = both.models
    assert first.arena is second.arena and len(first.arena) == max(first.arena_size, second.arena_size)
    assert first.state is not second.state


def test_ten_minutes_of_other_speech_wake_nothing(both, shared):
    archive = shared / "data" / "fsdd.zip"
    if not archive.is_file():
        pytest.skip(f"there is no {archive}")
    random, minutes = np.random.default_rng(11), 10
    listener, left, windows = both, minutes * 60 * sound.RATE, 0
    with zipfile.ZipFile(archive) as files:
        names = sorted(name for name in files.namelist() if name.endswith(".wav") and not name.split("/")[-1].startswith("."))
        random.shuffle(names)
        for name in names:
            speech, rate = soundfile.read(io.BytesIO(files.read(name)), dtype="float32")
            speech = soxr.resample(speech, rate, sound.RATE)
            # From loud to faint, in noise 5 to 30 dB below, one word close behind another.
            speech *= 10 ** random.uniform(-1.5, -0.3) / max(np.abs(speech).max(), 1e-6)
            noise = random.normal(size=len(speech)) * np.sqrt(np.mean(speech**2)) * 10 ** (-random.uniform(5, 30) / 20)
            samples = np.clip((speech + noise) * 32768, -32768, 32767).astype("<i2")[:left]
            assert not list(listener.feed(samples.tobytes())), name
            left -= len(samples)
            if not left:
                break
    assert left == 0 and listener.steps == (minutes * 60 * 100 - 2) // 3


def test_a_manifest_in_the_image(shared, tmp_path):
    path = tmp_path / "okay.json"
    path.write_text(json.dumps(MANIFESTS["okay_nabu"] | {"author": "Somebody"}))
    model = shared / "models/mww_okay_nabu.tflite"
    assert main(["convert", str(model), "--manifest", str(path), "-o", str(tmp_path / "okay.mite")]) == 0
    inside, named = mite.Model(str(tmp_path / "okay.mite")), mite.Model(image(shared, "okay_nabu"))
    assert inside.metadata["decoder"] == {"average_windows": 5, "threshold": 0.97} and inside.metadata["author"] == "Somebody"
    one, other = WakeWord(inside), WakeWord(named, path)
    assert one.words == other.words == ["okay nabu"]
    one, other = one._all[0], other._all[0]
    assert (one.limit, len(one.recent), one.stride_ms) == (other.limit, len(other.recent), other.stride_ms) == (1241, 5, 10)


def test_manifests_of_version_1():
    first = {"wake_word": "x", "version": 1, "micro": {"probability_cutoff": 0.5, "sliding_window_average_size": 10}}
    assert settings(first) == {"labels": ["x"], "frontend": {"stride_ms": 20}, "decoder": {"average_windows": 10, "threshold": 0.5}}


@pytest.mark.parametrize("text", ["[]", "{}", '{"micro": {}}', '{"micro": 3}', "none"])
def test_what_is_no_manifest_is_refused(tmp_path, text):
    path = tmp_path / "manifest.json"
    path.write_text(text)
    with pytest.raises(MiteError, match="manifest.json: "):
        wake.read_manifest(path)


def test_what_does_not_fit_is_refused(shared):
    nabu = mite.Model(image(shared, "okay_nabu"))
    manifest = MANIFESTS["okay_nabu"]
    with pytest.raises(ValueError, match="no manifest in it: name one"):
        WakeWord(nabu)
    with pytest.raises(ValueError, match="2 models want as many manifests, not 1"):
        WakeWord([nabu, nabu], manifest)
    with pytest.raises(ValueError, match="not frames of 40"):
        WakeWord(mite.Model(classifier()), manifest)
    for micro in ({"sliding_window_size": 0}, {"probability_cutoff": 1.5}):
        with pytest.raises(ValueError, match="out of range"):
            WakeWord(nabu, manifest | {"micro": manifest["micro"] | micro})
    with pytest.raises(ValueError, match="a WakeWord of their own"):
        WakeWord([nabu, mite.Model(image(shared, "alexa"))], [manifest, manifest | {"micro": manifest["micro"] | {"feature_step_size": 20}}])


def test_models_are_found_by_name(shared):
    assert wake.find_model(str(shared / "models/mww_alexa.tflite")).name == "mww_alexa.tflite"
    with pytest.raises(MiteError, match="nobody: there is no such model"):
        wake.find_model("nobody")
    with pytest.raises(MiteError, match="no model of a wake word"):
        wake.wake_image(str(shared / "models/kws_ref_model.tflite"))
