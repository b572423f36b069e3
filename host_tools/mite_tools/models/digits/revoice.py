"""A recording spoken by somebody else: its pitch, its formants, its speed and its breath changed, each by itself.

The vocoder WORLD (`pyworld`, needed for training only) takes a recording apart into pitch, spectral envelope and aperiodicity, every
5 ms, and makes a recording of the three again.
"""

import numpy as np

from speech import RATE, Clip

FRAME_S = 0.005
KNOTS = 7                       # of the smooth random curves below


def smooth(rng, count, spread):
    """A smooth random curve of `count` points around 0."""
    return np.interp(np.linspace(0, KNOTS - 1, count), np.arange(KNOTS), rng.normal(0, spread, KNOTS))


def analysed(samples):
    """(pitch [frames] in Hz, 0 where there is no voice; power spectrum and aperiodicity [frames, bins]) of float samples."""
    import pyworld

    samples = samples.astype(np.float64)
    rough, times = pyworld.dio(samples, RATE, frame_period=1000 * FRAME_S)
    pitch = pyworld.stonemask(samples, rough, times, RATE)
    return pitch, pyworld.cheaptrick(samples, pitch, times, RATE), pyworld.d4c(samples, pitch, times, RATE)


def at_positions(table, positions):
    """Rows of `table` [n, ...] at fractional positions."""
    below = np.minimum(positions.astype(np.int64), len(table) - 2)
    share = (positions - below).reshape(-1, *[1] * (table.ndim - 1))
    return table[below] * (1 - share) + table[below + 1] * share


def other_voice(rng, clip, analysis):
    """`clip` (one word) by a random other voice."""
    import pyworld

    pitch, spectrum, breath = analysis
    # Time: faster or slower as a whole, and its parts against each other.
    pace = np.exp(smooth(rng, len(pitch), 0.15)) / np.exp(rng.uniform(np.log(0.7), np.log(1.5)))
    reached = np.cumsum(pace)
    count = max(8, int(reached[-1]))
    positions = np.interp(np.linspace(reached[0], reached[-1], count), reached, np.arange(len(pitch)))
    nearest = np.rint(positions).astype(np.int64)
    pitch, log_power, breath = pitch[nearest], np.log(at_positions(spectrum, positions) + 1e-12), at_positions(breath, positions)
    voiced = pitch > 0
    if voiced.any():
        middle = np.exp(np.log(pitch[voiced]).mean())
        target = np.exp(rng.uniform(np.log(85), np.log(280)))
        melody = (np.log(np.maximum(pitch, 1)) - np.log(middle)) * rng.uniform(0.3, 1.6) + smooth(rng, count, 0.08)
        pitch = np.where(voiced, np.clip(target * np.exp(melody), 60, 500), 0.0)
    # Formants: a longer or shorter vocal tract, and each region of the spectrum a little for itself.
    bins = log_power.shape[1]
    source = np.arange(bins) * rng.uniform(0.83, 1.2) * (1 + smooth(rng, bins, 0.03))
    source = np.clip(source, 0, bins - 1.001)
    log_power = at_positions(log_power.T, source).T
    breath = at_positions(breath.T, source).T
    if rng.random() < 0.5:                              # formants sharper or blunter than they were
        blunt = np.apply_along_axis(lambda row: np.convolve(np.pad(row, 20, mode="edge"), np.ones(41) / 41, "valid"), 1, log_power)
        log_power = blunt + (log_power - blunt) * rng.uniform(0.7, 1.3)
    if rng.random() < 0.4:                              # a hoarse voice, or a clear one
        breath = np.clip(breath, 1e-6, 1) ** np.exp(rng.uniform(-0.9, 0.5))
    sound = pyworld.synthesize(pitch, np.ascontiguousarray(np.exp(log_power)), np.ascontiguousarray(breath), RATE, 1000 * FRAME_S)
    start, end, label = clip.words[0]
    frames = np.array([start, end]) / RATE / FRAME_S
    first, last = np.interp(frames, positions, np.arange(count)) * FRAME_S * RATE
    level = np.sqrt(np.mean(sound[int(first):int(last) + 1] ** 2)) + 1e-9
    return Clip((sound / level).astype(np.float32), [(int(first), min(len(sound), int(last)), label)], clip.speaker)


def other_voices(job):
    """`count` other voices of each clip; job = (seed, clips, count). A clip that holds no single word is passed by."""
    seed, clips, count = job
    rng, out = np.random.default_rng(seed), []
    for clip in clips:
        if len(clip.words) == 1 and len(clip.samples) > RATE // 8:
            analysis = analysed(clip.samples)
            out += [other_voice(rng, clip, analysis) for _ in range(count)]
    return [clip for clip in out if np.isfinite(clip.samples).all()]       # the vocoder fails on a few
