"""Tables of counts, for a terminal and for the README."""

from rich.table import Table

from .peers import Row


def model_table(title: str, results: dict[str, dict]) -> Table:
    """One line a model. results: name -> entry of bench.json."""
    table = Table(title=title, title_justify="left")
    for column in ("model", "instructions", "change", "multiply-adds", "per instruction", "arena", "load", "peer", "peer/mite", "answer"):
        table.add_column(column, justify="left" if column in ("model", "answer") else "right", no_wrap=True)
    for name, entry in results.items():
        if "skipped" in entry:
            table.add_row(name, *[""] * 8, "[dim]left out[/]")
            continue
        table.add_row(
            name, f"{entry['instructions']:,}", change(entry.get("before"), entry["instructions"]), f"{entry['macs']:,}",
            per_instruction(entry["macs"], entry["instructions"]), f"{entry['arena_bytes']:,}", f"{entry['load_instructions']:,}",
            number(entry.get("peer_instructions")), ratio(entry.get("ratio")),
            "exact" if entry["exact"] else "[bold red]WRONG[/]",
        )  # fmt: skip
    return table


def layer_table(title: str, rows: list[Row]) -> Table:
    """One line a layer, ours beside the peer's. The layers that are slower than the peer's are red."""
    table = Table(title=title, title_justify="left")
    for column in ("#", "op", "shape", "multiply-adds", "instructions", "share", "per instruction", "peer", "peer/mite"):
        table.add_column(column, justify="left" if column in ("op", "shape") else "right")
    total = sum(row.instructions or 0 for row in rows)
    ours = 0
    for row in rows:
        style = "dim" if row.instructions is None else "red" if row.ratio and row.ratio < 1 else None
        table.add_row(
            str(ours) if row.instructions is not None else "", row.name, row.shapes, number(row.macs), number(row.instructions),
            f"{100 * row.instructions / total:.1f} %" if row.instructions else "",
            per_instruction(row.macs, row.instructions), number(row.peer), ratio(row.ratio), style=style,
        )  # fmt: skip
        ours += row.instructions is not None
    return table


def number(value: int | None) -> str:
    return f"{value:,}" if value else ""


def ratio(value: float | None) -> str:
    return f"{value:.2f}" if value else ""


def per_instruction(macs: int, instructions: int | None) -> str:
    return f"{macs / instructions:.3f}" if macs and instructions else ""


def change(before: int | None, now: int) -> str:
    """How much less or more than the last time."""
    if not before or before == now:
        return ""
    return f"{100 * (now - before) / before:+.1f} %"


def cycle_table(title: str, estimates: dict, records: dict[str, int]) -> Table:
    """One line a model: cycles, what the instructions are, and where most cycles go. estimates: name -> cycles.Estimate."""
    kinds = {"load": "loads", "store": "stores", "multiply": "multiplies", "other": "others", "taken branch": "jumps taken"}
    table = Table(title=title, title_justify="left")
    for column in ("model", "cycles", "per instruction", *kinds.values(), "published record", "record/mite", "most cycles in"):
        table.add_column(column, justify="left" if column in ("model", "most cycles in") else "right")
    for name, found in estimates.items():
        shares = (f"{100 * found.kinds[kind] / found.instructions:.0f} %" for kind in kinds)
        record = records.get(name)
        places = ", ".join(f"{function} {100 * part / found.cycles:.0f} %" for function, part in found.functions.most_common(2))
        table.add_row(
            name, f"{found.cycles:,}", f"{found.cycles / found.instructions:.2f}", *shares, number(record),
            ratio(record / found.cycles if record else None), places,
        )  # fmt: skip
    return table


def hot_blocks(title: str, found, count: int) -> str:
    """The blocks of instructions that take most cycles, as text."""
    lines = []
    for spent, block in found.blocks[:count]:
        first = block.instructions[0]
        lines += [
            "", f"{title}: {100 * spent / found.cycles:.1f} % of the cycles in {first.function} at {first.address:#x}: "
            f"{len(block.instructions)} instructions, {spent / block.ran:.1f} cycles, {block.ran:,} times",
        ]  # fmt: skip
        lines += [f"    {i.address:x}: {i.text}" for i in block.instructions]
    return "\n".join(lines)


def time_table(times: dict[str, dict[str, float]]) -> Table:
    """Wall time on this computer. times: name -> what host.times() says."""
    table = Table(title="Wall time on this computer, one thread: medians of runs that take turns", title_justify="left")
    for column in ("model", "mite, us", "TFLite Micro, us", "times mite's", "LiteRT with XNNPACK, us", "times mite's"):
        table.add_column(column, justify="left" if column == "model" else "right")
    for name, found in times.items():
        cells = []
        for other in ("tflite_micro", "litert"):
            cells += [f"{found[other]:,.1f}", times_faster(found, other)] if other in found else ["", ""]
        table.add_row(name, f"{found['mite']:,.1f}", *cells)
    return table


def times_faster(found: dict[str, float], other: str) -> str:
    return f"{found[other] / found['mite']:.2f}" if other in found else ""


def readme_table(results: dict[str, dict[str, dict]], titles: dict[str, str], times: dict[str, dict[str, float]]) -> str:
    """Markdown: instructions of each model on each machine, and how many times fewer than the peer's; times on the host."""
    models = list(dict.fromkeys(name for entries in results.values() for name, entry in entries.items() if "skipped" not in entry))
    head = ["Instructions (TFLite Micro's: times as many)", *(titles[target] for target in results)]
    if times:
        head += ["x86-64: time of TFLite Micro, LiteRT / mite's"]
    lines = ["| " + " | ".join(head) + " |", "|---" + "|---:" * (len(head) - 1) + "|"]
    for model in models:
        cells = []
        for entries in results.values():
            entry = entries.get(model, {})
            cell = f"{entry['instructions']:,}" if "instructions" in entry else ""
            cells.append(cell + (f" ({entry['ratio']:.1f})" if entry.get("ratio") else ""))
        if times:
            found = times.get(model, {})
            cells.append(" ".join(times_faster(found, other) for other in ("tflite_micro", "litert") if other in found))
        lines.append(f"| {model} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
