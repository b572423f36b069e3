"""What an image holds, read back from its bytes."""

import json
from dataclasses import dataclass
from math import prod

from mite.custom import ROWS

from ..errors import ConvertError
from . import spec
from .metadata import check
from .roster.weights import LAST


@dataclass(frozen=True)
class TensorInfo:
    name: str
    dtype: str
    shape: tuple[int, ...]
    scale: float
    zero_point: int
    bytes: int
    offset: int | None  # in the arena; None for an input that comes in rows


@dataclass(frozen=True)
class OpInfo:
    """One record: its fields, multiply-adds, and bytes of weights and biases (as a .tflite file holds them)."""

    op: str
    values: dict
    macs: int
    weight_bytes: int
    name: str = ""  # of a custom op

    @property
    def shapes(self) -> str:
        """What goes in and out, for a table."""
        v = self.values
        if self.name:
            return f"{self.name}: {v['inputs']} inputs, {v['outputs']} outputs"
        if "out_h" in v:
            channels = (v.get("in_c", v.get("channels")), v.get("out_c", v.get("channels")))
            return f"{v['in_h']}x{v['in_w']}x{channels[0]} -> {v['out_h']}x{v['out_w']}x{channels[1]}, {v['kernel_h']}x{v['kernel_w']}"
        if "outputs" in v:
            return f"{v['depth']} -> {v['outputs']}"
        if "run" in v:
            return f"{v.get('count') or prod(v['dims'])} x {v['run']} bytes"
        return str(v.get("count") or v.get("depth") or prod(v.get("dims") or v.get("kept") or (1,)))


@dataclass(frozen=True)
class ImageInfo:
    header: dict
    inputs: tuple[TensorInfo, ...]
    outputs: tuple[TensorInfo, ...]
    ops: tuple[OpInfo, ...]
    metadata: dict

    @property
    def customs(self) -> list[str]:
        """The names of the custom ops that it calls, as far as mite.Model does not know them by itself."""
        return list(dict.fromkeys(op.name for op in self.ops if op.name and op.name != ROWS))

    def totals(self) -> dict:
        """The figures of `mite info --json`, in bytes and multiply-adds. Weights that several records share (bands of rows do) count once."""
        weights = {op.values.get("filter", op.values.get("weights", number)): op.weight_bytes for number, op in enumerate(self.ops)}
        return {
            "image_bytes": self.header["length"],
            "weight_bytes": sum(weights.values()),
            "arena_bytes": self.header["arena_bytes"],
            "state_bytes": self.header["state_bytes"],
            "macs": sum(op.macs for op in self.ops),
        }


def describe(image: bytes, where: str = "the image") -> ImageInfo:
    """ConvertError if it is not an image that the core would take."""
    import mite

    try:
        mite.Model(image)  # the core's own checks
    except mite.ModelError as error:
        raise ConvertError(f"{where}: {error}") from None
    header = spec.HEADER.unpack(image)
    text = bytes(image[header["metadata"] : header["length"]]).rstrip(b"\0")
    try:
        metadata = check(json.loads(text), where) if text else {}
    except (ValueError, RecursionError):
        raise ConvertError(f"{where}: the image's metadata are not JSON: convert the model again") from None
    at, tensors = header["tensors"], []
    names = [*metadata.get("inputs", ()), *metadata.get("outputs", ())]
    for number in range(header["inputs"] + header["outputs"]):
        t = spec.TENSOR.unpack(image, at)
        at += spec.TENSOR.size
        shape = tuple(int.from_bytes(image[at + 4 * i : at + 4 * i + 4], "little") for i in range(t["rank"]))
        at += 4 * t["rank"]
        name = names[number] if number < len(names) else str(number)
        tensors.append(TensorInfo(name, spec.DTYPES[t["dtype"]][0], shape, t["scale"], t["zero_point"], t["bytes"],
                                  None if t["data"] >> spec.SPACE_SHIFT == spec.SPACES.index("NONE") else t["data"] & spec.OFFSET_MASK))  # fmt: skip
    at, ops = header["program"], []
    for _ in range(header["records"]):
        record = spec.RECORD.unpack(image, at)
        op = spec.OP_OF_NUMBER[record["op"]]
        values = op.unpack(image, at)
        name = ""
        if op.op == "CUSTOM":
            begin = values["name"] & spec.OFFSET_MASK
            name = image[begin : begin + values["name_bytes"]].decode(errors="replace")
        ops.append(OpInfo(op.op, values, *cost(op.op, values), name))
        at += record["bytes"]
    return ImageInfo(header, tuple(tensors[: header["inputs"]]), tuple(tensors[header["inputs"] :]), tuple(ops), metadata)


def cost(op: str, v: dict) -> tuple[int, int]:
    """(multiply-adds, bytes of weights and biases) of a record."""
    if op in ("CONV_2D", "CONV_2D_INT4", "CONV_2D_WINOGRAD", "CONV_2D_S16"):
        weights = v["out_c"] * v["kernel_h"] * v["kernel_w"] * (v["in_c"] // v["groups"])
        bias_bytes = 8 if op == "CONV_2D_S16" and v["flags"] & 2 else 4
        return v["batches"] * v["out_h"] * v["out_w"] * weights, _filter_bytes(op, weights) + bias_bytes * v["out_c"]
    if op == "CONV_2D_ASYMMETRIC":
        weights = v["out_c"] * v["kernel_h"] * v["kernel_w"] * v["channels_in"]
        return v["batches"] * v["out_h"] * v["out_w"] * weights, weights + 4 * v["out_c"]
    if op in ("DEPTHWISE_CONV_2D", "DEPTHWISE_CONV_2D_INT4"):
        weights = v["out_c"] * v["kernel_h"] * v["kernel_w"]
        return v["batches"] * v["out_h"] * v["out_w"] * weights, _filter_bytes(op, weights) + 4 * v["out_c"]
    if op in ("FULLY_CONNECTED", "FULLY_CONNECTED_STEPS"):
        weights = v["depth"] * v["outputs"]
        return v["batches"] * weights, weights + 4 * v["outputs"]
    if op == "BAND_DENSE":
        weights = v["depth"] * v["outputs"]
        return weights, weights + (4 * v["outputs"] if v["flags"] & LAST else 0)
    if op in ("LSTM", "LSTM_S16"):
        weights = 4 * v["units"] * (v["inputs"] + v["units"])
        return v["batches"] * v["steps"] * weights, weights + 4 * 4 * v["units"]
    if op == "SVDF":
        filters = v["units"] * v["rank"]
        size = 2 if v["flags"] else 1
        return v["batches"] * filters * (v["inputs"] + v["memory"]), filters * (v["inputs"] + size * v["memory"]) + 4 * v["units"]
    if op == "CONV_2D_F32":
        weights = v["out_c"] * v["kernel_h"] * v["kernel_w"] * (v["in_c"] // v["groups"])
        return v["batches"] * v["out_h"] * v["out_w"] * weights, 4 * (weights + v["out_c"])
    if op == "MATMUL_F32":
        # The weights of a FULLY_CONNECTED, whose b is constant.
        constant = v["b"] >> spec.SPACE_SHIFT == spec.SPACES.index("CONSTANT")
        *_, columns, depth = v["dims"]
        return prod(v["dims"]), 4 * constant * columns * (depth + v["flags"])
    if op == "LSTM_F32":
        weights = 4 * v["units"] * (v["inputs"] + v["units"])
        return v["batches"] * v["steps"] * weights, 4 * (weights + 4 * v["units"])
    if op == "SVDF_F32":
        filters = v["units"] * v["rank"]
        return v["batches"] * filters * (v["inputs"] + v["memory"]), 4 * (filters * (v["inputs"] + v["memory"]) + v["units"])
    if op in ("BATCH_MATMUL", "BATCH_MATMUL_S16"):
        return prod(v["dims"]), 0
    return 0, 0


def _filter_bytes(op: str, weights: int) -> int:
    return (weights + 1) // 2 if op.endswith("_INT4") else weights
