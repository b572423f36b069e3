"""mite info: what an image holds."""

import json
from pathlib import Path

from rich.table import Table

from .common import add_ram, console, limits, load, savings

HELP = "tensors, ops, memory and sizes of a .mite image or a .tflite model"


def arguments(command) -> None:
    command.add_argument("model", type=Path)
    command.add_argument("--json", action="store_true", help="the figures for a program to read")
    add_ram(command)


def run(options) -> None:
    from ..image.describe import describe
    from ..report.check import registration

    image, compiled = load(options.model, *limits(options))
    info = describe(image, str(options.model))
    totals = info.totals()
    saved = savings(compiled) if compiled else {}
    if compiled:
        totals["model_weight_bytes"] = compiled.graph.constant_bytes
    if options.json:
        print(json.dumps(totals | {"model": str(options.model), "ops": len(info.ops), "saved": saved}, indent=2))
        return
    table = Table(title=str(options.model), title_justify="left")
    for column in ("#", "op", "shape", "multiply-adds", "weights"):
        table.add_column(column, justify="left" if column in ("op", "shape") else "right")
    for number, op in enumerate(info.ops):
        table.add_row(str(number), op.op, op.shapes, f"{op.macs:,}" if op.macs else "", f"{op.weight_bytes:,}" if op.weight_bytes else "")
    console.print(table)
    for kind, tensors in (("input", info.inputs), ("output", info.outputs)):
        for t in tensors:
            scale = f", real = {t.scale:.6g} * (number - {t.zero_point})" if t.scale else ""
            console.print(f"{kind} {t.name}: {t.dtype}{list(t.shape)}{scale}, {'in rows: model.rows(source)' if t.offset is None else f'at byte {t.offset} of the arena'}")
    for name in info.customs:
        console.print(f"calls the custom op {name}: {registration(name)} before it runs", markup=False)
    if labels := info.metadata.get("labels"):
        console.print(f"labels: {', '.join(labels)}")
    for name, text in saved.items():
        console.print(f"saved by {name}: {text}")
    # Of a .tflite, those that it came with: what the passes folded away is saved.
    weights = compiled.graph.constant_bytes if compiled else totals["weight_bytes"]
    ratio = totals["image_bytes"] / weights if weights else 0
    console.print(
        f"image {totals['image_bytes']:,} bytes, {ratio:.3f} x weights and biases ({weights:,}); "
        f"arena {totals['arena_bytes']:,}, state {totals['state_bytes']:,} bytes; {totals['macs']:,} multiply-adds"
    )
