"""`mite see`: pictures to a board that looks at them (firmware/demos/vision), what it sees, and a PNG with it all."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, UnidentifiedImageError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from .board.demos import demo
from .board.emulator import MHZ, Emulator
from .board.link import Link
from .board.steps import bar
from .board.stream import objects, stream
from .board.tree import BUILD, ROOT
from .board.upload import upload
from .compile import compile_model
from .errors import MiteError
from .image.compress import opened
from .image.describe import describe
from .image.metadata import read_lines

FRAME = 320  # the longer side of the frames that are sent: a camera's QVGA
BOARD_BYTES = 900_000  # of heap, for image, arena and frame: what is larger looks on this computer
COLUMNS, ROWS = 36, 18  # of a picture in the terminal, at most
FORMAT = "rgb565be"  # as an OV2640 has it
SHARED = ROOT.parent / "shared"
PERSON = ("no person", "person")
OWN = Path(__file__).with_name("models") / "cifar"


@dataclass(frozen=True)
class Known:
    """What is known of a model beside its file: its labels (or a file with them, under ../shared), and from which score on its boxes count."""

    labels: tuple[str, ...] | str = ()
    threshold: float = 0.5


KNOWN = {
    "person_detect": Known(PERSON),
    "vww_96_int8": Known(PERSON),
    "mcunet_vww": Known(PERSON),
    "mobilenet_v1_0.25_128_quant": Known("data/images/imagenet_labels.txt"),
    "mobilenet_v2_1.0_224_quant": Known("data/images/imagenet_labels.txt"),
    "traffic_model": Known((), 0.3),
    "resnet8_int8": Known(("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")),
}


@dataclass
class Seen:
    """What was seen in a picture."""

    name: str
    picture: Image.Image
    answers: list[tuple[str, float]] = field(default_factory=list)
    boxes: list[tuple] = field(default_factory=list)  # label, score, and left, top, right, bottom in parts of the picture
    ticks: int = 0  # of the model
    picture_ticks: int = 0  # to make the frame its input

    def lines(self) -> list[tuple[str, float]]:
        """(label, probability) of what there is to say."""
        found = [(label if isinstance(label, str) else f"class {label}", score) for label, score, *_ in self.answers or self.boxes]
        return found or [("nothing", 0.0)]


def default_model() -> str:
    """The model where none is named: a person detector if it is beside the tree, else the project's own."""
    if (SHARED / "models" / "person_detect.tflite").is_file():
        return "person_detect"
    return "cifar"


def model_image(name: str, labels: Path | None = None) -> tuple[bytes, float]:
    """(image, threshold of its boxes) of a model: a .tflite or .mite file, a name in ../shared/models, or "cifar" (the project's own).
    MiteError, ConvertError."""
    if name == "cifar":
        metadata, path = {}, OWN / "cifar_int8.tflite"
        if path.is_file():
            card = json.loads((OWN / "cifar.json").read_text())
            metadata = {key: card[key] for key in ("labels", "pixels") if key in card}
    else:
        metadata, path = {}, Path(name)
        if not path.is_file():
            path = SHARED / "models" / f"{name}.tflite"
    if not path.is_file():
        names = [known for known in KNOWN if (SHARED / "models" / f"{known}.tflite").is_file()] + (["cifar"] if (OWN / "cifar_int8.tflite").is_file() else [])
        raise MiteError(f"{name}: there is no such model; give a .tflite or .mite file{', or one of: ' + ', '.join(names) if names else ''}")
    known = KNOWN.get(path.stem, Known())
    if path.suffix == ".mite":
        image = opened(path.read_bytes(), str(path))
        describe(image, str(path))
        return image, known.threshold
    if labels:
        metadata["labels"] = read_lines(labels)
    elif isinstance(known.labels, str):
        metadata["labels"] = (SHARED / known.labels).read_text().splitlines()
    elif known.labels:
        metadata["labels"] = list(known.labels)
    return compile_model(path, metadata).image, known.threshold


def pictures(paths: Sequence[Path]) -> list[tuple[str, Image.Image]]:
    """(name, RGB picture) of files; without any those of ../shared, or some that are drawn here. MiteError for a file that is none."""
    if not paths and (SHARED / "data" / "images").is_dir():
        paths = sorted((SHARED / "data" / "images").glob("*.bmp"))
    if not paths:
        return drawn()
    found = []
    for path in paths:
        try:
            with Image.open(path) as picture:
                found.append((path.stem, picture.convert("RGB")))
        except (UnidentifiedImageError, OSError) as error:
            raise MiteError(f"{path}: {getattr(error, 'strerror', None) or 'not a picture'}") from None
    return found


def drawn() -> list[tuple[str, Image.Image]]:
    """Pictures of our own: a ship, an airplane, a truck."""
    made = []
    for name in ("ship", "airplane", "truck"):
        picture = Image.new("RGB", (320, 240), (150, 190, 230))
        draw = ImageDraw.Draw(picture)
        if name == "ship":
            draw.rectangle((0, 150, 320, 240), (30, 70, 120))
            draw.polygon(((40, 130), (290, 130), (260, 175), (70, 175)), (60, 30, 30))
            draw.rectangle((110, 90, 210, 130), (230, 230, 225))
            draw.rectangle((150, 60, 175, 90), (180, 40, 30))
        elif name == "airplane":
            draw.ellipse((50, 100, 270, 135), (225, 228, 232))
            draw.polygon(((130, 120), (180, 120), (110, 190), (90, 190)), (190, 195, 202))
            draw.polygon(((60, 112), (85, 108), (60, 65), (42, 65)), (200, 60, 50))
        else:
            draw.rectangle((0, 180, 320, 240), (90, 90, 92))
            draw.rectangle((40, 70, 200, 180), (215, 215, 210))
            draw.polygon(((205, 110), (250, 110), (275, 145), (275, 180), (205, 180)), (170, 30, 30))
            for x in (70, 140, 235):
                draw.ellipse((x - 20, 165, x + 20, 205), (25, 25, 25))
        made.append((name, picture))
    return made


def frames_of(found: Sequence[tuple[str, Image.Image]], side: int = FRAME) -> list[tuple[str, Image.Image]]:
    """The pictures as frames of a camera: the longer side `side` pixels, an even width."""
    frames = []
    for name, picture in found:
        part = side / max(picture.size)
        width, height = max(2, round(picture.width * part / 2) * 2), max(1, round(picture.height * part))
        frames.append((name, picture.resize((width, height), Image.Resampling.LANCZOS)))
    return frames


def pixels_of(picture: Image.Image, format: str = FORMAT) -> bytes:
    """A picture's pixels as a camera gives them: "rgb888", or "rgb565be", each channel rounded to its bits."""
    import numpy as np

    if format == "rgb888":
        return picture.tobytes()
    red, green, blue = (np.asarray(channel, np.uint32) for channel in picture.split())
    red, green, blue = (red * 31 + 127) // 255, (green * 63 + 127) // 255, (blue * 31 + 127) // 255
    return (red << 11 | green << 5 | blue).astype(">u2").tobytes()


def look_here(image: bytes, frames: Sequence[tuple[str, Image.Image]], threshold: float = 0.5, crop: str | None = None, format: str = FORMAT) -> list[Seen]:
    """What this computer sees in the frames; ticks are microseconds."""
    import mite

    seer = demo("vision.main").Seer(mite.Model(image), crop, threshold=threshold)
    found = []
    for name, picture in frames:
        answers, boxes = seer.look(pixels_of(picture, format), *picture.size, format)
        found.append(Seen(name, picture, answers, boxes, seer.ticks, seer.picture_ticks))
    return found


def look_there(link: Link, path: str, frames: Sequence[tuple[str, Image.Image]], threshold: float = 0.5, crop: str | None = None,
               on_seen: Callable[[Seen], None] | None = None, on_sent: Callable[[int], None] | None = None, block_bytes: int = 2048, format: str = FORMAT) -> list[Seen]:  # fmt: skip
    """What a board sees in the frames, with the model at `path` there. on_seen gets each as it comes. Raises BoardError."""
    found: list[Seen] = []

    def on_show(shown: dict) -> None:
        if shown["kind"] == "picture":
            name, picture = frames[len(found)]
            found.append(Seen(name, picture, [tuple(a) for a in shown["answers"]], [tuple(b) for b in shown["boxes"]], shown["ticks"]))
        elif shown["kind"] == "time":
            found[-1].picture_ticks = shown["picture"]
            if on_seen:
                on_seen(found[-1])

    show_to(link, path, frames, objects(on_show), on_sent, threshold, crop, block_bytes, format)
    return found


def show_to(link: Link, path: str, frames: Sequence[tuple[str, Image.Image]], on_line: Callable[[str], None], on_sent=None, threshold: float = 0.5,
            crop: str | None = None, block_bytes: int = 2048, format: str = FORMAT, ops: bool = False) -> None:  # fmt: skip
    """Send the frames to the demo on the board; on_line gets the lines that it prints. Raises BoardError."""
    sizes = [picture.size for _, picture in frames]
    code = f"from demos.vision.main import over_serial\nover_serial({path!r}, {sizes!r}, {format!r}, {crop!r}, {threshold}, {block_bytes}, {ops})"
    stream(link, code, b"".join(pixels_of(picture, format) for _, picture in frames), on_line, on_sent)


def run(model: str, paths: Sequence[Path], labels: Path | None, board: str | None, port: str | None, crop: str | None, png: Path | None) -> list[Seen]:
    """The demo: on an emulated board if the model fits its memory, on the one at `port`, or on this computer (board "host")."""
    import mite

    console = Console(highlight=False)
    frames = frames_of(pictures(paths))
    image, threshold = model_image(model, labels)
    loaded = mite.Model(image)
    shape, arena = loaded.input.shape if loaded.inputs else (), loaded.arena_size
    if len(shape) != 4 or shape[0] != 1 or shape[3] not in (1, 3):
        raise MiteError(f"{model}: its input has shape {list(shape)}; one that sees takes a picture [1, height, width, 1 or 3]")
    needed = len(image) + arena + max(2 * picture.width * picture.height for _, picture in frames)
    console.print(f"Model: [bold]{model}[/bold], image {len(image):,} bytes, arena {arena:,}", soft_wrap=True)
    if board is None and not port and needed > BOARD_BYTES:
        console.print(f"It wants {needed:,} bytes with a frame, more than the emulated board has: this computer looks instead")
        board = "host"
    unit = "µs" if board == "host" else "ticks" if port else "instructions"
    if board == "host":
        seen = look_here(image, frames, threshold, crop)
        for each in seen:
            show(console, each, unit)
    elif port:
        with Link(port) as link:
            seen = _session(console, link, image, frames, threshold, crop, f"the board at {port}", link.block_bytes - 2, unit)
    else:
        with Emulator(board or "QEMU_M4") as emulator, emulator.link() as link:
            seen = _session(console, link, image, frames, threshold, crop, emulator.board.description, 2048, unit)
    if png is None:
        png = BUILD / "vision.png"
        BUILD.mkdir(parents=True, exist_ok=True)
    sheet(seen, unit).save(png)
    console.print(f"\n{png} has the pictures with what was seen", soft_wrap=True)
    return seen


def _session(console, link, image, frames, threshold, crop, where, block_bytes, unit) -> list[Seen]:
    console.print(f"Board: [bold]{where}[/bold], at {link.port}")
    with bar(console) as progress:
        task = progress.add_task("Uploading the model", total=len(image))
        done = upload(link, image, "vision.mite", lambda sent: progress.update(task, completed=sent))
    console.print(f"Uploaded {done.path}: {done.bytes:,} bytes in {done.seconds:.1f} s; times below at {MHZ} MHz, an instruction a cycle\n" if unit == "instructions"
                  else f"Uploaded {done.path}: {done.bytes:,} bytes in {done.seconds:.1f} s\n")
    with bar(console) as progress:
        task = progress.add_task("Pictures", total=sum(2 * picture.width * picture.height for _, picture in frames))
        return look_there(link, "vision.mite", frames, threshold, crop, lambda seen: show(progress.console, seen, unit),
                          lambda sent: progress.update(task, completed=sent), block_bytes)  # fmt: skip


def cost(ticks: int, unit: str) -> str:
    """What something took, in words."""
    if unit == "instructions":
        return f"{ticks:,} instructions, {ticks / MHZ / 1000:.1f} ms"
    return f"{ticks / 1000:.1f} ms" if unit == "µs" else f"{ticks:,} {unit}"


def show(console: Console, seen: Seen, unit: str) -> None:
    """What was seen in a picture, beside the picture where the terminal has colours: two pixels a character."""
    table = Table.grid(padding=(0, 2))
    words = Text(f"{seen.name}\n\n", style="bold")
    for label, score in seen.lines():
        words.append(f"{score:4.0%} ", "bold green").append(f"{'█' * round(8 * score):<8} ", "cyan").append(f"{label}\n", "not bold")
    words.append(f"\ninput {cost(seen.picture_ticks, unit)}\nmodel {cost(seen.ticks, unit)}\n", "not bold dim")
    if console.color_system:
        table.add_column(no_wrap=True)
        table.add_row(half_blocks(framed(seen)), words)
    else:
        table.add_row(words)
    console.print(table)
    if console.color_system:
        console.print()


def half_blocks(picture: Image.Image) -> Text:
    """A picture of characters whose upper half has one colour and the lower another."""
    part = min(COLUMNS / picture.width, 2 * ROWS / picture.height)
    columns, rows = max(1, round(picture.width * part)), max(2, round(picture.height * part / 2) * 2)
    small = picture.resize((columns, rows), Image.Resampling.BOX)
    text = Text()
    for y in range(0, rows, 2):
        for x in range(columns):
            above, below = ("#%02x%02x%02x" % small.getpixel((x, row)) for row in (y, y + 1))
            text.append("▀", f"{above} on {below}")
        text.append("\n" if y + 2 < rows else "")
    return text


def framed(seen: Seen) -> Image.Image:
    """The picture with its boxes, drawn."""
    picture = seen.picture.copy()
    draw = ImageDraw.Draw(picture)
    for _, _, left, top, right, bottom in seen.boxes:
        sides = left * picture.width, top * picture.height, right * picture.width - 1, bottom * picture.height - 1
        if sides[2] > sides[0] and sides[3] > sides[1]:
            draw.rectangle(sides, outline=(255, 220, 0), width=max(2, picture.width // 80))
    return picture


def sheet(seen: Sequence[Seen], unit: str) -> Image.Image:
    """All pictures with their answers and what they took, one below another."""
    width, margin, side = 760, 16, 300
    font, small = ImageFont.load_default(20), ImageFont.load_default(15)
    heights = [round(side * each.picture.height / each.picture.width) for each in seen]
    page = Image.new("RGB", (width, sum(max(height, 190) + margin for height in heights) + margin), (250, 250, 248))
    draw, y = ImageDraw.Draw(page), margin
    for each, height in zip(seen, heights):
        page.paste(framed(each).resize((side, height), Image.Resampling.LANCZOS), (margin, y))
        x, line = margin + side + 24, y
        draw.text((x, line), each.name, (20, 20, 20), font)
        for label, score in each.lines()[:4]:
            line += 28
            draw.rectangle((x, line + 4, x + 110, line + 18), (225, 228, 226))
            draw.rectangle((x, line + 4, x + round(110 * score), line + 18), (20, 130, 90))
            draw.text((x + 120, line), f"{score:.0%}  {label}"[:34], (20, 20, 20), small)
        for number, (what, ticks) in enumerate((("input", each.picture_ticks), ("model", each.ticks))):
            draw.text((x, line + 34 + 20 * number), f"{what} {cost(ticks, unit)}", (110, 112, 110), small)
        y += max(height, 190) + margin
    return page
