"""mite bench, mite profile: where a model's time goes on a board."""

import json
from pathlib import Path

from rich.markup import escape

from .common import add_port, console, count, load

HELP = "measure on a board what an inference takes, op by op"
ALIASES = ("profile",)


def arguments(command) -> None:
    command.add_argument("model", type=Path, help="MODEL.mite or MODEL.tflite")
    add_port(command)
    command.add_argument("--runs", type=count, default=5, help="the least of so many runs counts (5)")
    command.add_argument("--json", action="store_true", help="the figures for a program to read")


def run(options) -> None:
    from mite.expand import is_compressed

    from ..board.profile import profile
    from .common import opened_port

    image = load(options.model)[0]
    stored = options.model.read_bytes()
    with opened_port(options) as link:
        link.reset()  # what ran there leaves its memory
        found = profile(link, image, stored if is_compressed(stored) else None, options.runs)
    if options.json:
        print(json.dumps(found.as_dict() | {"model": str(options.model)}, indent=2))
        return
    console.print(f"[bold]{escape(str(options.model))}[/bold] on {escape(found.machine)}{'' if found.native else ', with the interpreter in Python'}, the least of {found.runs} runs:")
    total = sum(step.micros for step in found.steps) or 1
    most = max((step.micros for step in found.steps), default=0) or 1
    names = max(len(step.op) for step in found.steps)
    shapes = max(len(step.shapes) for step in found.steps)
    for number, step in enumerate(found.steps):
        bar = "█" * round(24 * step.micros / most)
        speed = f"{step.macs / step.micros:5.1f} multiply-adds/us" if step.macs and step.micros else ""
        console.print(f"{number:3}  {step.op:<{names}}  {step.shapes:<{shapes}}  {step.micros / 1000:9.3f} ms {step.micros / total:4.0%} {bar:<24} {speed}".rstrip(), markup=False)
    kinds: dict[str, int] = {}
    for step in found.steps:
        kinds[step.op] = kinds.get(step.op, 0) + step.micros
    if len(kinds) < len(found.steps):
        console.print("by kind: " + ", ".join(f"{op} {micros / total:.0%}" for op, micros in sorted(kinds.items(), key=lambda item: -item[1])))
    macs = sum(step.macs for step in found.steps)
    speed = f", {macs / found.micros:.1f} multiply-adds/us" if macs and found.micros else ""
    console.print(f"An inference takes [bold]{found.micros / 1000:.2f} ms[/bold]{speed}; arena {found.arena_bytes:,} bytes")
