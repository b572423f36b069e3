"""TensorFlow's own quantizer on a float .tflite file, to measure beside: run by a Python that has TensorFlow, with nothing of mite.

    python peer.py MODEL.tflite SAMPLES.npz OUT.tflite

SAMPLES.npz: an array "samples" [n, *input]. Prints a line of JSON: seconds, and peak memory in bytes.
"""

import json
import os
import resource
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def main(model: str, samples: str, output: str) -> None:
    started = time.monotonic(), time.process_time()
    import numpy as np
    import tensorflow as tf
    from tensorflow.lite.python.convert import mlir_quantize
    from tensorflow.lite.python.optimize.calibrator import Calibrator

    with open(model, "rb") as file:
        calibrator = Calibrator(file.read())
    shown = np.load(samples)["samples"]
    calibrated = calibrator.calibrate(lambda: ([sample] for sample in shown))
    # As TFLiteConverter.convert() calls it for a full integer model.
    made = mlir_quantize(calibrated, input_data_type=tf.int8, output_data_type=tf.int8)
    with open(output, "wb") as file:
        file.write(made)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"seconds": time.monotonic() - started[0], "cpu_seconds": time.process_time() - started[1], "peak_bytes": peak}))


if __name__ == "__main__":
    main(*sys.argv[1:])
