"""Sound for the front-end: any file, or words spoken by espeak-ng, as 16 kHz mono int16."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import soundfile
import soxr

from .errors import MiteError

RATE = 16000


def load(path: str | Path, source=None) -> np.ndarray:
    """int16 [n] at 16 kHz from any file that libsndfile reads: every rate and number of channels. MiteError if it cannot.

    source: what is open like a file, in place of that of this name."""
    try:
        samples, rate = soundfile.read(str(path) if source is None else source, dtype="float32", always_2d=True)
    except (soundfile.SoundFileError, OSError, TypeError) as error:
        reason = "there is no such file" if source is None and not Path(path).exists() else getattr(error, "error_string", error)
        raise MiteError(f"{path}: {reason}") from None
    if not len(samples):
        raise MiteError(f"{path}: it holds no sound")
    mono = samples.mean(axis=1)
    if rate != RATE:
        mono = soxr.resample(mono, rate, RATE)
    return np.clip(np.round(mono * 32768), -32768, 32767).astype("<i2")


def say(text: str, voice: str = "en-us", speed: int = 130, gap_ms: int = 250) -> np.ndarray:
    """int16 [n]: the text as espeak-ng speaks it, with a second of silence before and behind. speed: words a minute. gap_ms: the pause
    between two words, in tens; a model of words wants one, a model of a phrase none."""
    if not shutil.which("espeak-ng"):
        raise MiteError("espeak-ng is not installed: apt-get install espeak-ng, or give a recording with --wav")
    if not text.strip():
        raise MiteError("there is nothing to say")
    command = ["espeak-ng", "-v", voice, "-s", str(speed), "-g", str(gap_ms // 10)]
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder) / "say.wav"
        done = subprocess.run([*command, "-w", str(wav), "--", text], capture_output=True, text=True)
        if done.returncode or not wav.exists():
            raise MiteError(f"espeak-ng: {done.stderr.strip() or 'it made no sound'}")
        spoken = load(wav)
    lead, tail = np.zeros(RATE, "<i2"), np.zeros(RATE, "<i2")
    return np.concatenate([lead, spoken, tail])
