"""The models whose answers are known, and how to read the answers."""

from pathlib import Path

import numpy as np

# Those of which every op is there.
NAMES = (
    "kws_ref_model", "vww_96_int8", "resnet8_int8", "ad01_int8", "str_ww_ref_model", "micro_speech_quantized",
    "person_detect", "hello_world_int8", "mcunet_vww", "mnist_lstm_int8", "dtln_noise_suppression", "mww_okay_nabu", "mww_alexa",
    "mobilenet_v1_0.25_128_quant", "mobilenet_v2_1.0_224_quant", "traffic_model",
)  # fmt: skip
# Of float32 numbers: not to the last bit, where a function like exp is rounded otherwise.
REAL_NAMES = ("hello_world_float", "ad01_fp32", "resnet8_float", "vww_96_float")


def golden_runs(path: Path, most: int | None = None) -> tuple[list[list[np.ndarray]], list[list[np.ndarray]]]:
    """(inputs of each run, outputs of each run) of a file in ../shared/goldens; at most the first `most` runs."""
    golden = np.load(path)
    count = min(int(golden["runs"]), most or 1 << 30)

    def arrays(prefix: str) -> list[list[np.ndarray]]:
        several = sum(1 for name in golden.files if name.startswith(prefix) and name.endswith("_0"))
        return [[golden[f"{prefix}{i}_{run}"] for i in range(several)] for run in range(count)]

    return arrays("in"), arrays("out")
