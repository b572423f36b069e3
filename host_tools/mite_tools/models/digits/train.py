"""Trains the spoken digits model and measures it: digits_float.tflite, digits_int8.tflite, digits.json.

    pip install 'micropython-mite[train]'
    apt-get install espeak-ng flite
    npm pack kokoro-js                                                          voices for the neural synthesiser, one archive
    python train.py --data fsdd.zip --voices kokoro-js-1.2.1.tgz                the model
    python train.py --data fsdd.zip --voices kokoro-js-1.2.1.tgz --loso         how it does with a voice it has not heard: a model for
                                                                                each speaker, trained without them; --speakers a,b: these

The data is the Free Spoken Digit Dataset (recordings 0 to 4 of each speaker and digit are kept out for the test) and synthetic voices.
The model hears 49 frames of 40 mel channels (0.99 s), int8 as the audio front-end gives them, and answers with twelve probabilities.
A test recording counts as heard if its digit gets the highest of the twelve, with the word in the middle of the window and white noise
20 dB below it all around (measure.SURROUNDINGS); with a speaker left out, all their recordings are tests.

Minutes on one core of a server, roughly: 14 for the neural voices, 6 for the other voices, 6 for the streams (all kept for the next time),
12 for a model, five times that for --loso.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import tensorflow as tf

from mite_tools.ops.base import multiply_adds
from mite_tools.tflite.read import parse

import measure
import network
import pools
import speech
from batches import Batches
from measure import SURROUNDINGS
from speech import LABELS, RATE
from streams import CHANNELS, STRIDE_MS, WINDOW_MS


def write_card(path, decoder):
    """digits.json: what a board needs to know to use the model."""
    path.write_text(json.dumps({
        "about": "Spoken digits in English. 49 frames of the audio front-end in (int8 as it gives them), 12 probabilities out.",
        "data": "Free Spoken Digit Dataset (CC BY-SA 4.0), and voices synthesised by Kokoro, espeak-ng and flite.",
        "labels": LABELS,
        "frontend": {"sample_rate": RATE, "window_ms": WINDOW_MS, "stride_ms": STRIDE_MS, "channels": CHANNELS},
        "decoder": decoder,
    }, indent=2) + "\n")


def report(model, as_float, as_int8, test_clips):
    """Prints what the model can do; the best decoder for the int8 model."""
    by_int8, by_float = measure.predictor(as_int8), measure.predictor(as_float)
    print(f"{model.count_params()} parameters, {sum(map(multiply_adds, parse(as_float).ops))} multiply-adds, .tflite of {len(as_int8)} bytes")
    print("test split (recordings 0 to 4 of each speaker and digit), the word in the middle of the window and 100 ms off:")
    for name, predict in (("int8", by_int8), ("float", by_float)):
        for noise_db in SURROUNDINGS:
            shares = {offset: measure.accuracy(predict, test_clips, noise_db, offset) for offset in (0, -100, 100)}
            print(f"  {name:5} noise at {noise_db} dB: " + "  ".join(f"{offset:+4} ms {100 * share:.1f} %"
                                                                   for offset, share in shares.items()), flush=True)
    sentences = measure.test_sentences(test_clips)
    scores = measure.stream_scores(by_int8, sentences)
    decoder = measure.best_decoder(scores)
    measure.print_streams(f"streams, int8, {decoder}:", measure.stream_counts(scores, decoder))
    measure.print_streams("streams, float:", measure.stream_counts(measure.stream_scores(by_float, sentences), decoder))
    return decoder


def leave_one_out(data, clips, speakers, steps, seed):
    """Trains without each speaker in turn, and prints how well all of that speaker's recordings are heard by the int8 model."""
    shares = []
    for speaker in speakers:
        print(f"without {speaker}:")
        batches = Batches(data, network.BATCH, np.random.default_rng(seed), without=speaker)
        as_float, as_int8 = network.convert(network.fit(batches, steps, seed), batches)
        own = [clip for clip in clips if clip.speaker == speaker]
        by_int8, by_float = measure.predictor(as_int8), measure.predictor(as_float)
        shares.append([measure.accuracy(by_int8, own, noise_db) for noise_db in SURROUNDINGS])
        print(f"  all {len(own)} recordings of {speaker}: int8 " + ", ".join(
            f"{100 * share:.1f} % with noise at {noise_db} dB" for share, noise_db in zip(shares[-1], SURROUNDINGS))
            + f"; float {100 * measure.accuracy(by_float, own):.1f} %", flush=True)
    print("leave one speaker out, int8, mean of " + ", ".join(speakers) + ": " + ", ".join(
        f"{100 * share:.1f} % with noise at {noise_db} dB" for share, noise_db in zip(np.mean(shares, 0), SURROUNDINGS)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", required=True, help="FSDD as a zip of digit_speaker_index.wav files")
    parser.add_argument("--voices", required=True, help="the archive of neural voices that `npm pack kokoro-js` writes")
    parser.add_argument("--out", default=str(Path(__file__).parent), help="folder for the two .tflite and digits.json")
    parser.add_argument("--epochs", type=int, default=48, help=f"one epoch is {network.EPOCH} steps of {network.BATCH} windows")
    parser.add_argument("--loso", action="store_true", help="leave one speaker out: train and test a model for each, write none")
    parser.add_argument("--speakers", help="of these alone, with commas between them")
    parser.add_argument("--hours", type=float, default=10, help="sound to compose for training")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--cache", default="/tmp/mite-digits")
    arguments = parser.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(arguments.workers)
    started = time.time()

    train_clips, test_clips = speech.load_fsdd(arguments.data)
    everyone = list(dict.fromkeys(clip.speaker for clip in train_clips))
    speakers = arguments.speakers.split(",") if arguments.speakers else everyone
    if unknown := [name for name in speakers if name not in everyone]:
        parser.error(f"no recordings of {', '.join(unknown)}; there are {', '.join(everyone)}")
    data = pools.training_pools(train_clips, arguments.voices, arguments.seed, arguments.hours, arguments.cache, arguments.workers,
                                lambda text: print(f"  {time.time() - started:.0f} s: {text}", flush=True))
    steps = arguments.epochs * network.EPOCH
    if arguments.loso:
        leave_one_out(data, train_clips + test_clips, speakers, steps, arguments.seed)
    else:
        batches = Batches(data, network.BATCH, np.random.default_rng(arguments.seed))
        model = network.fit(batches, steps, arguments.seed)
        as_float, as_int8 = network.convert(model, batches)
        out = Path(arguments.out)
        out.mkdir(parents=True, exist_ok=True)
        (out / "digits_float.tflite").write_bytes(as_float)
        (out / "digits_int8.tflite").write_bytes(as_int8)
        write_card(out / "digits.json", report(model, as_float, as_int8, test_clips))
    print(f"{time.time() - started:.0f} s")


if __name__ == "__main__":
    main()
