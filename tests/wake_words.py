"""Wake words for tests: models and manifests, words that espeak-ng says, and the probabilities of the reference: pymicro-features before
tflite-micro."""

import functools
from pathlib import Path

import numpy as np

from mite_tools import sound
from mite_tools.compile import compile_model

VOICES = ("en-us", "en-gb", "en-us+m3", "en-us+f3", "en+m7")
WORDS = {"okay_nabu": "okay nabu", "alexa": "alexa"}
OTHERS = ("hello world", "hey jarvis")
MANIFESTS = {
    name: {"type": "micro", "wake_word": word, "version": 2,
           "micro": {"probability_cutoff": cutoff, "feature_step_size": 10, "sliding_window_size": 5}}
    for name, word, cutoff in (("okay_nabu", "okay nabu", 0.97), ("alexa", "alexa", 0.9))
}  # fmt: skip


@functools.cache
def image(shared: Path, name: str) -> bytes:
    return compile_model(shared / f"models/mww_{name}.tflite").image


@functools.cache
def spoken(text: str, voice: str) -> np.ndarray:
    """int16 samples: a phrase at espeak-ng's own pace."""
    return sound.say(text, voice, 175, 0)


def reference_features(samples: np.ndarray, quantized: bool = True) -> np.ndarray:
    """[frames, 40] of pymicro-features at a stride of 10 ms: int8 as models take them, or the uint16 that they are made of."""
    from pymicro_features import MicroFrontend

    frontend, data, frames = MicroFrontend(), samples.astype("<i2").tobytes(), []
    while len(data) >= 320:  # it takes 10 ms at a time
        result = frontend.process_samples(data)
        data = data[2 * result.samples_read :]
        if result.features:
            frames.append(result.features)
    raw = np.round(np.array(frames) * 25.6).astype(np.int64).reshape(-1, 40)
    return np.clip((raw * 256 + 333) // 666 - 128, -128, 127).astype(np.int8) if quantized else raw.astype(np.uint16)


def reference_probabilities(model: Path, samples: np.ndarray) -> np.ndarray:
    """uint8 [steps]: what TFLite Micro's reference kernels say to each three frames."""
    from tflite_micro import runtime

    interpreter = runtime.Interpreter.from_file(str(model))
    features, answers = reference_features(samples), []
    for at in range(0, len(features) // 3 * 3, 3):
        interpreter.set_input(features[None, at : at + 3], 0)
        interpreter.invoke()
        answers.append(interpreter.get_output(0).item())
    return np.array(answers, np.uint8)
