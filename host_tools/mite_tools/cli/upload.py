"""`mite upload`."""

from pathlib import Path

from .common import add_port, console, count, load_image, opened_port

HELP = "put a model on a board, check it there, then give it its name"


def arguments(command) -> None:
    command.add_argument("model", type=Path, help="MODEL.mite, or MODEL.tflite, which is converted first")
    add_port(command)
    command.add_argument("--as", dest="name", help="its name on the board (MODEL.mite)")
    command.add_argument("--baud", type=count, default=115200, help="of a port that is no USB device itself (115200)")
    command.add_argument("--serve", action="store_true", help="a program that calls mite.upload.serve() runs on the board, and goes on afterwards")


def run(options) -> None:
    from rich.progress import TransferSpeedColumn

    from mite.expand import is_compressed

    from ..board.steps import bar
    from ..board.upload import upload
    from ..image.describe import describe

    image = load_image(options.model)
    describe(image, str(options.model))
    if is_compressed(stored := options.model.read_bytes()):
        image = stored  # goes as it is: the board expands it
    name = options.name or options.model.with_suffix(".mite").name
    with opened_port(options, baudrate=options.baud, repl=not options.serve) as link:
        if not options.serve:
            link.reset()  # what ran there leaves its memory
        with bar(console, TransferSpeedColumn()) as progress:
            task = progress.add_task(f"Uploading {name}", total=len(image))
            done = upload(link, image, name, lambda there: progress.update(task, completed=there))
    if not done.sent:
        console.print(f"[bold]{done.path}[/bold] is there already: the same {done.bytes:,} bytes")
        return
    again = f", {done.again} times something again" if done.again else ""
    checked = "the board has loaded it" if done.checked else "not tried there: the board has no mite yet"
    console.print(f"[bold]{done.path}[/bold]: {done.bytes:,} bytes in {done.seconds:.1f} s ({done.sent:,} sent{again}); {checked}")
