"""The training data: hours of composed sound as features, one pool for each real speaker and one for each kind of synthetic voice.

A speaker who is left out takes their pool along: nothing of their voice is in any other. Each of the three stages takes minutes and is
kept in a cache, under a name that follows from the source code that made it.
"""

import hashlib
import multiprocessing
import pickle
from pathlib import Path

import numpy as np

import revoice
import speech
import streams
import voices
from streams import IGNORE, WINDOW_FRAMES

NEURAL_PARTS, NEURAL_DIGITS, NEURAL_OTHERS = 11, 80, 25      # clips of neural voices, in parts of so many digits and other words
FORMANT_PARTS = 4                                            # of espeak-ng and flite; see speech.synthetic_clips
# Other voices that each clip is also given.
SPEAKER_VOICES, FORMANT_VOICES, NEURAL_VOICES = 3, 1, 2
REVOICE_CLIPS = 75                                           # in one job
# Hours of sound for each speaker, of each kind of synthetic voice, and of silence and noise, as shares of the whole.
SPEAKER_SHARE, NEURAL_SHARE, FORMANT_SHARE, SILENCE_SHARE = 0.09, 0.3, 0.2, 0.05


def kept(cache, stage, sources, make):
    """What `make()` gives, from the cache if the modules `sources` made it before."""
    text = b"".join(Path(module.__file__).read_bytes() for module in sources)
    path = Path(cache) / f"{stage}-{hashlib.sha256(text).hexdigest()[:12]}.pickle"
    if path.exists():
        return pickle.loads(path.read_bytes())
    value = make()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pickle.dumps(value))
    return value


def revoiced(pool, seed, clips, count):
    """The clips, each also by `count` other voices."""
    jobs = [(seed * 10000 + i, clips[i:i + REVOICE_CLIPS], count) for i in range(0, len(clips), REVOICE_CLIPS)]
    return clips + [clip for part in pool.imap(revoice.other_voices, jobs) for clip in part]


def stream_features(job):
    """(int8 features [frames, 40], int8 labels [frames]) of many streams, one after the other; labels of the last 48 frames of
    each are IGNORE, so that no window reaches into the next stream."""
    seed, sources, hours, silence = job
    rng, features, labels, seconds = np.random.default_rng(seed), [], [], 0.0
    while seconds < hours * 3600:
        # Short ones hold one word and a front-end that has heard nothing before; long ones are a board that has listened a while.
        length = rng.choice([rng.uniform(1.5, 3.5), rng.uniform(5, 25)], p=[0.6, 0.4])
        samples, words = (streams.make_silence if silence else streams.make_stream)(rng, sources, length)
        frames = streams.features(samples)
        features.append(frames)
        labels.append(np.full(len(frames), IGNORE, np.int8))
        labels[-1][:len(frames) - WINDOW_FRAMES + 1] = streams.window_labels(words, len(frames))
        seconds += length
    return np.concatenate(features), np.concatenate(labels)


def composed(pool, clips, phrases, others, seed, hours, say):
    """{pool's name: (features, labels)} from {pool's name: clips of single digits}."""
    owners, jobs = [], []

    def add(owner, sources, share, parts, silence=False):
        for _ in range(parts):
            owners.append(owner)
            jobs.append((seed * 500 + len(jobs), sources, hours * share / parts, silence))

    for name, own in clips.items():
        if name == "formant":
            add(name, streams.Sources(own, False, phrases, others), FORMANT_SHARE, 4)
        elif name == "neural":
            add(name, streams.Sources(own, False, [], others), NEURAL_SHARE, 6)
        else:
            add(name, streams.Sources(own, True, [], others), SPEAKER_SHARE, 2)
    add("silence", streams.Sources(clips["formant"], False, phrases, others), SILENCE_SHARE, 1, True)
    parts = {name: [] for name in owners}
    for number, (owner, result) in enumerate(zip(owners, pool.imap(stream_features, jobs))):
        parts[owner].append(result)
        say(f"streams {number + 1}/{len(jobs)}")
    return {name: tuple(np.concatenate(column) for column in zip(*part)) for name, part in parts.items()}


def spoken(pool, archive, seed, say):
    """(digits by formant voices, digits by neural voices, phrases, other words): lists of clips."""
    jobs = [(seed * 9000 + number, NEURAL_DIGITS, NEURAL_OTHERS, archive) for number in range(NEURAL_PARTS)]
    voices.unpack_model()                 # once, before several processes want it
    neural = []
    for part in pool.imap(voices.neural_clips, jobs):
        neural.append(part)
        say(f"neural voices {len(neural)}/{NEURAL_PARTS}")
    formant = pool.map(speech.synthetic_clips, [seed * 100 + number for number in range(FORMANT_PARTS)])
    digits, others = ([clip for part in kind for clip in part] for kind in zip(*neural))
    single, phrases, more = ([clip for part in kind for clip in part] for kind in zip(*formant))
    return single, digits, phrases, more + others * 2


def spoken_by_others(pool, fsdd, single, digits, seed, say):
    """{pool's name: clips of single digits}, by their own voices and by others."""
    out = {}
    for number, speaker in enumerate(dict.fromkeys(clip.speaker for clip in fsdd)):
        out[speaker] = revoiced(pool, seed * 10 - 10 + number, [clip for clip in fsdd if clip.speaker == speaker], SPEAKER_VOICES)
        say(f"other voices for {speaker}")
    out["formant"] = revoiced(pool, seed * 10 - 2, single, FORMANT_VOICES)
    out["neural"] = revoiced(pool, seed * 10 - 1, digits, NEURAL_VOICES)
    say(", ".join(f"{len(own)} clips by {name}" for name, own in out.items()))
    return out


def training_pools(fsdd, archive, seed, hours, cache, workers, say):
    """{speaker, "neural", "formant" or "silence": (int8 features [frames, 40], int8 labels [frames])}. `fsdd`: the training clips of
    all speakers; `archive`: the neural voices, see `voices`; `say`: a function that is told how far it is."""
    def make():
        with multiprocessing.Pool(workers) as pool:
            single, digits, phrases, others = kept(cache, f"spoken-{seed}", [speech, voices], lambda: spoken(pool, archive, seed, say))
            clips = kept(cache, f"clips-{seed}", [speech, voices, revoice],
                         lambda: spoken_by_others(pool, fsdd, single, digits, seed, say))
            return composed(pool, clips, phrases, others, seed, hours, say)

    return kept(cache, f"streams-{seed}-{hours:g}", [speech, voices, revoice, streams], make)
