"""mite upload: a model onto a board."""

from pathlib import Path

from .common import console, load_image

HELP = "put a model on a board, check it there, then give it its name"


def arguments(command) -> None:
    command.add_argument("model", type=Path, help="MODEL.mite, or MODEL.tflite, which is converted first")
    command.add_argument("--port", required=True, help="the board's serial port, such as /dev/ttyACM0")
    command.add_argument("--as", dest="name", help="its name on the board (MODEL.mite)")


def run(options) -> None:
    from rich.progress import BarColumn, Progress, TextColumn, TransferSpeedColumn

    from mite.expand import is_compressed

    from ..board.link import Link
    from ..board.upload import upload
    from ..image.describe import describe

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
