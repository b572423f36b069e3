"""Trains the CIFAR-10 model and quantizes it: cifar_float.tflite, cifar_int8.tflite, cifar.json.

    pip install 'micropython-mite[train,quantize]'
    python train.py --train cifar10_train.zip --test cifar10_test.zip
    python train.py --train cifar10_train.zip --test cifar10_test.zip --keep-float      only quantizes what is there

The zip files hold JPEG pictures of 32 x 32, a folder for each of the ten classes. The model takes pixels from 0 to 1 (int8: the pixel less
128) and answers with ten probabilities. On one core of a server it takes some three quarters of an hour.
"""

import argparse
import json
import time
from pathlib import Path

from mite_tools.cli import main as mite
from mite_tools.models.cifar import pictures
from mite_tools.ops.base import multiply_adds
from mite_tools.tflite.read import read

HERE = Path(__file__).parent
FLOAT, INT8, CARD = (HERE / name for name in ("cifar_float.tflite", "cifar_int8.tflite", "cifar.json"))
CALIBRATION = 200  # pictures


def write_card(classes: list[str]) -> None:
    """cifar.json: what a board needs to know to use the model."""
    CARD.write_text(json.dumps({
        "about": "Things in a picture of 32 x 32 pixels: RGB in (int8: the pixel less 128), ten probabilities out.",
        "data": "CIFAR-10 (Krizhevsky 2009), as JPEG.",
        "labels": classes,
        "pixels": {"mean": [0.0], "std": [255.0], "fit": "crop"},
    }, indent=2) + "\n")  # fmt: skip


def train(options) -> None:
    """cifar_float.tflite and cifar.json."""
    import tensorflow as tf

    from mite_tools.models.cifar import network

    tf.config.threading.set_intra_op_parallelism_threads(options.threads)
    tf.config.threading.set_inter_op_parallelism_threads(options.threads)
    started = time.time()
    shown, labels, classes = pictures.load(options.train)
    print(f"{len(shown)} pictures of {len(classes)} classes, {time.time() - started:.0f} s", flush=True)
    model = network.fit(shown, labels, len(classes), options.epochs, options.seed, 60 * options.minutes)
    FLOAT.write_bytes(network.as_float(model, len(classes)))
    write_card(classes)
    print(f"{FLOAT}: {model.count_params()} parameters, {sum(map(multiply_adds, read(FLOAT).ops))} multiply-adds")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--train", type=Path, required=True, help="cifar10_train.zip")
    parser.add_argument("--test", type=Path, required=True, help="cifar10_test.zip")
    parser.add_argument("--epochs", type=float, default=40)
    parser.add_argument("--minutes", type=float, default=60, help="the training ends then, if the epochs have not")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep-float", action="store_true", help="do not train, only quantize")
    options = parser.parse_args()
    if not options.keep_float:
        train(options)
    return mite(["quantize", str(FLOAT), "--data", str(options.train), "--test", str(options.test), "--tested", "5000", "--samples", str(CALIBRATION),
                 "--metadata", str(CARD), "-o", str(INT8)])  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
