"""`python -m mite_tools.bench`: instructions per inference on each machine, beside those of TFLite Micro."""

import argparse
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count

from rich.console import Console

from ..board.errors import BoardError, SetupError
from ..board.provision import provision
from ..board.tree import BUILD, ROOT
from ..errors import MiteError
from ..readme import write_table
from ..report.estimate import SPEEDS, fit, work
from . import build, cycles, emulate, host, models, peers, report, savings
from .targets import TARGETS

RESULTS = BUILD / "bench.json"
HOST_TIMES = BUILD / "bench_host.json"
# What each model took the last time, for the column "change". Not a result: it depends on what was run before.
LAST = build.FOLDER / "last.json"


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m mite_tools.bench", description=__doc__)
    parser.add_argument("--targets", default="", help=f"some of: {' '.join(TARGETS)} (default: all)")
    parser.add_argument("--models", default="", help=f"some of: {' '.join(models.FILES)} (default: all that are there)")
    parser.add_argument("--layers", action="store_true", help="a table of each model's layers")
    parser.add_argument("--cycles", action="store_true", help=f"estimate cycles of {' and '.join(cycles.TARGETS)}")
    parser.add_argument("--hot", type=int, default=0, metavar="N", help="with --cycles: the N blocks that take most of each model")
    parser.add_argument("--opt", default="O3", choices=("O3", "O2", "Os"), help="the compiler's optimization")
    parser.add_argument("--runs", type=int, default=1, help="how many known inputs to check (the first is counted)")
    parser.add_argument("--savings", action="store_true", help="what folding, overlap, bands and the like cost, instead")
    parser.add_argument("--speed", action="store_true", help="images as `mite convert --speed --board B` makes them for a board with that processor")
    parser.add_argument("--write-speeds", action="store_true", help="put what each op costs into report/speeds.json, for `mite check --board`")
    parser.add_argument("--write-readme", action="store_true", help="put the table into README.md, between its markers")
    options = parser.parse_args(arguments)
    if options.speed and (options.write_readme or options.write_speeds or options.savings):
        parser.error("--speed measures other images than those that --write-readme, --write-speeds and --savings are about: leave it out there")
    options.targets = choose("target", options.targets, list(TARGETS), list(TARGETS))
    options.models = choose("model", options.models, list(models.FILES), models.available())
    return options


def choose(what: str, text: str, known: list[str], default: list[str]) -> list[str]:
    """The names in a text with spaces or commas between them, or the default if there are none."""
    names = text.replace(",", " ").split()
    for name in names:
        if name not in known:
            raise BoardError(f"There is no {what} '{name}'; there are: {', '.join(known)}.")
    return [name for name in known if name in names] or default


def prepare(names: list[str], runs: int, processor: str | None) -> tuple[list[models.Model], dict[str, str]]:
    """(models that are ready, name -> why it is left out)."""
    ready, skipped = [], {}
    for name in names:
        try:
            ready.append(models.prepare(name, runs, processor))
        except (BoardError, MiteError) as error:
            skipped[name] = models.why_not(error)
    return ready, skipped


def measure(target, opt: str, model: models.Model) -> dict:
    """The entry of bench.json for a model on a machine."""
    if target.name == "host":
        counts = host.counts(model, opt)
        if counts is None:
            return {"skipped": "instructions on this computer are counted by callgrind: install valgrind"}
    else:
        counts = emulate.measure(target, build.program(target, opt, "main", model.bundle, model.name))
    theirs = peers.figures(target.name, model.file)
    entry = {
        "instructions": counts.invoke, "macs": model.macs, "arena_bytes": model.arena_bytes, "image_bytes": len(model.image),
        "load_instructions": counts.load, "exact": not counts.differs,
        "records": [(layer.info.op, work(layer.info), step) for layer, step in zip(model.layers, counts.steps)],
        "layers": [vars(row) for row in peers.match(model.layers, counts.steps, theirs["layers"] if theirs else [])],
    }  # fmt: skip
    if theirs:
        entry |= {
            "peer_instructions": theirs["instructions"], "peer_macs": theirs["macs"], "peer_arena_bytes": theirs["arena_bytes"],
            "ratio": round(theirs["instructions"] / counts.invoke, 4),
        }  # fmt: skip
    if counts.differs:
        entry["differs"] = counts.differs
    return entry


def attempt(target, opt: str, model: models.Model) -> dict:
    """measure(), or the reason why it failed: the other models shall not wait for one that does not run."""
    try:
        return measure(target, opt, model)
    except BoardError as error:
        return {"skipped": str(error), "exact": False}


def main(arguments: list[str] | None = None) -> int:
    """0 if every answer was exact, 1 if not or if something is missing."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 190)
    try:
        return run(parse(arguments), console)
    except (BoardError, MiteError) as error:
        console.print(str(error), style="red", markup=False)
    except KeyboardInterrupt:
        console.print("stopped")
    return 1


def run(options: argparse.Namespace, console: Console) -> int:
    start = time.monotonic()
    provision("emulator", "compilers")
    if options.savings:
        return show_savings(options, console)
    ready, skipped = prepare(options.models, options.runs, options.targets[0] if options.speed else None)
    if not ready:
        raise BoardError("None of these models can be run:\n" + "\n".join(f"  {name}: {why}" for name, why in skipped.items()))
    before = json.loads(LAST.read_text()) if LAST.exists() else {}
    results: dict[str, dict[str, dict]] = {}
    times: dict[str, dict[str, float]] = {}
    for name in options.targets:
        target = TARGETS[name]
        if options.speed and name != options.targets[0]:
            ready, skipped = prepare(options.models, options.runs, name)
        try:
            build.program(target, options.opt, "main", ready[0].bundle, ready[0].name)  # compiles with all processors
        except SetupError as error:
            console.print(f"left out: {name}: {error}", style="yellow", markup=False)
            continue
        with ThreadPoolExecutor(cpu_count()) as pool:
            entries = dict(zip((model.name for model in ready), pool.map(lambda m: attempt(target, options.opt, m), ready)))
        entries |= {model: {"skipped": why} for model, why in skipped.items()}
        results[name] = {model: entries[model] for model in options.models}
        show(console, target, options, results[name], before.get(variant(name, options), {}))
        if options.cycles and name in cycles.TARGETS:
            show_cycles(console, target, options, ready, results[name])
        if name == "host":
            times = {model.name: host.times(model) for model in ready}
            HOST_TIMES.write_text(json.dumps(times, indent=1))
            console.print(report.time_table(times))
    for name, entries in results.items():
        known = before.setdefault(variant(name, options), {})
        known |= {model: entry["instructions"] for model, entry in entries.items() if "instructions" in entry}
    LAST.write_text(json.dumps(before, indent=1, sort_keys=True))
    RESULTS.write_text(json.dumps({"opt": options.opt, "speed": options.speed, "targets": results}, indent=1))
    left_out = {model: entry["skipped"] for entries in results.values() for model, entry in entries.items() if "skipped" in entry}
    for name, why in left_out.items():
        console.print(f"left out: {name}: {why}", markup=False)
    console.print(f"{RESULTS.relative_to(ROOT)} written; {time.monotonic() - start:.1f} s", style="dim")
    if options.write_readme:
        write_readme(results, times)
    if options.write_speeds:
        write_speeds(results)
    wrong = [f"{model} on {name}" for name, entries in results.items() for model, e in entries.items() if not e.get("exact", True)]
    if wrong:
        raise BoardError("Wrong answers, or none: " + ", ".join(wrong))
    return 0


def show_savings(options: argparse.Namespace, console: Console) -> int:
    """0 if every model could be measured on every machine that is emulated."""
    missing = []
    for name in options.targets:
        if name != "host":
            table, lacking = savings.table(TARGETS[name], options.opt, options.models)
            console.print(table)
            missing += lacking
    for line in missing:
        console.print(f"left out: {line}", markup=False)
    return 1 if missing else 0


def variant(target: str, options: argparse.Namespace) -> str:
    """What is compared with itself from run to run: a machine's name, and how programs and images for it were made."""
    return f"{target} {options.opt}{' speed' * options.speed}"


def show(console: Console, target, options, entries: dict[str, dict], before: dict) -> None:
    if options.layers:
        for name, entry in entries.items():
            if "layers" in entry:
                console.print(report.layer_table(f"{name} on {target.title}, -{options.opt}", [peers.Row(**row) for row in entry["layers"]]))
    shown = {name: entry | {"before": before.get(name)} for name, entry in entries.items()}
    console.print(report.model_table(f"{target.title} ({target.name}), -{options.opt}{', mite convert --speed' * options.speed}", shown))
    for name, entry in entries.items():
        for run_number, byte, found, expected in entry.get("differs", ())[:3]:
            console.print(f"{name}: run {run_number}, byte {byte} of an output is {found}, should be {expected}", style="red")


def show_cycles(console: Console, target, options, ready: list[models.Model], entries: dict[str, dict]) -> None:
    estimates = {}
    for model in ready:
        if "skipped" in entries[model.name]:
            continue
        estimates[model.name] = cycles.estimate(target, cycles.profile(target, options.opt, model))
        entries[model.name]["cycles_estimate"] = estimates[model.name].cycles
    console.print(report.cycle_table(f"{target.title}: cycles, estimated", estimates, cycles.RECORDS[target.name]))
    for name, found in estimates.items() if options.hot else ():
        console.print(report.hot_blocks(f"{name} on {target.title}", found, options.hot), markup=False)


def write_readme(results: dict[str, dict[str, dict]], times: dict[str, dict[str, float]]) -> None:
    """MiteError if README.md has no place for the table."""
    counted = {name: entries for name, entries in results.items() if name != "host"}
    write_table("bench", report.readme_table(counted, {name: TARGETS[name].title for name in counted}, times))


def write_speeds(results: dict[str, dict[str, dict]]) -> None:
    """What was measured of each op on each machine but this computer; machines that were not measured stay as they were."""
    table = json.loads(SPEEDS.read_text()) if SPEEDS.exists() else {}
    for name, entries in results.items():
        samples: dict[str, list] = {}
        for entry in entries.values():
            for op, *sample in entry.get("records", ()):
                samples.setdefault(op, []).append(sample)
        if name != "host":
            table[name] = {op: fit(found) for op, found in sorted(samples.items())}
    lines = [
        f'  "{name}": {{\n' + ",\n".join(f'    "{op}": {factors}' for op, factors in ops.items()) + "\n  }" for name, ops in sorted(table.items())
    ]
    SPEEDS.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    sys.exit(main())
