"""The network: its layers, its training, its conversion to .tflite."""

import contextlib
import io
import os
import time
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
warnings.filterwarnings("ignore", category=UserWarning, module="tensorflow")
import numpy as np
import tensorflow as tf

from speech import LABELS
from streams import CHANNELS, WINDOW_FRAMES

FILTERS = 56
BATCH, EPOCH = 64, 500          # windows a step, steps an epoch
PEAK_RATE, WEIGHT_DECAY, LABEL_SMOOTHING, MOMENTUM = 4e-3, 1e-3, 0.02, 0.98


def build_model(batch=None):
    """A first layer over time and channels, one that sees all channels at once, and then layers over time alone, with a last depthwise
    one as long as the picture: it knows what is in the middle. Layers over time are dense, because a pass of them over channels too
    costs more than it brings."""
    layers = tf.keras.layers

    def normalised(x):
        return layers.BatchNormalization(momentum=MOMENTUM)(x)

    def over_time(x, stride=1):
        return normalised(layers.Conv2D(FILTERS, (3, 1), (stride, 1), padding="same", use_bias=False)(x))

    source = x = layers.Input((WINDOW_FRAMES, CHANNELS, 1), batch_size=batch)
    x = layers.ReLU()(normalised(layers.Conv2D(32, (5, 8), (2, 4), padding="same", use_bias=False)(x)))     # 25 x 10
    x = layers.ReLU()(normalised(layers.Conv2D(FILTERS, (1, 10), use_bias=False)(x)))                       # 25 x 1
    x = layers.ReLU()(layers.Add()([x, over_time(x)]))
    x = layers.ReLU()(over_time(x, 2))                                                                      # 13 x 1
    x = layers.ReLU()(layers.Add()([x, over_time(x)]))
    x = layers.ReLU()(normalised(layers.DepthwiseConv2D((13, 1), use_bias=False)(x)))                       # 1 x 1
    x = layers.Dropout(0.1)(layers.Flatten()(x))
    return tf.keras.Model(source, layers.Softmax()(layers.Dense(len(LABELS))(x)))


def fit(batches, steps, seed):
    """A trained model. Its weights are a running mean over the last steps."""
    tf.keras.utils.set_random_seed(seed)
    model, started = build_model(), time.time()
    rate = tf.keras.optimizers.schedules.CosineDecay(1e-4, steps, alpha=0.005, warmup_target=PEAK_RATE, warmup_steps=min(500, steps // 10))
    optimizer = tf.keras.optimizers.AdamW(rate, weight_decay=WEIGHT_DECAY)
    loss_of = tf.keras.losses.CategoricalCrossentropy(label_smoothing=LABEL_SMOOTHING)
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
        if (i + 1) % max(1, steps // 6) == 0:
            print(f"  step {i + 1}/{steps}: loss {np.mean(losses):.3f}, right {100 * np.mean(right):.1f} %, "
                  f"{time.time() - started:.0f} s", flush=True)
            losses, right = [], []
    for mean, variable in zip(means, model.trainable_variables):
        variable.assign(mean)
    for i in range(120):                      # the normalisation's statistics belong to the last weights: measure them for the mean
        model(batches()[0], training=True)
    return model


def convert(model, batches):
    """(float .tflite, int8 .tflite) as bytes. The int8 model's input is the front-end's bytes as they are: scale 1/128, zero point 0."""
    single = build_model(batch=1)             # with the batch known, flattening needs no arithmetic on shapes
    single.set_weights(model.get_weights())
    with contextlib.redirect_stdout(io.StringIO()):     # Keras lists every variable there
        as_float = tf.lite.TFLiteConverter.from_keras_model(single).convert()

    def examples():
        for _ in range(8):
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
