"""How well a digits model hears: single recordings, and streams through the board's own front-end and decoder."""

import numpy as np
import tensorflow as tf
from mite.audio import Decoder

import speech
import streams
from speech import DIGITS, LABELS, RATE
from streams import STRIDE, WINDOW, WINDOW_FRAMES, features

HOP_FRAMES = 5                  # the finest step of a decoder that is tried: 100 ms
NEAR_DIGITS = "other words"
WORD_LEVEL = 3000               # RMS of a word in a test, of 32768
# Noise around a recording in dB of the word's level: the first is the one that counts. FSDD's recordings are cut off at the word's edges,
# and with them their own noise, so that in perfect silence the word lies in a box of noise that no microphone hears.
SURROUNDINGS = (-20, -30, -60)


def predictor(content):
    """A function from int8 windows [n, 49, 40] to probabilities float32 [n, 12], by the kernels of TensorFlow Lite."""
    interpreter = tf.lite.Interpreter(model_content=content, num_threads=1)
    interpreter.allocate_tensors()
    source, sink = interpreter.get_input_details()[0], interpreter.get_output_details()[0]

    def predict(windows):
        out = []
        for window in windows:
            value = window[None, :, :, None]
            interpreter.set_tensor(source["index"], value if source["dtype"] == np.int8 else value.astype(np.float32) / 128)
            interpreter.invoke()
            out.append(interpreter.get_tensor(sink["index"])[0])
        out = np.array(out)
        return (out.astype(np.float32) + 128) / 256 if out.dtype == np.int8 else out
    return predict


def centred_windows(clips, noise_db, offset_ms=0):
    """int8 [n, 49, 40]: each word in the middle of a window, in white noise of `noise_db` against the word, which a new front-end
    heard for half a second before."""
    rng, out = np.random.default_rng(7), []
    for clip in clips:
        start, end, _ = clip.words[0]
        sound = rng.standard_normal(RATE // 2 + WINDOW + RATE) * WORD_LEVEL * streams.decibels(noise_db)
        at = RATE // 2 + WINDOW // 2 - (start + end) // 2 + offset_ms * RATE // 1000
        part = clip.samples[max(0, -at):len(sound) - at]
        sound[max(0, at):max(0, at) + len(part)] += part * WORD_LEVEL
        first = RATE // 2 // STRIDE
        out.append(features(np.clip(sound, -32768, 32767))[first:first + WINDOW_FRAMES])
    return np.array(out)


def accuracy(predict, clips, noise_db=SURROUNDINGS[0], offset_ms=0):
    """Share of the clips whose digit gets the highest of the twelve probabilities."""
    answers = predict(centred_windows(clips, noise_db, offset_ms)).argmax(1)
    return float(np.mean(answers == np.array([clip.words[0][2] for clip in clips])))


def heard_in(scores, decoder):
    """Labels that the board's decoder reports for the probabilities [windows, 12] of successive windows."""
    machine = Decoder(LABELS, decoder["average_windows"], decoder["threshold"], decoder["refractory_ms"], scale=1, zero_point=0)
    events = [machine.feed(row, i * decoder["hop_frames"] * 20) for i, row in enumerate(scores.tolist())]
    return [event[0] for event in events if event]


def compare(said, heard):
    """(hit, missed, false) by the longest common subsequence of two lists of words."""
    table = np.zeros((len(said) + 1, len(heard) + 1), int)
    for i, a in enumerate(said):
        for j, b in enumerate(heard):
            table[i + 1, j + 1] = table[i, j] + 1 if a == b else max(table[i, j + 1], table[i + 1, j])
    hit = int(table[-1, -1])
    return hit, len(said) - hit, len(heard) - hit


def test_sentences(test_clips):
    """{kind: [(int16 samples, words said)]}: digits in a row by espeak-ng, FSDD's test recordings with pauses, other words, noise."""
    rng, espeak, kinds = np.random.default_rng(11), speech.Espeak(), {}

    def add(kind, samples, words):
        first, last = speech.speech_span(samples)
        whole = np.concatenate([np.zeros(int(rng.uniform(0.3, 1) * RATE)), samples, np.zeros(RATE)])
        whole = whole / np.sqrt(np.mean(samples[first:last] ** 2))
        whole = whole + rng.standard_normal(len(whole)) * streams.decibels(-rng.uniform(20, 40))
        kinds.setdefault(kind, []).append((np.clip(whole * 2500, -32768, 32767).astype(np.int16), words))

    for voice in ["en", "en-us", "en-gb-scotland", "en-gb-x-rp", "en-029", "en+m2", "en+m3", "en+f2", "en+f3", "en-us+m1", "en-us+f4"]:
        for rate in (130, 150, 175):
            for separator, how in ((" ", "no pauses"), (", ", "commas")):
                add("espeak-ng \"three one four\"", espeak.say(separator.join(["three", "one", "four"]), voice, rate)[0],
                    ["three", "one", "four"])
                words = [DIGITS[n] for n in rng.integers(0, 10, 5)]
                add(f"espeak-ng, five digits, {how}", espeak.say(separator.join(words), voice, rate)[0], words)
    for speaker in dict.fromkeys(clip.speaker for clip in test_clips):
        clips = [clip for clip in test_clips if clip.speaker == speaker]
        for group in rng.permutation(len(clips)).reshape(-1, 5):
            parts = []
            for n in group:
                parts += [clips[n].samples, np.zeros(int(rng.uniform(0.3, 0.5) * RATE))]
            add("FSDD, pauses of 0.3 to 0.5 s", np.concatenate(parts), [LABELS[clips[n].words[0][2]] for n in group])
    for voice in ["en", "en-us", "en+f3", "en-gb-scotland+m3"]:
        for _ in range(12):
            add(NEAR_DIGITS, espeak.say(" ".join(rng.choice(speech.OTHER_WORDS, 8)), voice, 150)[0], [])
    sources = streams.Sources([], False, [], [speech.Clip(rng.standard_normal(RATE).astype(np.float32), [])])
    kinds["noise, 10 minutes"] = [(streams.make_silence(rng, sources, 30)[0], []) for _ in range(20)]
    return kinds


def stream_scores(predict, sentences):
    """{kind: [(probabilities [windows, 12], words said)]}: a window every HOP_FRAMES frames."""
    scores = {}
    for kind, items in sentences.items():
        scores[kind] = []
        for samples, words in items:
            frames = features(samples)
            first = np.arange(0, len(frames) - WINDOW_FRAMES + 1, HOP_FRAMES)
            scores[kind].append((predict(frames[first[:, None] + np.arange(WINDOW_FRAMES)]), words))
    return scores


def stream_counts(scores, decoder):
    """{kind: (hit, missed, false)} of one decoder."""
    step = decoder["hop_frames"] // HOP_FRAMES
    return {kind: tuple(np.sum([compare(words, heard_in(each[::step], decoder)) for each, words in items], 0).tolist())
            for kind, items in scores.items()}


def best_decoder(scores):
    """The decoder with the fewest words missed or false over all sentences. Of the other words, many chosen because they are near
    a digit, two that are taken for a digit count as one error."""
    def errors(decoder):
        return sum((missed + false) * (0.5 if kind == NEAR_DIGITS else 1)
                   for kind, (_, missed, false) in stream_counts(scores, decoder).items())

    return min(({"hop_frames": hop, "average_windows": count, "threshold": threshold, "refractory_ms": refractory}
                for hop in (5, 10) for count in (2, 3, 4) for threshold in (0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8)
                for refractory in (200, 300, 500)), key=errors)


def print_streams(title, counts):
    print(title)
    for kind, (hit, missed, false) in counts.items():
        print(f"  {kind:34} hit {hit:4}  missed {missed:3}  false {false:3}", flush=True)
