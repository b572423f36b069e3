"""Trains the spoken digits model and measures it: digits_float.tflite, digits_int8.tflite, digits.json.

    pip install 'micropython-mite[train]'
    apt-get install espeak-ng flite
    python train.py --data fsdd.zip            the model
    python train.py --data fsdd.zip --loso     how it does with a voice it has not heard: five models, each trained without one speaker

The data is the Free Spoken Digit Dataset (recordings 0 to 4 of each speaker and digit are kept out for the test) and synthetic voices.
The model hears 49 frames of 40 mel channels (0.99 s), int8 as the audio front-end gives them, and answers with twelve probabilities.
"""

import argparse
import contextlib
import hashlib
import io
import json
import multiprocessing
import os
import time
import warnings
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
warnings.filterwarnings("ignore", category=UserWarning, module="tensorflow")
import numpy as np
import tensorflow as tf

import measure
import speech
import streams
from speech import LABELS, RATE, UNKNOWN
from streams import CHANNELS, IGNORE, STRIDE_MS, WINDOW_FRAMES, WINDOW_MS

SPEAKERS = ["george", "jackson", "lucas", "nicolas", "yweweler"]
BATCH, EPOCH = 128, 400       # windows a step, steps an epoch
# Share of each batch that is silence, unknown, and each digit.
CLASS_SHARE = np.array([0.07, 0.28] + [0.065] * 10)


# -- the training data ------------------------------------------------------------------------------------------------------------

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


def training_streams(fsdd, other_recordings, seed, hours, cache, workers):
    """{speaker, "synthetic" or "silence": (features, labels)}; kept in `cache`, because it takes minutes."""
    source = b"".join(Path(module.__file__).read_bytes() for module in (speech, streams)) + f"{seed} {hours}".encode()
    path = Path(cache) / f"streams-{hashlib.sha256(source).hexdigest()[:12]}.npz"
    if path.exists():
        print(f"training streams: {path}")
        with np.load(path) as data:
            return {name[2:]: (data[name], data["y_" + name[2:]]) for name in data.files if name.startswith("x_")}
    started, parts = time.time(), 8
    with multiprocessing.Pool(workers) as pool:
        print("synthetic voices ...", flush=True)
        clips = pool.map(speech.synthetic_clips, [seed * 100 + i for i in range(parts)])
        single, several, unknown = ([clip for part in kind for clip in part] for kind in zip(*clips))
        unknown += other_recordings * 15
        print(f"  {len(single)} digits, {len(several)} phrases, {len(unknown)} other words; {time.time() - started:.0f} s", flush=True)
        jobs, names = [], []
        for speaker in SPEAKERS:
            clips = [clip for clip in fsdd if clip.speaker == speaker]
            for part in range(4):
                names.append(speaker)
                jobs.append((seed * 1000 + len(jobs), streams.Sources(clips, True, [], unknown), hours / 8 / 4, False))
        for part in range(parts):
            names.append("synthetic")
            jobs.append((seed * 1000 + len(jobs), streams.Sources(single, False, several, unknown), hours / 3 / parts, False))
        for part in range(2):
            names.append("silence")
            jobs.append((seed * 1000 + len(jobs), streams.Sources(single, False, several, unknown), hours / 24 / 2, True))
        results = []
        for result in pool.imap(stream_features, jobs):
            results.append(result)
            print(f"\r  streams {len(results)}/{len(jobs)}; {time.time() - started:.0f} s", end="", flush=True)
    print()
    data = {}
    for name in dict.fromkeys(names):
        chosen = [result for owner, result in zip(names, results) if owner == name]
        data[name] = tuple(np.concatenate(column) for column in zip(*chosen))
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **{f"x_{name}": value[0] for name, value in data.items()}, **{f"y_{name}": value[1] for name, value in data.items()})
    return data


class Batches:
    """Random windows, each class with its share; the real speakers and the synthetic voices are drawn from alike."""

    def __init__(self, data, without, rng):
        names = [name for name in data if name != without]
        self.features = np.concatenate([data[name][0] for name in names])
        labels = np.concatenate([data[name][1] for name in names])
        self.by_class = [np.flatnonzero(labels == label) for label in range(len(LABELS))]
        self.rng = rng

    def __call__(self):
        """(float32 features [BATCH, 49, 40, 1], labels [BATCH]), some of them with a strip of time or of channels hidden."""
        rng = self.rng
        labels = rng.choice(len(LABELS), BATCH, p=CLASS_SHARE)
        first = np.array([self.by_class[label][rng.integers(len(self.by_class[label]))] for label in labels])
        windows = self.features[first[:, None] + np.arange(WINDOW_FRAMES)].astype(np.float32)
        for i in np.flatnonzero(rng.random(BATCH) < 0.4):
            at, width = rng.integers(0, CHANNELS), rng.integers(1, 7)
            windows[i, :, at:at + width] = -128
            at, width = rng.integers(0, WINDOW_FRAMES), rng.integers(1, 6)
            windows[i, at:at + width] = -128
        return windows[..., None] / 128, labels


# -- the model --------------------------------------------------------------------------------------------------------------------

def build_model(batch=None):
    """A depthwise separable network; a last depthwise layer as large as the picture lets it know what is in the middle."""
    layers = tf.keras.layers

    def normalised(x):
        return layers.ReLU()(layers.BatchNormalization(momentum=0.98)(x))

    def separable(x, filters, kernel=3, strides=1):
        x = normalised(layers.DepthwiseConv2D(kernel, strides, padding="same", use_bias=False)(x))
        return layers.BatchNormalization(momentum=0.98)(layers.Conv2D(filters, 1, use_bias=False)(x))

    source = x = layers.Input((WINDOW_FRAMES, CHANNELS, 1), batch_size=batch)
    x = normalised(layers.Conv2D(32, (5, 8), (2, 4), padding="same", use_bias=False)(x))      # 25 x 10
    x = layers.ReLU()(separable(x, 56))
    x = layers.ReLU()(separable(x, 72, strides=2))                                           # 13 x 5
    x = layers.ReLU()(layers.Add()([x, separable(x, 72)]))
    x = layers.ReLU()(separable(x, 96))
    x = layers.ReLU()(layers.Add()([x, separable(x, 96)]))
    x = layers.ReLU()(layers.Add()([x, separable(x, 96)]))
    x = normalised(layers.DepthwiseConv2D((13, 5), use_bias=False)(x))                       # 1 x 1
    x = layers.Dropout(0.2)(layers.Flatten()(x))
    return tf.keras.Model(source, layers.Softmax()(layers.Dense(len(LABELS))(x)))


def multiply_adds(model):
    """Multiply-adds of one inference, from the shapes of weights and outputs."""
    total = 0
    for layer in model.layers:
        if isinstance(layer, tf.keras.layers.Dense):
            total += int(np.prod(layer.kernel.shape))
        elif isinstance(layer, tf.keras.layers.DepthwiseConv2D):
            total += int(np.prod(layer.kernel.shape)) * int(np.prod(layer.output.shape[1:3]))
        elif isinstance(layer, tf.keras.layers.Conv2D):
            total += int(np.prod(layer.kernel.shape)) * int(np.prod(layer.output.shape[1:3]))
    return total


def fit(data, steps, seed, without=None):
    """A trained model; `without` names a speaker left out. The weights returned are a running mean over the last steps."""
    tf.keras.utils.set_random_seed(seed)
    batches, model, started = Batches(data, without, np.random.default_rng(seed)), build_model(), time.time()
    rate = tf.keras.optimizers.schedules.CosineDecay(1e-4, steps, alpha=0.005, warmup_target=4e-3, warmup_steps=min(500, steps // 10))
    optimizer = tf.keras.optimizers.AdamW(rate, weight_decay=2e-3)
    loss_of = tf.keras.losses.CategoricalCrossentropy(label_smoothing=0.05)
    means = [tf.Variable(v) for v in model.trainable_variables]

    @tf.function
    def step(x, y, decay):
        with tf.GradientTape() as tape:
            answer = model(x, training=True)
            loss = loss_of(tf.one_hot(y, len(LABELS)), answer)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        for mean, variable in zip(means, model.trainable_variables):
            mean.assign(decay * mean + (1 - decay) * variable)
        return loss, tf.reduce_mean(tf.cast(tf.argmax(answer, 1) == tf.cast(y, tf.int64), tf.float32))

    losses, right = [], []
    for i in range(steps):
        x, y = batches()
        loss, accuracy = step(x, y, tf.constant(min(0.998, (i + 1) / (i + 20)), tf.float32))
        losses.append(float(loss)), right.append(float(accuracy))
        if (i + 1) % max(1, steps // 12) == 0:
            print(f"  step {i + 1}/{steps}: loss {np.mean(losses):.3f}, right {100 * np.mean(right):.1f} %, "
                  f"{time.time() - started:.0f} s", flush=True)
            losses, right = [], []
    for mean, variable in zip(means, model.trainable_variables):
        variable.assign(mean)
    for i in range(60):                       # the normalisation's statistics belong to the last weights: measure them for the mean
        model(batches()[0], training=True)
    return model, batches


# -- to .tflite -------------------------------------------------------------------------------------------------------------------

def convert(model, batches):
    """(float .tflite, int8 .tflite) as bytes. The int8 model's input is the front-end's bytes as they are: scale 1/128, zero point 0."""
    single = build_model(batch=1)             # with the batch known, flattening needs no arithmetic on shapes
    single.set_weights(model.get_weights())
    with contextlib.redirect_stdout(io.StringIO()):     # Keras lists every variable there
        as_float = tf.lite.TFLiteConverter.from_keras_model(single).convert()

    def examples():
        for _ in range(4):
            for window in batches()[0]:
                # The range of the input follows from what is shown: pinned to all of int8.
                window[0, 0, 0], window[0, 1, 0] = -1, 127 / 128
                yield [window[None]]

    converter = tf.lite.TFLiteConverter.from_keras_model(single)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = examples
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = tf.int8
    with contextlib.redirect_stdout(io.StringIO()):
        as_int8 = converter.convert()
    details = tf.lite.Interpreter(model_content=as_int8).get_input_details()[0]
    if details["quantization"] != (1 / 128, 0):
        raise SystemExit(f"the converter chose an input scale and zero point of {details['quantization']}, not (1/128, 0)")
    return as_float, as_int8


def write_card(path, decoder):
    """digits.json: what a board needs to know to use the model."""
    path.write_text(json.dumps({
        "about": "Spoken digits in English. 49 frames of the audio front-end in (int8 as it gives them), 12 probabilities out.",
        "data": "Free Spoken Digit Dataset (CC BY-SA 4.0), and voices synthesised by espeak-ng and flite.",
        "labels": LABELS,
        "frontend": {"sample_rate": RATE, "window_ms": WINDOW_MS, "stride_ms": STRIDE_MS, "channels": CHANNELS},
        "decoder": decoder,
    }, indent=2) + "\n")


def report(model, as_float, as_int8, test_clips):
    """Prints what the model can do; the best decoder for the int8 model."""
    by_int8, by_float = measure.predictor(as_int8), measure.predictor(as_float)
    print(f"{model.count_params()} parameters, {multiply_adds(model)} multiply-adds, .tflite of {len(as_int8)} bytes")
    print("test split (recordings 0 to 4 of each speaker and digit), the word in the middle of the window and 100 ms off:")
    for name, predict in (("int8", by_int8), ("float", by_float)):
        shares = {offset: measure.accuracy(predict, test_clips, offset) for offset in (0, -100, 100)}
        print(f"  {name:5} " + "  ".join(f"{offset:+4} ms {100 * share:.1f} %" for offset, share in shares.items()), flush=True)
    sentences = measure.test_sentences(test_clips)
    scores = measure.stream_scores(by_int8, sentences)
    decoder = measure.best_decoder(scores)
    measure.print_streams(f"streams, int8, {decoder}:", measure.stream_counts(scores, decoder))
    measure.print_streams("streams, float:", measure.stream_counts(measure.stream_scores(by_float, sentences), decoder))
    return decoder


def leave_one_out(data, clips, steps, seed):
    """Trains without each speaker in turn, and prints how well all of that speaker's recordings are heard."""
    shares = []
    for speaker in SPEAKERS:
        print(f"without {speaker}:")
        as_float, as_int8 = convert(*fit(data, steps, seed, without=speaker))
        own = [clip for clip in clips if clip.speaker == speaker]
        shares.append(measure.accuracy(measure.predictor(as_int8), own))
        print(f"  all {len(own)} recordings of {speaker}: int8 {100 * shares[-1]:.1f} %, "
              f"float {100 * measure.accuracy(measure.predictor(as_float), own):.1f} %", flush=True)
    print(f"leave one speaker out, mean: {100 * np.mean(shares):.1f} %")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", required=True, help="FSDD as a zip of digit_speaker_index.wav files")
    parser.add_argument("--words", help="a folder of WAV files of other words (yes, no, marvin), to be told from digits")
    parser.add_argument("--out", default=str(Path(__file__).parent), help="folder for the two .tflite and digits.json")
    parser.add_argument("--epochs", type=int, default=24, help="one epoch is 400 steps of 128 windows")
    parser.add_argument("--loso", action="store_true", help="leave one speaker out: train and test five models, write none")
    parser.add_argument("--hours", type=float, default=18, help="sound to compose for training")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--cache", default="/tmp/mite-digits")
    arguments = parser.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(arguments.workers)
    started = time.time()

    train_clips, test_clips = speech.load_fsdd(arguments.data)
    others = [speech.trimmed(speech.read_wav(path.read_bytes()), UNKNOWN)
              for path in sorted(Path(arguments.words).glob("*.wav")) if path.stem in ("yes_1000ms", "no_1000ms", "marvin")] \
        if arguments.words else []
    data = training_streams(train_clips, others, arguments.seed, arguments.hours, arguments.cache, arguments.workers)
    if arguments.loso:
        leave_one_out(data, train_clips + test_clips, arguments.epochs * EPOCH, arguments.seed)
    else:
        model, batches = fit(data, arguments.epochs * EPOCH, arguments.seed)
        as_float, as_int8 = convert(model, batches)
        out = Path(arguments.out)
        out.mkdir(parents=True, exist_ok=True)
        (out / "digits_float.tflite").write_bytes(as_float)
        (out / "digits_int8.tflite").write_bytes(as_int8)
        write_card(out / "digits.json", report(model, as_float, as_int8, test_clips))
    print(f"{time.time() - started:.0f} s")


if __name__ == "__main__":
    main()
