"""`mite upload`."""

from pathlib import Path

from .common import add_port, console, count, load_image, opened_port

HELP = "put a model on a board, check it there, then give it its name"


def arguments(command) -> None:
    command.add_argument("model", type=Path, help="MODEL.mite, or MODEL.tflite, which is converted first")
    add_port(command)
    command.add_argument("--as", dest="name", help="its name on the board (MODEL.mite)")
    command.add_argument("--baud", type=count, default=115200, help="of a port that is no USB device itself (115200)")
    command.add_argument("--romfs", action="store_true", help="into the board's ROMFS, where the model is run in place and takes no RAM but its arena")
    command.add_argument("--replace", action="store_true", help="with --romfs: also where the ROMFS there is damaged, and what is in it will be lost")
    command.add_argument("--serve", action="store_true", help="a program that calls mite.upload.serve() runs on the board, and goes on afterwards")


def run(options) -> None:
    from rich.progress import TransferSpeedColumn

    from mite.expand import is_compressed

    from ..board.errors import BoardError
    from ..board.steps import bar
    from ..board.upload import upload
    from ..image.describe import describe

    image = load_image(options.model)
    describe(image, str(options.model))
    if is_compressed(stored := options.model.read_bytes()):
        image = stored  # goes as it is: the board expands it
    name = options.name or options.model.with_suffix(".mite").name
    if options.romfs:
        return into_rom(options, load_image(options.model), name)
    if options.replace:
        raise BoardError("--replace goes with --romfs: in a file system a new model takes the old one's name anyway.")
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


# What tells one board from another.
IDENTITY = "import binascii, machine\nprint(binascii.hexlify(machine.unique_id()).decode())"


def into_rom(options, image: bytes, name: str) -> None:
    """Into ROMFS, compressed or not: there it lies as it runs."""
    from rich.progress import TransferSpeedColumn

    from ..board.errors import BoardError
    from ..board.link import BoardException
    from ..board.steps import bar
    from ..board.upload_rom import upload_to_rom

    if options.serve:
        raise BoardError("--romfs and --serve exclude each other: while ROMFS is written, no program can run on the board.")
    with opened_port(options, baudrate=options.baud) as link:
        link.reset()
        try:
            board = link.exec(IDENTITY).strip()
        except BoardException:
            board = "board"
        backup = Path(f"{board}-before-upload.romfs")
        try:
            with bar(console, TransferSpeedColumn()) as progress:
                task = progress.add_task(f"Uploading /rom/{name}", total=None)
                done = upload_to_rom(link, image, name, backup, lambda there: progress.update(task, completed=there), options.replace)
        finally:
            if backup.exists():
                console.print(
                    f"What the board had in ROMFS is in {backup}. `mite upload --romfs` in this folder goes on from there; "
                    f"`mpremote romfs deploy {backup}` brings it back as it was."
                )
    if not done.sent:
        console.print(f"[bold]{done.path}[/bold] is there already: the same {done.bytes:,} bytes")
        return
    checked = f"loaded in place, with {done.ram:,} bytes of RAM" if done.checked else "not tried there: the board has no mite yet"
    console.print(f"[bold]{done.path}[/bold]: {done.bytes:,} bytes in {done.seconds:.1f} s ({done.sent:,} sent); {checked}")
