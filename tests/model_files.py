"""The files that tests/scripts/model_checks.py wants: images good and bad, golden models and their answers."""

import itertools
from pathlib import Path

from goldens import golden_runs
from small_models import branches, classifier, convolutions, every_op, in_rows, reals, thresholds

from mite_tools.compile import compile_model
from mite_tools.image import spec
from mite_tools.image.compress import compress
from mite_tools.image.pack import seal


def with_header(image: bytes, **values) -> bytes:
    """The image with fields of its header replaced and its checksum made right."""
    return seal(spec.HEADER.pack(**{**spec.HEADER.unpack(image), **values}) + image[spec.HEADER.size :])


def with_record(image: bytes, number: int, **values) -> bytes:
    """The image with fields of one op record replaced and its checksum made right."""
    at = spec.HEADER.unpack(image)["program"]
    for _ in range(number):
        at += spec.RECORD.unpack(image, at)["bytes"]
    op = spec.OP_OF_NUMBER[spec.RECORD.unpack(image, at)["op"]]
    return seal(image[:at] + op.pack(**{**op.unpack(image, at), **values}) + image[at + op.size :])


def small_files() -> dict[str, bytes]:
    """Name -> content of all but the golden models; a few KB in all."""
    good = classifier()
    flipped = bytearray(good)
    flipped[200] ^= 4
    compressed = compress(good)
    broken = bytearray(compressed)
    broken[-20] ^= 4
    return {
        "classifier.mite": good,
        "unlabelled.mite": classifier(labels=()),
        "every_op.mite": every_op(),
        "convolutions.mite": convolutions(),
        "rows.mite": in_rows(whole=False),
        "whole.mite": in_rows(whole=True),
        "branches.mite": branches(),
        "thresholds.mite": thresholds(),
        "huge.mite": with_header(good, arena_bytes=0x3FFFFFFC),
        "too_new.mite": with_header(good, format=spec.FORMAT_VERSION + 1),
        "too_old.mite": with_header(good, format=spec.FORMAT_VERSION - 1),
        "runtime.mite": with_header(good, runtime=200),
        "flipped.mite": bytes(flipped),
        "short.mite": good[:-4],
        "unknown_op.mite": with_record(good, 1, op=250),
        "value.mite": with_record(good, 2, depth=0),
        "metadata.mite": seal(good.replace(b'"name":', b'"name"?')),
        "compressed.mite": compressed,
        "compressed_broken.mite": bytes(broken),
        "compressed_short.mite": compressed[:-20],
        "compressed_head.mite": compressed[:10],
        "compressed_table.mite": compressed[:8] + b"\xff\xff\xff\x7f" + compressed[12:],
        "compressed_new.mite": compressed[:4] + b"\x63" + compressed[5:],
        "other.bin": b"GIF89a" + bytes(100),
        "empty.bin": b"",
    }


def golden_files(shared: Path, names, most: int) -> dict[str, bytes]:
    """Name -> content of golden models from ../shared, with at most `most` runs each."""
    files = {}
    for name in names:
        inputs, outputs = golden_runs(shared / "goldens" / f"{name}.npz", most)
        files[f"{name}.mite"] = compile_model(shared / "models" / f"{name}.tflite").image
        files[f"{name}.in"] = b"".join(a.tobytes() for a in itertools.chain(*inputs))
        files[f"{name}.out"] = b"".join(a.tobytes() for a in itertools.chain(*outputs))
    return files


def float_files(runs: int = 3) -> dict[str, bytes]:
    """Name -> content of a model with every op of float32 numbers, and of the answers that this computer gives: a board's have the same bits."""
    import mite
    import numpy as np

    model, random = mite.Model(reals()), np.random.default_rng(7)
    inputs = outputs = b""
    for _ in range(runs):
        model.input.data[:] = random.normal(size=len(model.input)).astype(np.float32).tobytes()
        inputs += bytes(model.input.data)
        model.invoke()
        outputs += b"".join(bytes(t.data) for t in model.outputs)
    return {"reals.mite": reals(), "reals.in": inputs, "reals.out": outputs}
