"""mite quantize: a float .tflite model becomes an integer one."""

import json
from pathlib import Path

from rich.table import Table

from ..errors import MiteError
from .common import add_metadata, byte_count, console, count, named, read_metadata, write_whole

HELP = "make an int8 model of a float .tflite model, by what it does on some data"
SAMPLES, TESTED = 100, 500


def arguments(command) -> None:
    command.add_argument("model", type=Path, help="MODEL.tflite: float32, with weights of float32, float16 or int8 (hybrid)")
    command.add_argument("-o", "--output", type=Path, help="where to write it (MODEL_int8.tflite); NAME.mite makes an image at once")
    add_metadata(command)
    add_data(command)
    command.add_argument("--test", type=Path, help="data like those of --data, on which the answers are compared (default: what the calibration left of --data)")
    command.add_argument("--tested", type=count, default=TESTED, help=f"how many of them ({TESTED})")
    command.add_argument("--json", action="store_true", help="the report for a program to read")


def add_data(command) -> None:
    """What `mite quantize` and `mite convert` ask for alike."""
    command.add_argument("--data", type=Path, help="calibration data: a folder or .zip of pictures, sound, .npy or .npz files, or a Python file with a generator samples()")
    command.add_argument("--random-data", action="store_true", help="random numbers in place of data: to try whether it works at all")
    command.add_argument("--samples", type=count, default=SAMPLES, help=f"how many of the data to calibrate with ({SAMPLES})")
    command.add_argument("--pixels", default="0..1", help="what the model takes pixels as: 0..1 (default), 0..255, --pixels=-1..1, or MEAN/STD like 127.5/127.5")
    command.add_argument("--fit", choices=("stretch", "crop"), default="stretch", help="what to do with pictures of another shape (stretch)")
    command.add_argument("--features", default="0.0078125,0", metavar="SCALE,ZERO", help="what the model takes the front-end's int8 features as: SCALE * (feature - ZERO) (1/128,0)")
    command.add_argument("--method", choices=("auto", "minmax", "mse", "percentile"), default="auto", help="how ranges of activations are chosen (auto: by what the outputs mind least)")
    command.add_argument("--weights", choices=("int8", "int4"), default="int8", help="type of the weights (int8)")
    command.add_argument("--activations", choices=("int8", "int16"), default="int8", help="type of the activations (int8)")
    command.add_argument("--max-bytes", type=byte_count, metavar="BYTES", help="weights of the layers that mind least become int4 until the image has no more bytes")
    command.add_argument("--float-ends", action="store_true", help="inputs and outputs stay float32")
    for name, words in (("equalize", "equalize channels in front of depthwise convolutions"), ("learn", "round weights by their effect on a layer's output"),
                        ("correct", "correct biases")):  # fmt: skip
        command.add_argument(f"--no-{name}", dest=name, action="store_false", help=f"do not {words}")


def run(options) -> None:
    from ..tflite.write import write

    if options.output:
        named(options.output, ".tflite", ".mite")  # before the work
    made, found = quantized(options)
    output = options.output or options.model.with_name(f"{options.model.stem.removesuffix('_float')}_{made.settings.name}.tflite")
    data = write(made.graph)
    if output.suffix == ".mite":
        from ..compile import compile_graph
        from ..tflite.read import parse

        data = compile_graph(parse(data, options.model.name.removesuffix(".tflite"))).image
    write_whole(output, data)
    if options.json:
        print(json.dumps(found.as_dict() | {"output": str(output)}, indent=2))
        return
    show(found, str(options.model))
    console.print(f"[bold]{output}[/bold]: {len(data):,} bytes ({found.before_bytes:,} before) in {found.seconds:.1f} s")


def quantized(options):
    """(a Quantized, the Report on it) as the command's options say. MiteError where there is no data, or it does not fit."""
    from ..quantize import data as loading
    from ..quantize.post import Quantizer, Settings
    from ..quantize.real import as_real
    from ..quantize.report import report
    from ..tflite.read import read
    from ..tflite.write import write

    graph = as_real(read(options.model))
    metadata = read_metadata(options)
    preparing = loading.Preparing(*_prepared(options), metadata.get("frontend", {}).get("stride_ms", 20), tuple(metadata.get("labels", ())))
    if options.data is not None:
        data = loading.load(options.data, graph, options.samples, preparing)
        test, tested = getattr(options, "test", None), getattr(options, "tested", TESTED)
        checked = loading.load(test, graph, tested, preparing) if test else loading.load(options.data, graph, tested, preparing, skip=len(data.samples))
    elif options.random_data:
        if not getattr(options, "json", False):
            console.print("[yellow]random data[/yellow]: the ranges have nothing to do with what the model will see; never use this model in earnest")
        data = checked = loading.random(graph, options.samples)
    else:
        raise MiteError(
            f"{options.model}: quantizing wants some data like what the model will see: --data FOLDER with pictures, sound, .npy or .npz files "
            "(a hundred are enough), or --data FILE.py with a function samples() that yields lists of arrays. --random-data tries without"
        )
    settings = Settings(options.activations, 4 if options.weights == "int4" else 8, options.method, options.equalize, options.learn, options.correct,
                        options.float_ends, options.max_bytes, data.inputs)  # fmt: skip
    quantizer = Quantizer(graph, data.samples, settings, progress(console if not getattr(options, "json", False) else None), data.metadata | metadata)
    made = quantizer.best()
    before = options.model.stat().st_size
    found = report(made, checked.samples, checked, before, len(write(made.graph)), quantizer.progress)
    made.graph.quantized = found.as_dict()
    return made, found


def _prepared(options):
    """(how pixels, how features become the model's numbers: scale, zero point)"""
    from ..pictures import Pixels

    try:
        pixels = Pixels.parse(options.pixels, options.fit)
    except ValueError:
        raise MiteError(f"--pixels {options.pixels}: 0..1, -1..1, 0..255 or MEAN/STD is wanted, each one number or three") from None
    try:
        scale, zero = options.features.split(",")
        scale = float(scale.split("/")[0]) / float(scale.split("/")[1]) if "/" in scale else float(scale)
        zero = int(zero)
        if not 0 < scale < float("inf") or not -128 <= zero <= 127:
            raise ValueError
    except (ValueError, ZeroDivisionError):
        raise MiteError(f"--features {options.features}: SCALE,ZERO is wanted, such as 1/128,0") from None
    return pixels, scale, zero


def progress(on):
    """A progress bar for each loop on a console; nothing if there is none."""
    from rich.progress import track

    return (lambda things, name: things) if on is None else lambda things, name: track(things, f"{name:10}", console=on, transient=True, disable=not on.is_terminal)


def show(found, name: str) -> None:
    """The report as a table."""
    table = Table(title=f"{name}: every layer beside the float model's", title_justify="left")
    for column in ("#", "op", "output", "weights", "signal to noise"):
        table.add_column(column, justify="left" if column in ("op", "output", "weights") else "right")
    for number, layer in enumerate(found.layers):
        text = f"{layer.snr_db:.1f} dB"
        table.add_row(str(number), layer.op, str(layer.shape), layer.weights, f"[yellow]{text}[/yellow]" if number in found.worst else text)
    console.print(table)
    for line in verdict(found):
        console.print(line)


def verdict(found) -> list[str]:
    """The report in a few lines."""
    lines = []
    if found.worst:
        lines.append("worst: " + ", ".join(f"{n} {found.layers[n].op} ({found.layers[n].snr_db:.1f} dB)" for n in found.worst))
    if found.float_ops:
        lines.append(f"[yellow]{found.float_ops} ops stay float[/yellow]: there are no integer kernels for them")
    if found.agreement is not None:
        lines.append(f"top answer as the float model's: {found.agreement:.1%} of {found.samples} samples")
    elif found.output_snr_db is not None:
        lines.append(f"output: {found.output_snr_db:.1f} dB over {found.samples} samples")
    if found.accuracy is not None:
        lines.append(f"accuracy: {found.accuracy:.2%}, float {found.float_accuracy:.2%}")
    return lines
