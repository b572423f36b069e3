"""`mite report`: a page that shows a model's memory over time. One file, without a script, that asks nothing of a network."""

from html import escape

from ..board.catalogue import Board
from . import quantization
from .board import duration
from .html import heads
from .memory import KINDS, Memory

# Light and dark by what the reader's system says. Text has a contrast of at least 4.5 on every background.
STYLE = """
:root { color-scheme: light dark; --back: #fbfbfa; --text: #1c1d1f; --dim: #5c6066; --line: #d5d7da; --card: #ffffff; --peak: #f6e7b0;
  --input: #7fb2e5; --activations: #9ccc9c; --output: #e9a36f; --scratch: #c7c9cf; --bar: #9db8d9; --on: #17181a; }
@media (prefers-color-scheme: dark) { :root { --back: #17181a; --text: #e8e8e6; --dim: #a3a8af; --line: #3a3d42; --card: #1f2124; --peak: #4d4526;
  --input: #2f6ea8; --activations: #3c7a45; --output: #9c5a28; --scratch: #565a62; --bar: #38587d; --on: #ffffff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.2rem; max-width: 76rem; background: var(--back); color: var(--text); font: 15px/1.45 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 .3rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p { margin: .4rem 0; max-width: 60rem; overflow-wrap: anywhere; }
.dim { color: var(--dim); }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .6rem; margin: 1rem 0; }
dl div { background: var(--card); border: 1px solid var(--line); border-radius: .4rem; padding: .5rem .7rem; }
dt { color: var(--dim); font-size: .85rem; }
dd { margin: 0; font-size: 1.15rem; font-variant-numeric: tabular-nums; }
.both { display: grid; grid-template-columns: minmax(0, 11fr) minmax(0, 9fr); gap: 1.2rem; align-items: start; }
.picture { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0 .4rem; }
.plot { position: relative; height: 26rem; background: var(--card); border: 1px solid var(--line); }
.plot svg { position: absolute; inset: 0; width: 100%; height: 100%; }
.plot span { position: absolute; overflow: hidden; font-size: .7rem; line-height: 1rem; text-align: center; color: var(--on); pointer-events: none; }
.addresses { display: flex; flex-direction: column; justify-content: space-between; text-align: right; }
.addresses, .moments { color: var(--dim); font-size: .75rem; font-variant-numeric: tabular-nums; }
.moments { grid-column: 2; position: relative; height: 1.2rem; }
.moments span { position: absolute; transform: translateX(-50%); }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1rem; margin: .5rem 0; padding: 0; list-style: none; font-size: .85rem; }
.legend i { display: inline-block; width: .8rem; height: .8rem; margin-right: .35rem; border: 1px solid var(--line); vertical-align: -.05rem; }
.input { fill: var(--input); background: var(--input); } .activations { fill: var(--activations); background: var(--activations); }
.output { fill: var(--output); background: var(--output); } .scratch { fill: var(--scratch); background: var(--scratch); }
.peak { fill: var(--peak); background: var(--peak); }
rect { stroke: var(--back); stroke-width: 1; vector-effect: non-scaling-stroke; } rect.peak { stroke: none; }
rect.edge { fill: none; stroke: var(--text); stroke-width: 2; pointer-events: none; }
.wide { overflow-x: auto; border: 1px solid var(--line); border-radius: .4rem; background: var(--card); }
.tall { max-height: 29rem; overflow: auto; }
table { border-collapse: collapse; width: 100%; font-size: .85rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: .5rem .6rem; color: var(--dim); }
th, td { padding: .25rem .6rem; text-align: right; border-top: 1px solid var(--line); white-space: nowrap; vertical-align: top; }
th { font-weight: 600; color: var(--dim); } .left { text-align: left; } td.name { white-space: normal; overflow-wrap: anywhere; min-width: 8rem; text-align: left; }
tr.peak td { background: var(--peak); }
td.share { min-width: 7rem; } td.share i { display: block; height: .3rem; margin-top: .1rem; background: var(--bar); border-radius: .1rem; }
@media (max-width: 60rem) { .both { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 40rem) { body { padding: .7rem; } .plot { height: 19rem; } }
"""
NAME = 34  # letters of a tensor's name in a table
TICKS = 8  # numbers below the picture, about


def page(memory: Memory, board: Board, saved: dict[str, str], quantized: dict | None = None) -> str:
    """The page. saved: what each pass saved, in words; quantized: the report of `mite quantize`, if the model's file has it."""
    instructions = sum(step.instructions for step in memory.steps)
    totals, seconds = memory.totals, _seconds(board, instructions)
    cards = {
        "Arena": f"{totals['arena_bytes']:,} bytes", "State": f"{totals['state_bytes']:,} bytes", "Image": f"{totals['image_bytes']:,} bytes",
        "Weights and biases": f"{totals['weight_bytes']:,} bytes", "Multiply-adds": f"{totals['macs']:,}",
        f"One inference, {board.name}": f"about {duration(seconds)}",
    }  # fmt: skip
    return "\n".join((
        "<!DOCTYPE html>", '<html lang="en">', "<head>", '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">', f"<title>{escape(memory.name)}: memory and work</title>",
        f"<style>{STYLE}</style>", "</head>", "<body>", "<main>", f"<h1>{escape(memory.name)}</h1>",
        "<dl>", *(f"<div><dt>{escape(name)}</dt><dd>{value}</dd></div>" for name, value in cards.items()), "</dl>",
        "<h2>The arena over time</h2>", f"<p>{_peak(memory)}</p>", '<div class="both">', "<div>", *_picture(memory), "</div>",
        '<div class="wide tall" tabindex="0" role="region" aria-label="Tensors">', *_tensors(memory), "</div>", "</div>",
        "<h2>Ops</h2>", f'<p class="dim">{_about(memory, board, instructions)}</p>',
        '<div class="wide" tabindex="0" role="region" aria-label="Ops">', *_ops(memory, board, instructions), "</div>",
        "<h2>What was saved</h2>", *_saved(saved), *(quantization.section(quantized) if quantized else ()), "</main>", "</body>", "</html>", "",
    ))  # fmt: skip


def _short(name: str) -> str:
    """Converters join the names of all that an op was made of, each with its whole path."""
    name = name.partition(";")[0]
    return name if len(name) <= NAME else f"\u2026{name[1 - NAME :]}"


def _seconds(board: Board, instructions: int) -> float:
    return instructions * board.settings["speed"]["cycles_per_instruction"] / board.settings["clock_hz"]


def _peak(memory: Memory) -> str:
    rows = memory.at(memory.peak)
    parts = ", ".join(f"{escape(_short(row.name))} ({row.end - row.begin:,} bytes)" for row in rows)
    return (
        f"The peak is <strong>{memory.words(memory.peak)}</strong>: {memory.steps[memory.peak].live_bytes:,} of "
        f"{memory.totals['arena_bytes']:,} bytes are needed then, for {parts or 'nothing'}. Where blocks cover one another, an output lies over "
        "the input that it is made of."
    )  # fmt: skip


def _picture(memory: Memory) -> list[str]:
    """Each block a rectangle: time to the right, addresses upwards. The numbers are the tensors' rows in the table."""
    columns, size = len(memory.steps), max(memory.totals["arena_bytes"], 1)
    rects, labels = [], []
    for block in memory.blocks:
        row, height = memory.rows[block.number], block.end - block.begin
        words = f"{block.number}: {row.name}, bytes {block.begin:,} to {block.end:,}, {memory.words(block.first)} to {memory.words(block.last)}"
        rects.append(f'<rect class="{row.kind}" x="{block.first}" y="{size - block.end}" width="{block.last - block.first + 1}" '
                     f'height="{height}" fill-opacity="0.85"><title>{escape(words)}</title></rect>')  # fmt: skip
        if height > size / 24:
            labels.append(f'<span style="left:{block.first / columns:.3%};width:{(block.last - block.first + 1) / columns:.3%};'
                          f'bottom:{(block.begin + height / 2) / size:.3%};margin-bottom:-.5rem">{block.number}</span>')  # fmt: skip
    step = max(1, round((columns - 2) / TICKS))
    moments = (f'<span style="left:{(number + 1.5) / columns:.3%}">{number}</span>' for number in range(0, columns - 2, step))
    return [
        '<div class="picture">', '<div class="addresses" aria-hidden="true">', *(f"<span>{size * part // 4:,}</span>" for part in range(4, -1, -1)),
        "</div>", '<div class="plot">',
        f'<svg viewBox="0 0 {columns} {size}" preserveAspectRatio="none" role="img" aria-labelledby="arena-title arena-text">',
        '<title id="arena-title">The arena over time</title>',
        '<desc id="arena-text">Each tensor a rectangle: ops to the right, bytes of the arena upwards. The table that follows has the same numbers.</desc>',
        f'<rect class="peak" x="{memory.peak}" y="0" width="1" height="{size}"><title>peak: {escape(memory.words(memory.peak))}</title></rect>',
        *rects, f'<rect class="edge" x="{memory.peak}" y="0" width="1" height="{size}"/>', "</svg>", '<div aria-hidden="true">', *labels, "</div>", "</div>", '<div class="moments" aria-hidden="true">', *moments, "</div>", "</div>",
        '<ul class="legend">', *(f'<li><i class="{kind}"></i>{kind}</li>' for kind in KINDS), '<li><i class="peak"></i>peak</li>',
        '<li class="dim">to the right: ops; upwards: bytes</li>', "</ul>",
    ]  # fmt: skip


def _tensors(memory: Memory) -> list[str]:
    last = len(memory.steps) - 1
    moment = lambda column: "before" if column == 0 else "after" if column == last else str(column - 1)
    rows = (
        f'<tr><td>{number}</td><td class="name" title="{escape(row.name)}">{escape(_short(row.name))}</td><td class="left">{row.kind}</td><td>{row.end - row.begin:,}</td>'
        f'<td>{row.begin:,}</td><td class="left">{moment(row.first)} to {moment(row.last)}</td></tr>'
        for number, row in enumerate(memory.rows)
    )
    return ["<table>", "<caption>Tensors with memory of their own</caption>", "<thead><tr>", *heads("#", "*tensor", "*kind", "bytes", "at byte", "*ops"),
            "</tr></thead>", "<tbody>", *rows, "</tbody>", "</table>"]  # fmt: skip


def _ops(memory: Memory, board: Board, instructions: int) -> list[str]:
    rows = []
    most = max((step.instructions for step in memory.steps), default=0) or 1
    for column, step in enumerate(memory.steps):
        if step.info is None:
            continue
        share = step.instructions / max(instructions, 1)
        rows.append(
            f"<tr{' class=peak' if column == memory.peak else ''}><td>{column - 1}</td>"
            f'<td class="left">{escape(step.name)}</td><td class="left">{escape(step.info.shapes)}</td><td>{step.info.macs or 0:,}</td>'
            f"<td>{step.info.weight_bytes:,}</td><td>{step.live_bytes:,}</td><td>{step.instructions:,}</td>"
            f'<td>{duration(_seconds(board, step.instructions))}</td><td class="share left">{share:.1%}<i style="width:{step.instructions / most:.1%}"></i></td></tr>'
        )
    head = heads("#", "*op", "*shape", "multiply-adds", "weights, bytes", "arena in use", "instructions", "time", "*share of the time")
    return ["<table>", "<thead><tr>", *head, "</tr></thead>", "<tbody>", *rows, "</tbody>", "</table>"]


def _about(memory: Memory, board: Board, instructions: int) -> str:
    text = (
        f"Times are estimates for {escape(board.name)} ({escape(board.description)}): some {float(f'{instructions:.2g}'):,.0f} instructions, from what "
        f"was counted of each op on {escape(board.settings['speed']['instructions'])}, at {board.settings['clock_hz'] / 1e6:g} MHz."
    )
    return text + (f" Never measured, so guessed: {escape(', '.join(memory.guessed))}." if memory.guessed else "")


def _saved(saved: dict[str, str]) -> list[str]:
    if not saved:
        return ["<p>Nothing: the model was as small as it can be.</p>"]
    rows = (f'<tr><td class="left">{escape(name)}</td><td class="name">{escape(text)}</td></tr>' for name, text in saved.items())
    return ['<div class="wide">', "<table>", "<thead><tr>", *heads("*pass", "*what it saved"), "</tr></thead>", "<tbody>", *rows, "</tbody>", "</table>", "</div>"]
