"""The network, for pictures of 32 x 32: one residual block of dense layers, and then a MobileNet with shortcuts."""

import contextlib
import io
import os
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow as tf

from .pictures import SIZE, varied

BATCH = 128
PEAK_RATE, WEIGHT_DECAY = 6e-3, 5e-3
FIRST, SECOND, THIRD = 32, 80, 160  # channels at 16, 8 and 4 pixels
AVERAGED = 0.997  # of the running mean of the weights stays in a step


def build_model(classes: int, batch: int | None = None) -> tf.keras.Model:
    """Pictures of 0 to 1 in, probabilities out. A first layer halves the picture; while it has few channels, dense layers cost little more."""
    layers = tf.keras.layers

    def normalised(x, active=True):
        x = layers.BatchNormalization(momentum=0.97)(x)
        return layers.ReLU()(x) if active else x

    def dense(x, channels, kernel=3, stride=1, active=True):
        return normalised(layers.Conv2D(channels, kernel, stride, padding="same", use_bias=False)(x), active)

    def separable(x, channels, stride=1, active=True):
        x = normalised(layers.DepthwiseConv2D(3, stride, padding="same", use_bias=False)(x))
        return dense(x, channels, 1, 1, active)

    def shortcut(x, layer):
        return layers.ReLU()(layers.Add()([x, layer(x, x.shape[-1], active=False)]))

    source = layers.Input((SIZE, SIZE, 3), batch_size=batch)
    x = dense(source, FIRST, 4, 2)
    x = shortcut(x, lambda x, channels, active: dense(dense(x, channels), channels, active=active))
    x = separable(x, SECOND, 2)
    for _ in range(3):
        x = shortcut(x, separable)
    x = separable(x, THIRD, 2)
    for _ in range(2):
        x = shortcut(x, separable)
    x = layers.GlobalAveragePooling2D()(x)
    return tf.keras.Model(source, layers.Softmax()(layers.Dense(classes)(x)))


def fit(pictures: np.ndarray, labels: np.ndarray, classes: int, epochs: float, seed: int, most_seconds: float) -> tf.keras.Model:
    """A trained model, whose weights are a running mean. The rate falls with the share of epochs or of seconds that have gone, whichever is larger:
    the training ends in time on a computer that others use, too."""
    tf.keras.utils.set_random_seed(seed)
    rng, model, started = np.random.default_rng(seed), build_model(classes), time.time()
    steps = int(epochs * len(pictures) / BATCH)
    optimizer = tf.keras.optimizers.AdamW(1e-3, weight_decay=WEIGHT_DECAY)
    loss_of = tf.keras.losses.SparseCategoricalCrossentropy()
    means = [tf.Variable(v) for v in model.trainable_variables]

    @tf.function(input_signature=[tf.TensorSpec((BATCH, SIZE, SIZE, 3), tf.uint8), tf.TensorSpec((BATCH,), tf.int32), tf.TensorSpec((), tf.float32)])
    def step(x, y, decay):
        with tf.GradientTape() as tape:
            answer = model(tf.cast(x, tf.float32) / 255, training=True)
            loss = loss_of(y, answer)
        optimizer.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))
        for mean, variable in zip(means, model.trainable_variables):
            mean.assign(decay * mean + (1 - decay) * variable)
        return loss, tf.reduce_mean(tf.cast(tf.argmax(answer, 1, tf.int32) == y, tf.float32))

    order = np.zeros(0, np.int64)

    def batch():
        nonlocal order
        if len(order) < BATCH:
            order = rng.permutation(len(pictures))
        chosen, order = order[:BATCH], order[BATCH:]
        return varied(rng, pictures[chosen]), labels[chosen]

    gone, number, losses, right, told = 0.0, 0, [], [], 0
    while gone < 1:
        optimizer.learning_rate.assign(PEAK_RATE * min(gone / 0.15 + 0.02, (1 - gone) / 0.85 + 0.001, 1))
        loss, accuracy = step(*batch(), tf.constant(min(AVERAGED, (number + 1) / (number + 20)), tf.float32))
        losses.append(float(loss)), right.append(float(accuracy))
        number += 1
        gone = max(number / steps, (time.time() - started) / most_seconds)
        if gone * 20 >= told + 1:
            told = int(gone * 20)
            print(f"  {gone:4.0%}, epoch {number * BATCH / len(pictures):.1f}: loss {np.mean(losses):.3f}, right {100 * np.mean(right):.1f} %, "
                  f"{time.time() - started:.0f} s", flush=True)
            losses, right = [], []
    for mean, variable in zip(means, model.trainable_variables):
        variable.assign(mean)
    for _ in range(150):  # the normalisation's statistics belong to the last weights: measure them for the mean
        model(batch()[0].astype(np.float32) / 255, training=True)
    return model


def as_float(model: tf.keras.Model, classes: int) -> bytes:
    """The .tflite file of a model, its batch one picture."""
    single = build_model(classes, 1)
    single.set_weights(model.get_weights())
    with contextlib.redirect_stdout(io.StringIO()):  # Keras lists every variable there
        return tf.lite.TFLiteConverter.from_keras_model(single).convert()
