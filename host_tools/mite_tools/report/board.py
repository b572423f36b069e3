"""Does a model fit a board, and about how long does an inference take there? The second half of `mite check`."""

from dataclasses import dataclass

from ..board.catalogue import Board
from ..board.selection import PARTS
from ..board.tree import BUILD
from ..image.describe import ImageInfo
from .estimate import Estimate, estimate

# What a model makes beside its arena and state on a board's heap: the objects of mite.Model, its tensors, names and labels.
OBJECT_BYTES = 2048


@dataclass(frozen=True)
class Fit:
    """A model on a board; all sizes in bytes.

    ram_bytes: arena, state and objects, without the image, which stays in flash where it is frozen or in ROMFS.
    module_bytes: of _mite as a native module, with _mite_sensors where the model hears or sees, as they were built last; 0 where they were not.
    """

    board: str
    ram_bytes: int
    image_bytes: int
    arena_bytes: int
    state_bytes: int
    module_bytes: int
    heap_bytes: int
    largest_block_bytes: int
    flash_bytes: int
    seconds: float
    estimate: Estimate

    @property
    def ram_in_place(self) -> bool:
        """Does it fit if the image is read where it lies?"""
        return self.ram_bytes <= self.heap_bytes and max(self.arena_bytes, self.state_bytes) <= self.largest_block_bytes

    @property
    def ram_from_file(self) -> bool:
        """Does it fit if the image is read from a file, into RAM?"""
        return self.ram_in_place and self.ram_bytes + self.image_bytes <= self.heap_bytes and self.image_bytes <= self.largest_block_bytes

    @property
    def flash(self) -> bool:
        return self.image_bytes <= self.flash_bytes

    @property
    def fits(self) -> bool:
        return self.ram_in_place and self.flash

    def as_dict(self) -> dict:
        """For `--json`."""
        return {
            "board": self.board, "fits": self.fits, "ram_bytes": self.ram_bytes, "image_bytes": self.image_bytes,
            "heap_bytes": self.heap_bytes, "largest_block_bytes": self.largest_block_bytes, "flash_bytes": self.flash_bytes,
            "fits_ram_from_file": self.ram_from_file, "fits_ram_in_place": self.ram_in_place, "fits_flash": self.flash,
            "module_bytes": self.module_bytes, "estimated_instructions": self.estimate.instructions, "estimated_seconds": self.seconds,
            "guessed_ops": list(self.estimate.guessed),
        }  # fmt: skip

    def lines(self) -> list[str]:
        """The verdict for a terminal, in rich's markup."""
        ram, image = self.ram_bytes, self.image_bytes
        of = f"of {self.heap_bytes:,} bytes"
        if self.largest_block_bytes < self.heap_bytes:
            of += f" (the largest piece {self.largest_block_bytes:,})"
        if self.ram_from_file:
            verdict = f"[green]fits[/green]: {ram + image:,} {of}, {ram:,} if the image is frozen or in ROMFS"
        elif self.ram_in_place:
            verdict = f"[yellow]fits only with the image frozen or in ROMFS[/yellow]: {ram:,} {of}; read from a file it would be {ram + image:,}"
        else:
            verdict = f"[red]does not fit[/red]: {ram:,} {of}, even with the image frozen or in ROMFS"
        flash = "[green]fits[/green]" if self.flash else "[red]does not fit[/red]"
        lines = [
            f"RAM of {self.board}: {verdict}",
            f"flash of {self.board}: {flash}: {image:,} of {self.flash_bytes:,} bytes",
            f"one inference: about {duration(self.seconds)}, an estimate from some {float(f'{self.estimate.instructions:.2g}'):,.0f} instructions",
        ]
        if self.estimate.guessed:
            lines[-1] += f" (never measured, so guessed: {', '.join(self.estimate.guessed)})"
        if self.module_bytes:
            lines.append(f"mite itself: nothing in firmware that has it; else some {self.module_bytes:,} bytes of RAM for the native module")
        return lines


def fit(info: ImageInfo, board: Board) -> Fit:
    """info: of the model's image."""
    settings, header = board.settings, info.header
    guess = estimate(info.ops, settings["speed"]["instructions"])
    folder = BUILD / "natmod" / board.mpy_arch
    modules = [folder / "_mite.mpy"]
    if any(key in info.metadata for key, _ in PARTS.values()):
        modules.append(folder / "sensors" / "_mite_sensors.mpy")
    return Fit(
        board.name, header["arena_bytes"] + header["state_bytes"] + OBJECT_BYTES, header["length"], header["arena_bytes"], header["state_bytes"],
        sum(module.stat().st_size for module in modules if module.is_file()), settings["heap_bytes"],
        settings.get("largest_block_bytes", settings["heap_bytes"]), settings["flash_bytes"],
        guess.seconds(settings["clock_hz"], settings["speed"]["cycles_per_instruction"]), guess,
    )  # fmt: skip


def duration(seconds: float) -> str:
    """With two digits: 3.4 ms, 120 us, 1.5 s."""
    for unit, size in (("s", 1), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            break
    value = seconds / size
    return f"{value:.1f} {unit}" if value < 10 else f"{float(f'{value:.2g}'):.0f} {unit}"
