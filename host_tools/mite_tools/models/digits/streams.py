"""Streams of sound as a board's microphone hears them, their features, and what each window of features holds.

The front-end's noise estimate and gain depend on what was heard before. So the model is trained on windows cut from streams, most
of them seconds long, in which words follow each other at every distance, and not on separate words.
"""

from dataclasses import dataclass

import numpy as np
from mite.audio import CHANNELS, WINDOW_MS, Frontend
from scipy.fft import next_fast_len
from scipy.signal import fftconvolve

from speech import FIRST_DIGIT, RATE, SILENCE, UNKNOWN, Clip

WINDOW_FRAMES, STRIDE_MS = 49, 20
STRIDE = RATE * STRIDE_MS // 1000
WINDOW = (WINDOW_FRAMES - 1) * STRIDE + RATE * WINDOW_MS // 1000     # samples that one window of features covers: 0.99 s
IGNORE = -1                                        # label of windows that may go either way: not trained on


def features(samples):
    """int8 [frames, 40] that a new front-end makes of the samples (-32768 to 32767)."""
    frames = [bytes(frame) for frame in Frontend(STRIDE_MS).feed(np.asarray(samples, np.int16).tobytes())]
    return np.frombuffer(b"".join(frames), np.int8).reshape(-1, CHANNELS)


def decibels(value):
    """The factor of amplitude for so many dB."""
    return 10.0 ** (value / 20.0)


def resampled(samples, factor):
    """Played `factor` times as fast: speed and pitch together."""
    positions = np.arange(0, len(samples) - 1, factor)
    return np.interp(positions, np.arange(len(samples)), samples).astype(np.float32)


def stretched(samples, factor, frame=480):
    """Played `factor` times as fast at the same pitch: overlapping frames, each put where it fits its predecessor best (WSOLA)."""
    hop, search = frame // 2, 160
    window = np.hanning(frame + 1)[:-1].astype(np.float32)
    padded = np.concatenate([samples, np.zeros(2 * frame + 2 * search, np.float32)])
    count = int(len(samples) / factor / hop)
    out, at = np.zeros((count + 2) * hop, np.float32), 0
    for i in range(count):
        out[i * hop:i * hop + frame] += padded[at:at + frame] * window
        follows, start = padded[at + hop:at + hop + frame], max(0, int((i + 1) * hop * factor) - search)
        region = padded[start:start + 2 * search + frame]
        at = start + int(np.argmax(np.correlate(region, follows, "valid")))
    return out


def equalised(rng, samples, lowpass):
    """Through a smooth random frequency response (+-10 dB), and a low-pass at `lowpass` Hz if not None."""
    length = next_fast_len(len(samples) + 512, real=True)
    spectrum = np.fft.rfft(samples, length)
    frequency = np.linspace(0, RATE / 2, len(spectrum))
    gain = np.interp(frequency, np.linspace(0, RATE / 2, 6), rng.uniform(-10, 10, 6))
    if lowpass is not None:
        gain = gain - np.clip((frequency - lowpass) / 300, 0, 1) * 60
    return np.fft.irfft(spectrum * decibels(gain), length)[:len(samples)].astype(np.float32)


def widened(rng, samples):
    """A telephone-band voice with something above 4 kHz: its mirror image, as a lax interpolation filter leaves it."""
    image = samples.copy()
    image[1::2] *= -1
    return samples + image * decibels(rng.uniform(-40, -12))


def own_background(rng, length, telephone):
    """Unit-RMS hiss that starts and ends with a recording, as it does with FSDD's: nothing to know a word, or its end, by."""
    whole = next_fast_len(length, real=True)
    spectrum = np.fft.rfft(rng.standard_normal(whole))
    frequency = np.fft.rfftfreq(whole, 1 / RATE)
    spectrum *= np.maximum(frequency / 1000, 0.1) ** -rng.choice([0, rng.uniform(0, 1)])
    if telephone:
        spectrum[frequency > 4000] = 0
    hiss = np.fft.irfft(spectrum, whole)[:length]
    return (hiss / (np.sqrt(np.mean(hiss ** 2)) + 1e-9)).astype(np.float32)


def varied(rng, clip, telephone):
    """`clip` at another speed, pitch and tone; `telephone`: there is nothing above 4 kHz in it yet."""
    samples, words = clip.samples, clip.words
    if rng.random() < 0.5:
        factor = rng.uniform(0.8, 1.3)
        samples, words = stretched(samples, factor), [(s / factor, e / factor, w) for s, e, w in words]
    factor = rng.choice([rng.uniform(0.92, 1.08), rng.uniform(0.8, 1.25)])
    samples, words = resampled(samples, factor), [(s / factor, e / factor, w) for s, e, w in words]
    lowpass = None
    if telephone and rng.random() < 0.5:
        samples = widened(rng, samples)
    elif not telephone and rng.random() < 0.4:
        lowpass = rng.uniform(3300, 5500)
    if rng.random() < 0.5:
        samples = samples + own_background(rng, len(samples), telephone) * decibels(-rng.uniform(6, 40))
    samples = equalised(rng, samples, lowpass)
    return Clip(samples / (np.sqrt(np.mean(samples ** 2)) + 1e-6), [(int(s), int(e), w) for s, e, w in words], clip.speaker)


def spoilt(rng, clips):
    """Something that was a digit: a part of one, one backwards, or the halves of two."""
    kind, clip = rng.integers(0, 4), clips[rng.integers(len(clips))]
    start, end, label = clip.words[0]
    samples, length = clip.samples[start:end], end - start
    if kind == 0:
        samples = samples[:int(length * rng.uniform(0.2, 0.45))]
    elif kind == 1:
        samples = samples[int(length * rng.uniform(0.55, 0.8)):]
    elif kind == 2 and label != FIRST_DIGIT + 9:      # "nine" is much the same backwards
        samples = samples[::-1]
    else:
        other = clips[rng.integers(len(clips))]
        if other.words[0][2] == label:
            samples = samples[:length // 3]
        else:
            second = other.samples[other.words[0][0]:other.words[0][1]]
            samples = np.concatenate([samples[:length // 2], second[len(second) // 2:]])
    samples = samples.copy()
    edge = min(80, len(samples) // 4)
    if edge:
        samples[:edge] *= np.linspace(0, 1, edge)
        samples[-edge:] *= np.linspace(1, 0, edge)
    return Clip(samples.astype(np.float32), [(0, len(samples), UNKNOWN)], clip.speaker)


def noise(rng, length, babble):
    """Unit-RMS noise of a random kind: coloured, hum, many voices at once, or two of these; loudness may drift."""
    def coloured():
        spectrum = np.fft.rfft(rng.standard_normal(length))
        frequency = np.maximum(np.fft.rfftfreq(length, 1 / RATE), 30)
        return np.fft.irfft(spectrum * (frequency / 1000) ** -rng.uniform(0, 1), length)

    def hum():
        time, base = np.arange(length) / RATE, rng.choice([50, 60, 100, 120, rng.uniform(80, 400)])
        return sum(rng.uniform(0, 1) / (k + 1) * np.sin(2 * np.pi * base * (k + 1) * time + rng.uniform(0, 6)) for k in range(12))

    def voices():
        out = np.zeros(length)
        for _ in range(int(length / RATE * 10) + 4):
            clip = babble[rng.integers(len(babble))].samples
            at = rng.integers(-len(clip) // 2, length)
            part = clip[max(0, -at):length - at]
            out[max(at, 0):max(at, 0) + len(part)] += part
        return out

    kinds = [coloured, coloured, coloured, hum, voices]
    out = np.zeros(length)
    for make in rng.choice(len(kinds), rng.integers(1, 3)):
        part = kinds[make]()
        out += part / (np.sqrt(np.mean(part ** 2)) + 1e-9)
    if rng.random() < 0.4:
        points = rng.uniform(-8, 8, max(2, length // RATE + 2))
        out *= decibels(np.interp(np.linspace(0, 1, length), np.linspace(0, 1, len(points)), points))
    return (out / (np.sqrt(np.mean(out ** 2)) + 1e-9)).astype(np.float32)


def in_a_room(rng, samples):
    """With reverberation: the direct sound and a decaying tail of noise (60 dB in 0.1 to 0.5 s)."""
    seconds = rng.uniform(0.1, 0.5)
    time = np.arange(int(seconds * RATE)) / RATE
    tail = rng.standard_normal(len(time)) * np.exp(-6.9 * time / seconds)
    tail *= decibels(rng.uniform(-18, -3)) / np.sqrt(np.sum(tail ** 2))
    tail[0] += 1
    return fftconvolve(samples, tail)[:len(samples)].astype(np.float32)


@dataclass
class Sources:
    """What a stream is made from: lists of clips."""

    digits: list          # single digits of the stream's own speaker or voices
    telephone: bool       # those have nothing above 4 kHz
    phrases: list         # several digits without a pause
    others: list          # words that are no digits


def pause(rng):
    """Samples of silence between two words: none at all, a breath, or long."""
    low, high = ((0, 0.08), (0.08, 0.5), (0.5, 1.6))[rng.choice(3, p=[0.25, 0.45, 0.3])]
    return int(rng.uniform(low, high) * RATE)


def make_stream(rng, sources, seconds):
    """(int16 samples, words [(start, end, label)]) of one scene: words, noises and pauses at one loudness, in one room."""
    length = next_fast_len(int(seconds * RATE), real=True)
    speech, words = np.zeros(length + 4 * RATE, np.float32), []
    at = int(rng.uniform(0, 1.0) * RATE)
    while at < length:
        choice = rng.random()
        if choice < (0.48 if sources.phrases else 0.60):
            clip = varied(rng, sources.digits[rng.integers(len(sources.digits))], sources.telephone)
        elif sources.phrases and choice < 0.66:
            clip = varied(rng, sources.phrases[rng.integers(len(sources.phrases))], False)
        elif choice < 0.73:
            clip = spoilt(rng, sources.digits)
        elif choice < 0.95:
            clip = varied(rng, sources.others[rng.integers(len(sources.others))], False)
        else:                                          # a knock: it is no word, but what it hides is not silence either
            count = int(rng.uniform(0.002, 0.15) * RATE)
            knock = rng.standard_normal(count) * np.exp(-np.linspace(0, rng.uniform(1, 8), count))
            clip = Clip(knock.astype(np.float32) * decibels(rng.uniform(-10, 12)), [], "")
        samples, spans = clip.samples, clip.words
        lead = spans[0][0] if spans else 0             # silence before the word may overlap with what was said before
        start = max(0, at - lead)
        samples = samples[:len(speech) - start] * decibels(rng.uniform(-4, 4))
        speech[start:start + len(samples)] += samples
        words += [(start + s, start + e, label) for s, e, label in spans if start + s < length]
        at = start + (spans[-1][1] if spans else len(samples)) + pause(rng)
    speech = speech[:length]
    if rng.random() < 0.4:
        speech = in_a_room(rng, speech)
    if rng.random() > 0.2:                            # else: digital silence between the words
        speech = speech + noise(rng, length, sources.others) * decibels(-rng.uniform(8, 55))
    loudness = decibels(rng.uniform(-44, -12))
    return np.clip(speech * loudness * 32768, -32768, 32767).astype(np.int16), words


def make_silence(rng, sources, seconds):
    """A stream with no word in it: noise from loud to nothing at all, knocks, and changes between them."""
    length = next_fast_len(int(seconds * RATE), real=True)
    out = noise(rng, length, sources.others) * decibels(rng.uniform(-75, -10))
    edges = np.sort(rng.integers(0, length, 2))
    out[edges[0]:edges[1]] *= decibels(rng.uniform(-40, 10)) * (rng.random() > 0.3)
    for _ in range(rng.integers(0, 4)):
        count, at = int(rng.uniform(0.001, 0.06) * RATE), rng.integers(0, length)
        knock = rng.standard_normal(count) * np.exp(-np.linspace(0, rng.uniform(1, 8), count)) * decibels(rng.uniform(-50, -6))
        out[at:at + count] += knock[:len(out[at:at + count])]
    return np.clip(out * 32768, -32768, 32767).astype(np.int16), []


def window_labels(words, frames):
    """For each window of 49 frames, by its first frame: an index into LABELS, or IGNORE. int8 [frames - 48].

    A digit is to be heard while it is the word nearest to the middle of the window, at most 120 ms from it. Farther than 280 ms
    away, or with no digit, words and pieces of words are "unknown", and so is the middle between two words (else "five five" would
    be one word to the decoder); no word at all is silence. Between these lies no man's land.
    """
    count = frames - WINDOW_FRAMES + 1
    if count <= 0:
        return np.zeros(0, np.int8)
    starts = np.arange(count) * STRIDE
    labels = np.full(count, SILENCE, np.int8)
    if not words:
        return labels
    begin, end, kind = (np.array(column)[:, None] for column in zip(*words))
    overlap = np.minimum(end, starts + WINDOW) - np.maximum(begin, starts)
    labels[(overlap > RATE // 50).any(0)] = IGNORE
    heard = np.minimum(RATE // 10, (end - begin) * 0.6)
    labels[(overlap > heard).any(0)] = UNKNOWN
    distance = np.abs((begin + end) / 2 - (starts + WINDOW / 2)) / RATE
    order = np.argsort(distance, axis=0)
    nearest, columns = order[0], np.arange(count)
    near = distance[nearest, columns]
    second = distance[order[1], columns] if len(words) > 1 else np.full(count, 9.0)
    is_digit = kind[nearest, 0] >= FIRST_DIGIT
    whole = overlap[nearest, columns] > 0.93 * (end - begin)[nearest, 0]
    labels[is_digit & (near < 0.28)] = IGNORE
    labels[is_digit & whole & (near >= 0.28)] = IGNORE
    labels[(near > 0.15) & (near < 0.28) & (second - near < 0.05)] = UNKNOWN
    good = is_digit & whole & (near < 0.12) & (second - near > 0.06)
    labels[good] = kind[nearest, 0][good]
    # Another word in the middle while a digit is close by: either answer would do.
    digit_near = ((kind >= FIRST_DIGIT) & (distance < 0.22)).any(0)
    labels[(labels == UNKNOWN) & digit_near & (near < 0.15)] = IGNORE
    return labels
