"""The `mite` command."""

import argparse
import json
import os
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from .board.errors import BoardError
from .errors import MiteError

console = Console(highlight=False, soft_wrap=True)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the process's exit status: 0, 1 for a mistake (explained on stderr), 2 for wrong usage."""
    options = parser().parse_args(arguments)
    try:
        return options.run(options) or 0
    except (MiteError, BoardError) as error:
        print(f"mite: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        if error.filename is None:
            raise
        print(f"mite: {error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    except ValueError as error:
        from mite import ModelError

        if not isinstance(error, ModelError):
            raise
        print(f"mite: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # What reads our output has gone; Python must not try to flush it at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="mite", description="TensorFlow Lite models on MicroPython boards.")
    top.add_argument("--version", action="version", version=f"mite {version()}")
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run, help: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=help, description=help[0].upper() + help[1:] + ".")
        sub.set_defaults(run=run)
        return sub

    convert = command("convert", run_convert, "make a .mite image of a .tflite model")
    convert.add_argument("model", type=Path, help="MODEL.tflite")
    convert.add_argument("-o", "--output", type=Path, help="where to write the image (MODEL.mite); NAME.h makes it a C array, NAME.py a Python module to freeze")
    convert.add_argument("--labels", type=Path, help="a text file with the name of a class on each line")
    convert.add_argument("--metadata", type=Path, help="a JSON file whose keys go into the image (labels, frontend, decoder, ...)")
    add_ram(convert)
    convert.add_argument("--compress", action="store_true", help="code it for storage and upload; a board expands it into RAM")
    convert.add_argument("--dump", choices=stages(), help="print what the compiler has after a stage")

    info = command("info", run_info, "tensors, ops, memory and sizes of a .mite image or a .tflite model")
    info.add_argument("model", type=Path)
    info.add_argument("--json", action="store_true", help="the figures for a program to read")
    add_ram(info)

    check = command("check", run_check, "say whether a .tflite model will run, what it needs, and what would help")
    check.add_argument("model", type=Path, help="MODEL.tflite")
    check.add_argument("--board", help="whether it fits this board's RAM and flash, and about how long an inference takes there")
    check.add_argument("--json", action="store_true", help="the findings for a program to read")

    run = command("run", run_run, "run a model on this computer, with the same C core as on a board")
    run.add_argument("model", type=Path, help="MODEL.mite or MODEL.tflite")
    run.add_argument("input", type=Path, nargs="+", help=".npy, .npz, .wav or a picture, one for each input")
    run.add_argument("-o", "--output", type=Path, help="write the outputs to an .npz file")
    run.add_argument("--top", type=int, default=5, help="how many classes to print (5)")

    verify = command("verify", run_verify, "compare mite with the reference kernels, op by op and byte by byte")
    verify.add_argument("model", type=Path, help="MODEL.tflite")
    verify.add_argument("input", type=Path, nargs="*", help=".npy or .npz files with inputs, one run each")
    verify.add_argument("--runs", type=int, default=4, help="runs on random inputs (4)")
    verify.add_argument("--seed", type=int, default=0)
    add_ram(verify)
    for each in (run, verify):
        each.add_argument("--custom", type=Path, help="a Python file with the model's custom ops: it calls mite.register(NAME, function)")

    upload = command("upload", run_upload, "put a model on a board, check it there, then give it its name")
    upload.add_argument("model", type=Path, help="MODEL.mite, or MODEL.tflite, which is converted first")
    upload.add_argument("--port", required=True, help="the board's serial port, such as /dev/ttyACM0")
    upload.add_argument("--as", dest="name", help="its name on the board (MODEL.mite)")

    strip = command("strip", run_strip, "take out of a .tflite model what inference does not need")
    strip.add_argument("model", type=Path, help="MODEL.tflite")
    strip.add_argument("-o", "--output", type=Path, help="where to write the smaller model (MODEL.stripped.tflite)")

    report = command("report", run_report, "make a page that shows a model's memory over time, its ops and what was saved")
    report.add_argument("model", type=Path, help="MODEL.tflite")
    report.add_argument("-o", "--output", type=Path, help="where to write the page (MODEL.html)")
    report.add_argument("--board", default="RPI_PICO2", help="the board whose times are estimated (RPI_PICO2)")
    add_ram(report)

    build = command("build", run_build, "make a native module _mite with only the ops that some models use")
    build.add_argument("--for", dest="models", type=Path, nargs="+", required=True, metavar="MODEL", help="MODEL.mite or MODEL.tflite")
    build.add_argument("--arch", help="the board's architecture: x64, armv6m, armv7m, armv7emsp, armv7emdp or rv32imc")
    build.add_argument("-o", "--output", type=Path, default=Path("_mite.mpy"), help="where to write the module (_mite.mpy)")
    build.add_argument("--flags", action="store_true", help="print the compiler's flags for _mite in firmware instead: make CFLAGS_EXTRA=...")

    demo = command("demo", run_demo, "speak to a board, and see the words that it hears")
    demo.add_argument("--say", help="the digits to say, such as 'three one four'")
    demo.add_argument("--wav", help="a recording to listen to in place of espeak-ng: any rate, mono or stereo")
    demo.add_argument("--model", type=Path, help="a keyword model's .mite image in place of the digits: labels, frontend and decoder in its metadata")
    demo.add_argument("--board", default="QEMU_M4", help="an emulated board (QEMU_M4)")
    demo.add_argument("--port", help="a real board's serial port, in place of an emulated one")
    return top


def add_ram(command: argparse.ArgumentParser) -> None:
    command.add_argument("--ram", type=byte_count, metavar="BYTES", help="arena and state may have so many bytes (24k is 24,576): ops run in bands of "
                         "rows where that is needed, for more multiply-adds")  # fmt: skip
    command.add_argument("--rows", action="store_true", help="with --ram: the first input, a picture, comes in rows (model.rows(source)), and is never there as a whole")


def limits(options) -> tuple[int | None, bool]:
    """What add_ram()'s options say. MiteError if they do not go together."""
    if options.rows and options.ram is None:
        raise MiteError("--rows wants --ram: how much memory may be used")
    return options.ram, options.rows


def byte_count(text: str) -> int:
    """24k -> 24576. For argparse."""
    number, unit = (text[:-1], 1024 ** (1 + "km".index(text[-1].lower()))) if text[-1:].lower() in ("k", "m") else (text, 1)
    try:
        count = float(number) * unit
    except ValueError:
        count = 0
    if not 0 < count < 2**32:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of bytes, such as 16000 or 24k")
    return int(count)


def version() -> str:
    """The installed distribution's version."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("micropython-mite")
    except PackageNotFoundError:
        return "(not installed)"


def stages() -> tuple[str, ...]:
    from .compile import STAGES

    return STAGES


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that a broken run leaves the old one, or none."""
    temporary = path.with_name(path.name + ".part")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def read_metadata(options) -> dict:
    """What goes into the image's JSON, from the command's files."""
    metadata = {}
    if options.metadata:
        try:
            metadata = json.loads(options.metadata.read_text())
        except ValueError as error:
            raise MiteError(f"{options.metadata}: {error}") from None
        if not isinstance(metadata, dict):
            raise MiteError(f"{options.metadata}: a JSON object is wanted")
    if options.labels:
        try:
            metadata["labels"] = options.labels.read_text().splitlines()
        except UnicodeDecodeError:
            raise MiteError(f"{options.labels}: this is not a text file") from None
    return metadata


def load_image(path: Path) -> bytes:
    """An image: read from a .mite file, or made of a .tflite model."""
    return load(path)[0]


def load(path: Path, ram: int | None = None, in_rows: bool = False):
    """(an image, how it came about: a Compiled, or None for one that was read from a .mite file, compressed or not)."""
    from .image.compress import opened

    data = path.read_bytes()
    if data[4:8] == b"TFL3" or path.suffix == ".tflite":
        from .compile import compile_model

        compiled = compile_model(path, ram=ram, in_rows=in_rows)
        return compiled.image, compiled
    return opened(data, str(path)), None


def take_customs(options) -> None:
    """Register the ops of mite.signal and run the file that registers others, if one was given. MiteError with the place in it where it fails."""
    import runpy
    import traceback

    import mite.signal

    mite.signal.register()
    if options.custom is None:
        return
    options.custom.stat()  # OSError, which names the file
    try:
        runpy.run_path(str(options.custom))
    except Exception as error:
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(options.custom)]
        line = getattr(error, "lineno", None) or (lines[-1] if lines else 1)
        raise MiteError(f"{options.custom}, line {line}: {type(error).__name__}: {error}") from None


def savings(compiled) -> dict[str, str]:
    """What the passes and the plan saved, in words, under their names."""
    saved = {name: text for name, text in compiled.saved.items() if text}
    if apart := compiled.plan.apart_bytes - compiled.plan.arena_bytes:
        saved["plan"] = f"{apart:,} bytes of arena, {compiled.plan.apart_bytes:,} if no output lay over an input"
    return saved


def run_convert(options) -> None:
    from .compile import compile_model
    from .errors import ConvertError
    from .image.arrays import render
    from .image.describe import describe
    from .report.check import registration, remark

    try:
        compiled = compile_model(options.model, read_metadata(options), options.dump, *limits(options))
    except ConvertError as error:
        raise ConvertError("\n".join(filter(None, (str(error), remark(options.model, False))))) from None
    if options.dump:
        return
    output = options.output or options.model.with_suffix(".mite")
    stored = compressed(compiled.image) if options.compress else compiled.image
    write_whole(output, render(stored, output, compiled.graph.name))
    info = describe(compiled.image)
    totals = info.totals()
    for name in info.customs:
        console.print(f"  {name}: needs {registration(name)}", markup=False)
    for name, saved in savings(compiled).items():
        console.print(f"  {name}: {saved}")
    console.print(
        f"[bold]{output}[/bold]: {len(stored):,} bytes ({options.model.stat().st_size:,} as .tflite; weights and biases "
        f"{totals['weight_bytes']:,}), arena {totals['arena_bytes']:,} bytes, {totals['macs']:,} multiply-adds"
    )
    if hint := remark(options.model, True):
        console.print(hint, markup=False)


def compressed(image: bytes) -> bytes:
    """The image in its compressed form; says what that saves."""
    from .image.compress import compress, xz_bytes

    smaller = compress(image)
    xz = xz_bytes(image)
    console.print(f"  compressed: {len(smaller):,} bytes, {len(smaller) / len(image):.1%} ({xz:,} by xz -9, {len(smaller) / xz:.3f} times that)")
    return smaller


def run_strip(options) -> None:
    from .tflite.strip import strip

    data = options.model.read_bytes()
    smaller = strip(data, str(options.model))
    output = options.output or options.model.with_suffix(".stripped.tflite")
    write_whole(output, smaller)
    console.print(f"[bold]{output}[/bold]: {len(smaller):,} bytes ({len(data):,} before: {len(smaller) / len(data):.1%})")


def run_report(options) -> None:
    from .board.catalogue import find_board
    from .report.memory import memory
    from .report.page import page

    board = find_board(options.board)
    _, compiled = load(options.model, *limits(options))
    if compiled is None:
        raise MiteError(f"{options.model}: an image does not tell where its tensors lie; give the .tflite that it was made of")
    shown = memory(compiled, board)
    output = options.output or options.model.with_suffix(".html")
    write_whole(output, page(shown, board, savings(compiled)).encode())
    console.print(f"[bold]{output}[/bold]: arena {shown.totals['arena_bytes']:,} bytes, the peak is {shown.words(shown.peak)}: "
                  f"{shown.steps[shown.peak].live_bytes:,} bytes")  # fmt: skip


def run_build(options) -> None:
    from .board.firmware import build_selected_natmod
    from .board.selection import defines, ops_of

    ops, frontend = ops_of({str(path): load_image(path) for path in options.models})
    if options.flags:
        print(*defines(ops, frontend))
        return
    if not options.arch:
        raise MiteError("--arch says for which architecture (or --flags, for firmware of your own)")
    module, whole = build_selected_natmod(options.arch, ops, frontend)
    data = module.read_bytes()
    write_whole(options.output, data)
    console.print(f"  ops: {', '.join(sorted(ops))}{'; the audio front-end' if frontend else ''}")
    console.print(f"[bold]{options.output}[/bold] for {options.arch}: {len(data):,} bytes; {whole:,} with every op and the audio front-end")


def run_info(options) -> None:
    from .image.describe import describe
    from .report.check import registration

    image, compiled = load(options.model, *limits(options))
    info = describe(image, str(options.model))
    totals = info.totals()
    saved = savings(compiled) if compiled else {}
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
    ratio = totals["image_bytes"] / totals["weight_bytes"] if totals["weight_bytes"] else 0
    console.print(
        f"image {totals['image_bytes']:,} bytes, {ratio:.3f} x weights and biases ({totals['weight_bytes']:,}); "
        f"arena {totals['arena_bytes']:,}, state {totals['state_bytes']:,} bytes; {totals['macs']:,} multiply-adds"
    )


def run_check(options) -> int:
    from dataclasses import asdict

    from rich.markup import escape

    from .board.catalogue import find_board
    from .report.board import fit
    from .report.check import CONVERT, check

    board = find_board(options.board) if options.board else None
    report = check(options.model)
    on_board = fit(report.info, board) if board and report.info else None
    status = 0 if report.runs and (on_board is None or on_board.fits) else 1
    if options.json:
        report.info = None
        findings = asdict(report) | {"runs": report.runs, "advice": report.advice, "hint": report.hint}
        del findings["info"]
        print(json.dumps(findings | ({"board": on_board.as_dict()} if on_board else {}), indent=2))
        return status
    table = Table(title=f"{options.model}: {report.description}", title_justify="left")
    for column in ("op", "count", "types", "verdict"):
        table.add_column(column, justify="right" if column == "count" else "left", overflow="fold")
    for row in report.rows:
        table.add_row(row.kind, str(row.count), row.types, f"[red]{escape(row.problem)}[/red]" if row.problem else f"[green]runs[/green]{escape(', ' + row.help if row.help else '')}")
    console.print(table)
    if report.runs:
        totals = report.totals
        console.print(
            f"[green]runs[/green]: image {totals['image_bytes']:,} bytes, arena {totals['arena_bytes']:,}, state {totals['state_bytes']:,} "
            f"bytes; {totals['macs']:,} multiply-adds"
        )
        for line in on_board.lines() if on_board else ():
            console.print(line)
        if report.hint:
            console.print(report.hint, markup=False)
        return status
    bad = sum(row.count for row in report.rows if row.problem)
    reason = report.failure or f"{bad} of {sum(row.count for row in report.rows)} ops"
    console.print(f"[red]does not run[/red]: {escape(reason)}")
    if report.advice:
        console.print(f"what would help: {escape(report.advice)}")
    for help in dict.fromkeys(row.help for row in report.rows if row.problem and row.help and not (report.advice and row.help.startswith(CONVERT))):
        kinds = ", ".join(dict.fromkeys(row.kind for row in report.rows if row.help == help))
        console.print(f"  {kinds}: {help}", markup=False)
    return 1


def run_run(options) -> None:
    import numpy as np

    import mite

    from .inputs import fill, whole

    take_customs(options)
    image = load_image(options.model)
    try:
        model = mite.Model(image)
    except mite.ModelError as error:
        raise MiteError(f"{options.model}: {error}") from None
    if len(options.input) != len(model.inputs):
        raise MiteError(f"{options.model} takes {len(model.inputs)} inputs, {len(options.input)} were given")
    for tensor, path in zip(model.inputs, options.input):
        fill(whole(model, tensor), path, model.metadata)
    model.invoke()
    arrays = {t.name: np.frombuffer(bytes(t.data), t.dtype).reshape(t.shape) for t in model.outputs}
    if options.output:
        import io

        buffer = io.BytesIO()
        np.savez(buffer, **arrays)
        write_whole(options.output, buffer.getvalue())
    if len(model.outputs) == 1 and len(model.output) <= 2000 and (model.labels or model.output.scale == 1 / 256):
        for label, probability in model.classify()[: options.top]:
            console.print(f"{probability:7.2%}  {label}")
        return
    for name, array in arrays.items():
        console.print(f"{name} {array.dtype}{list(array.shape)}: {np.array2string(array.reshape(-1), threshold=20)}")


def run_verify(options) -> int:
    from .inputs import read_run
    from .tflite.read import read
    from .verify import TOLERANCE, verify

    take_customs(options)
    graph = read(options.model)
    verdict = verify(options.model, [read_run(path, graph) for path in options.input], options.runs, options.seed, *limits(options))
    table = Table(title=f"{options.model}: {verdict.runs} runs against {verdict.reference}", title_justify="left")
    for column in ("#", "op", "tensor", "elements", "differ", "largest", "folded"):
        table.add_column(column, justify="left" if column in ("op", "tensor") else "right")
    for number, row in enumerate(verdict.rows):
        differ = f"[red]{row.differ:,}[/red]" if row.differ else f"{row.close:,} a little" if row.close else "0"
        shape = f"{row.tensor.dtype}{list(row.tensor.shape)}"
        table.add_row(str(number), row.op, shape, f"{row.of:,}", differ, f"{row.largest:g}" if row.differ or row.close else "",
                      f"{row.folded / row.tensor.count:.0%}" if row.folded else "")  # fmt: skip
    console.print(table)
    total, differ, close = (sum(numbers) for numbers in zip(*((row.of, row.differ, row.close) for row in verdict.rows)))
    if verdict.good and not verdict.exact:
        console.print(f"[green]good[/green]: {close:,} of {total:,} numbers differ, all of them float32 and by at most {TOLERANCE:g} (relative)")
    else:
        console.print(f"{'[green]exact[/green]' if verdict.exact else '[red]not exact[/red]'}: {differ:,} of {total:,} numbers differ"
                      + (f", and {close:,} float32 numbers by at most {TOLERANCE:g} (relative)" if close else ""))  # fmt: skip
    return 0 if verdict.good else 1


def run_upload(options) -> None:
    from rich.progress import BarColumn, Progress, TextColumn, TransferSpeedColumn

    from mite.expand import is_compressed

    from .board.link import Link
    from .board.upload import upload
    from .image.describe import describe

    image = load_image(options.model)
    describe(image, str(options.model))
    if is_compressed(stored := options.model.read_bytes()):
        image = stored  # goes as it is: the board expands it
    name = options.name or options.model.with_suffix(".mite").name
    with Link(options.port) as link:
        columns = (TextColumn("{task.description}"), BarColumn(30), TextColumn("{task.percentage:>3.0f} %"), TransferSpeedColumn())
        with Progress(*columns, console=console, transient=True) as progress:
            task = progress.add_task(f"Uploading {name}", total=len(image))
            done = upload(link, image, name, lambda sent: progress.update(task, completed=sent))
    checked = "the board has loaded it" if done.checked else "not tried there: the board has no mite yet"
    console.print(f"[bold]{done.path}[/bold]: {done.bytes:,} bytes in {done.seconds:.1f} s; {checked}")


def run_demo(options) -> None:
    from . import demo

    demo.run(options.say, options.wav, options.board, options.port, load_image(options.model) if options.model else None)


if __name__ == "__main__":
    sys.exit(main())
