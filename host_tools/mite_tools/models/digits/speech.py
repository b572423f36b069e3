"""Where the words come from: the recordings of FSDD, and two free speech synthesisers.

Every source gives `Clip`s: mono float32 samples at 16 kHz with unit RMS, and what is said where. Debian's `espeak-ng` (its library is
called directly, because only the library tells where each word starts) and `flite` supply voices, words that are not digits, and
phrases spoken without a pause, none of which FSDD has.
"""

import ctypes
import io
import subprocess
import wave
import zipfile
from dataclasses import dataclass

import numpy as np
import soxr

RATE = 16000
DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
LABELS = ["silence", "unknown"] + DIGITS
SILENCE, UNKNOWN, FIRST_DIGIT = 0, 1, 2
MARGIN = RATE * 60 // 1000   # silence kept around a word
TEST_RECORDINGS = 5   # FSDD's own test split: recordings 0 to 4 of each speaker and digit

# Everyday words, some of them close to digits ("fine", "sick"), none of them homophones of digits ("won", "for", "ate").
OTHER_WORDS = """
yes no up down left right on off stop go start hello goodbye please thanks computer music play pause louder quiet light lamp door window
open close table chair kitchen garden house street city river mountain water coffee sugar butter bread apple orange banana lemon cherry
table people person woman man child mother father sister brother friend doctor teacher student school office paper pencil letter number
question answer reason summer winter spring autumn monday tuesday wednesday thursday friday saturday sunday january april august october
morning evening night yesterday today tomorrow second minute hour week month year always never often maybe because before after under over
between around about above below behind inside outside quick slow happy sad angry tired hungry thirsty green yellow purple black white
blue red brown silver golden small large little heavy simple difficult beautiful dangerous important different possible necessary cat dog
horse sheep tiger rabbit spider chicken monkey elephant flower forest tree grass island ocean beach cloud rain thunder storm snow wind
fire smoke stone metal plastic cotton leather button pocket jacket shoe hat glove finger shoulder knee elbow stomach mouth tongue nose ear
eye hair heart head hand foot run walk jump swim climb carry throw catch break build write read speak listen watch think know remember
forget learn teach buy sell give take bring leave arrive return travel visit wait hurry sleep wake dream work rest begin finish change
follow lead help hold keep lose find win fine line mine wine fix sick mix kicks heaven eleven leather never seventh hero arrow narrow
wonder wander sun gun run fun done house fall floor door more store freeze tea key see bee fly hive drive live life knife night light late
gate wait great hat tooth shoe you who through blue moon soon noon nose know now new near hundred thousand million ten twelve twenty
marvin sheila alexa okay sorry really actually probably everything nothing somebody telephone message camera picture movie ticket station
airport engine bicycle market money dollar payment machine battery signal sensor memory model tensor network python robot switch volume
channel weather report the and of in it is that was he with his they at be this have from had by but some what there we can out other were
your when use word how said an each which do their if will way many then them would like so these her make him has look time people water
than first been call who oil its get down come made may part just where most much good new our me man any day same right think also around
another came work such because does
""".split()


@dataclass
class Clip:
    """A sound and the words in it."""

    samples: np.ndarray                  # float32 at 16 kHz, unit RMS over the spoken part
    words: list                          # [(start sample, end sample, index into LABELS)]
    speaker: str = ""


def speech_span(samples, floor_db=-38.0):
    """Start and end sample of the part that is not silence: from the first to the last 20 ms within `floor_db` of the loudest."""
    hop = RATE // 100
    frames = max(1, len(samples) // hop - 1)
    energy = np.array([np.mean(samples[i * hop:(i + 2) * hop] ** 2) for i in range(frames)]) + 1e-12
    level = 10 * np.log10(energy)
    loud = np.flatnonzero(level > level.max() + floor_db)
    return loud[0] * hop, min(len(samples), (loud[-1] + 2) * hop)


def trimmed(samples, label, speaker=""):
    """The clip of one word: all but 60 ms of the silence cut off at both ends, unit RMS."""
    start, end = speech_span(samples)
    first, last = max(0, start - MARGIN), min(len(samples), end + MARGIN)
    level = np.sqrt(np.mean(samples[start:end] ** 2)) + 1e-9
    return Clip((samples[first:last] / level).astype(np.float32), [(start - first, end - first, label)], speaker)


def read_wav(data):
    """Samples of a mono 16-bit WAV given as bytes, as float32 at 16 kHz."""
    with wave.open(io.BytesIO(data)) as wav:
        samples = np.frombuffer(wav.readframes(wav.getnframes()), np.int16).astype(np.float32) / 32768
        return soxr.resample(samples, wav.getframerate(), RATE) if wav.getframerate() != RATE else samples


def load_fsdd(path):
    """(training clips, test clips) of the Free Spoken Digit Dataset's zip of `digit_speaker_index.wav` files."""
    train, test = [], []
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            if not name.endswith(".wav"):
                continue
            digit, speaker, index = name.rsplit("/", 1)[-1][:-4].split("_")
            clip = trimmed(read_wav(archive.read(name)), FIRST_DIGIT + int(digit), speaker)
            (test if int(index) < TEST_RECORDINGS else train).append(clip)
    if not train:
        raise SystemExit(f"{path}: holds no recordings named digit_speaker_index.wav")
    return train, test


class Espeak:
    """espeak-ng's library: text to samples, with the place of every word."""

    BASES = ["en", "en-us", "en-us", "en-gb-scotland", "en-gb-x-rp", "en-gb-x-gbclan", "en-gb-x-gbcwmd", "en-029", "en-us-nyc"]
    VARIANTS = ["", "", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "f1", "f2", "f3", "f4", "f5", "klatt", "klatt2", "klatt4",
                "Alex", "Andy", "Annie", "adam", "anika", "belinda", "benjamin", "boris", "caleb", "david", "ed", "edward", "gustave",
                "iven", "iven2", "john", "linda", "max", "michael", "pablo", "paul", "quincy", "rob", "robert", "sandro", "shelby",
                "steph", "steph2", "travis", "victor", "zac", "Gene", "Hugo", "Lee", "Mario", "Michael", "Mike", "Denis", "Diogo"]
    SYNCHRONOUS, UTF8, IPA, RATE_PARAMETER, PITCH, RANGE, WORD = 2, 1, 2, 1, 3, 4, 1

    class Event(ctypes.Structure):
        _fields_ = [("type", ctypes.c_int), ("identifier", ctypes.c_uint), ("text_position", ctypes.c_int), ("length", ctypes.c_int),
                    ("audio_ms", ctypes.c_int), ("sample", ctypes.c_int), ("user", ctypes.c_void_p), ("id", ctypes.c_char * 8)]

    def __init__(self):
        try:
            self.library = ctypes.CDLL("libespeak-ng.so.1")
        except OSError:
            raise SystemExit("espeak-ng is not installed; get it with: apt-get install espeak-ng")
        self.rate = self.library.espeak_Initialize(self.SYNCHRONOUS, 200, None, 0)
        callback_type = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(self.Event))
        self.callback = callback_type(self._receive)
        self.library.espeak_SetSynthCallback(self.callback)

    def _receive(self, samples, count, events):
        if count > 0:
            self.blocks.append(np.ctypeslib.as_array(samples, (count,)).copy())
        i = 0
        while events[i].type != 0:
            if events[i].type == self.WORD:
                self.starts.append(events[i].audio_ms)
            i += 1
        return 0

    def say(self, text, voice, words_per_minute=160, pitch=50, pitch_range=50):
        """(float32 samples at 16 kHz, word starts in samples); None if there is no such voice."""
        if self.library.espeak_SetVoiceByName(voice.encode()) != 0:
            return None
        self.library.espeak_SetParameter(self.RATE_PARAMETER, int(words_per_minute), 0)
        self.library.espeak_SetParameter(self.PITCH, int(pitch), 0)
        self.library.espeak_SetParameter(self.RANGE, int(pitch_range), 0)
        self.blocks, self.starts = [], []
        data = text.encode() + b"\0"
        self.library.espeak_Synth(data, ctypes.c_size_t(len(data)), 0, 1, 0, self.UTF8, None, None)
        self.library.espeak_Synchronize()
        if not self.blocks:
            return None
        samples = np.concatenate(self.blocks).astype(np.float32) / 32768
        return soxr.resample(samples, self.rate, RATE), [ms * RATE // 1000 for ms in self.starts]

    def phonemes(self, text, voice):
        """`text` in IPA."""
        self.library.espeak_SetVoiceByName(voice.encode())
        self.library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        at = ctypes.c_char_p(text.encode())
        return self.library.espeak_TextToPhonemes(ctypes.byref(at), self.UTF8, self.IPA).decode().strip()

    def random_clip(self, rng, text, labels):
        """`text` in a random voice; None where the synthesiser found other word limits than `labels` has words."""
        base, variant = rng.choice(self.BASES), rng.choice(self.VARIANTS)
        spoken = self.say(text, f"{base}+{variant}" if variant else base, rng.integers(110, 215), rng.integers(10, 90),
                          rng.integers(20, 80))
        if spoken is None:
            return None
        samples, starts = spoken
        if len(labels) == 1:
            return trimmed(samples, labels[0], "espeak")
        if len(starts) != len(labels):
            return None
        first, last = speech_span(samples)
        ends = starts[1:] + [last]
        words = []
        for start, end, label in zip(starts, ends, labels):
            inner = speech_span(samples[start:end])     # a pause, if the voice made one, belongs to no word
            words.append((start + inner[0] - first, start + inner[1] - first, label))
        samples = samples[first:last]
        return Clip(samples / (np.sqrt(np.mean(samples ** 2)) + 1e-9), words, "espeak")


FLITE_VOICES = ["kal16", "awb", "rms", "slt"]


def flite_clip(rng, text, label):
    """One word in a random voice of `flite`; these were built from recordings of four people."""
    voice = rng.choice(FLITE_VOICES)
    command = ["flite", "-voice", voice, "--setf", f"duration_stretch={rng.uniform(0.8, 1.35):.2f}", "-t", text, "-o", "/dev/stdout"]
    try:
        data = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    except FileNotFoundError:
        raise SystemExit("flite is not installed; get it with: apt-get install flite")
    header = data.index(b"data") + 8                  # flite cannot seek back on a pipe: the sizes in its header are not set
    samples = np.frombuffer(data[header:len(data) & ~1], np.int16).astype(np.float32) / 32768
    return trimmed(samples, label, voice)


def synthetic_clips(seed, digits=400, phrases=250, words=700, sentences=350, flite_digits=120, flite_words=200, flite_sentences=120):
    """Three lists of clips: single digits, phrases of several digits, and other words, alone and in a row."""
    rng, espeak = np.random.default_rng(seed), Espeak()
    single, several, others = [], [], []

    def some_words():
        return list(rng.choice(OTHER_WORDS, rng.integers(2, 7)))

    for i in range(digits):
        single.append(espeak.random_clip(rng, DIGITS[i % 10], [FIRST_DIGIT + i % 10]))
    for _ in range(phrases):
        numbers = rng.integers(0, 10, rng.integers(2, 6))
        several.append(espeak.random_clip(rng, " ".join(DIGITS[n] for n in numbers), [FIRST_DIGIT + n for n in numbers]))
    for _ in range(words):
        others.append(espeak.random_clip(rng, rng.choice(OTHER_WORDS), [UNKNOWN]))
    for _ in range(sentences):
        text = some_words()
        others.append(espeak.random_clip(rng, " ".join(text), [UNKNOWN] * len(text)))
    for i in range(flite_digits):
        single.append(flite_clip(rng, DIGITS[i % 10], FIRST_DIGIT + i % 10))
    for _ in range(flite_words):
        others.append(flite_clip(rng, rng.choice(OTHER_WORDS), UNKNOWN))
    for _ in range(flite_sentences):
        others.append(flite_clip(rng, " ".join(some_words()), UNKNOWN))
    return tuple([clip for clip in clips if clip is not None] for clips in (single, several, others))
