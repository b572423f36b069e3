"""`python -m mite_tools.bench.wake`: the wake words' demo on an emulated board: RAM, instructions, and whether it keeps up with a microphone."""

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from .. import sound
from ..board.emulator import MHZ, Emulator
from ..board.errors import BoardError
from ..board.firmware import build_firmware
from ..board.link import Link
from ..errors import MiteError
from ..wake import WORDS_A_MINUTE, wake_image

ROUND = 4096  # the spare memory holds the images, then the sound, each from a multiple of this on
FIFO_BYTES = 640  # of a small driver: 20 ms
SLICE_US = 4000  # after which other tasks have their turn

# Models lie in memory that the emulator filled, as they would in a board's flash.
LOAD = """
import gc
gc.collect()
start = gc.mem_alloc()
import mite, time, asyncio, micropython
from mite.audio import WakeWord
from demos.wake import main as demo
from uctypes import bytearray_at
gc.collect()
modules = gc.mem_alloc() - start

def memory(address, size):
    return memoryview(bytearray_at(address, size))

places, heard_at, heard_bytes = {places!r}, {sound!r}, {sound_bytes}
samples = memory(heard_at, heard_bytes)
WakeWord([mite.Model(memory(*place)) for place in places])  # from now on all names are there
gc.collect()
start = gc.mem_alloc()
models = [mite.Model(memory(*place)) for place in places]
wake = WakeWord(models)
driver = bytearray(5 * demo.MICROPHONE_MS * 16 * 4)  # as demos.microphone: a block and four for the driver, of 32 bits a sample
gc.collect()
ram = gc.mem_alloc() - start
buffers = len(wake.models[0].arena), sum([len(each.state) for each in wake.models]), len(driver)
"""

# Instructions of each part, on sound that has words in it; and the highest fill of the heap while it listens.
COUNT = """
def ticks(function):
    begin = time.ticks_cpu()
    function()
    return time.ticks_diff(time.ticks_cpu(), begin)

frontend, frame, at, frames = wake.frontend, bytearray(40), 960, []
frontend.feed_into(samples, 0, frame)
while at + 320 <= heard_bytes:
    begin = time.ticks_cpu()
    frontend.feed_into(samples[at : at + 320], 0, frame)
    frames.append(time.ticks_diff(time.ticks_cpu(), begin))
    at += 320
steps = []
for model in wake.models:
    model.invoke()
    steps.append(ticks(model.invoke))
wake.reset()
at = whole = 0
while True:
    begin = time.ticks_cpu()
    at = wake.step(samples, at)
    if at < 0:
        break
    wake.events()
    whole += time.ticks_diff(time.ticks_cpu(), begin)
whole //= wake.steps
frames = sum(frames) // len(frames), max(frames)
"""

# A microphone whose samples come by the board's own clock, into a driver's buffer, which loses what it has no room for.
LISTEN = """
class Microphone:
    def __init__(self, size):
        self.size = size
        self.taken = self.lost = self.most = 0
        self.start = time.ticks_us()

    @micropython.native
    def _waiting(self):
        come = time.ticks_diff(time.ticks_us(), self.start) * 2 // 125 * 2
        if come > heard_bytes:
            come = heard_bytes
        waiting = come - self.taken
        if waiting > self.most:
            self.most = waiting
        if waiting > self.size:
            self.lost += waiting - self.size
            self.taken, waiting = come - self.size, self.size
        return waiting

    @micropython.native
    def take(self, block, at):
        count, room = self._waiting(), len(block) - at
        if count > room:
            count = room
        if count:  # nothing is allocated while it waits: no garbage is to be collected then
            block[at : at + count] = samples[self.taken : self.taken + count]
            self.taken += count
        return at + count

    def blocks(self, block_bytes):
        block = memoryview(bytearray(block_bytes))
        while self.taken < heard_bytes:
            filled = 0
            while filled < block_bytes and self.taken < heard_bytes:
                filled = self.take(block, filled)
            yield block[:filled]

    async def readinto(self, block):
        filled = 0
        while filled < len(block) and self.taken < heard_bytes:
            filled = self.take(block, filled)
            await asyncio.sleep(0)
        return filled

found = {}

def note(name, microphone):
    found[name] = microphone.lost // 2, microphone.most // 2, words[:]
    words.clear()
    wake.reset()

words = []
on_word = lambda word, probability, time_ms: words.append((word, time_ms))
wake.reset()
microphone = Microphone(4 * demo.MICROPHONE_MS * 32)
demo.listen(wake, microphone.blocks(demo.MICROPHONE_MS * 32), on_word)
note('whole', microphone)
microphone = Microphone(FIFO)
asyncio.run(demo.alisten(wake, microphone, on_word, demo.BLOCK_BYTES, SLICE))
note('split', microphone)
"""


def measure(models: list[str], board: str, samples: np.ndarray) -> dict:
    """The figures of a board that listens to these samples for these models' words. Raises BoardError, MiteError, ConvertError."""
    emulated = Emulator(board, build_firmware(board))
    address, _ = emulated.board.settings["memory"]["spare"]
    content, places = b"", []
    for model in models:
        image, _ = wake_image(model)
        places.append((address + len(content), len(image)))
        content += image + bytes(-len(image) % ROUND)
    heard_at = address + len(content)
    content += samples.tobytes()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "spare.bin"
        path.write_bytes(content)
        emulated.memory = {address: path}
        with emulated, emulated.link() as link:
            return _figures(link, places, heard_at, samples)


def _figures(link: Link, places, heard_at: int, samples: np.ndarray) -> dict:
    link.exec(LOAD.format(places=places, sound=heard_at, sound_bytes=samples.nbytes))
    link.exec(COUNT, timeout_s=300)
    link.exec(LISTEN.replace("FIFO", str(FIFO_BYTES)).replace("SLICE", str(SLICE_US)), timeout_s=300)
    modules, ram, (arena, state, driver), frames, steps, whole, found = link.eval("modules, ram, buffers, frames, steps, whole, found")
    return {
        "modules": modules, "ram": ram, "arena": arena, "state": state, "driver": driver, "frame": frames[0], "frame_most": frames[1],
        "steps": steps, "whole": whole, "found": found,
    }  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """0 if no sample was lost."""
    parser = argparse.ArgumentParser(prog="python -m mite_tools.bench.wake", description=__doc__)
    parser.add_argument("--board", default="QEMU_M4", help="an emulated board (QEMU_M4)")
    parser.add_argument("--models", nargs="+", default=["okay_nabu"], help="as of `mite wake` (okay_nabu)")
    parser.add_argument("--say", help="what the board hears (the first model's word)")
    options = parser.parse_args(arguments)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 140)
    try:
        say = options.say or wake_image(options.models[0])[1]["labels"][0]
        samples = sound.say(say, "en-us", WORDS_A_MINUTE, 0)
        found = measure(options.models, options.board, samples)
    except (BoardError, MiteError) as error:
        console.print(str(error), style="red", markup=False)
        return 1
    step_ms = 30
    table = Table(title=f"{', '.join(options.models)} on {options.board}", title_justify="left")
    for column in ("", "", f"of a {MHZ} MHz core"):
        table.add_column(column, justify="left" if not column else "right")

    def share(instructions: float, ms: float) -> str:
        return f"{instructions / (MHZ * 1000 * ms):.2%}"

    table.add_row("front-end, each 10 ms: instructions", f"{found['frame']:,}", share(found["frame"], 10))
    for model, steps in zip(options.models, found["steps"]):
        table.add_row(f"{Path(model).stem}, each {step_ms} ms: instructions", f"{steps:,}", share(steps, step_ms))
    table.add_row(f"all with Python around, each {step_ms} ms: instructions", f"{found['whole']:,}", share(found["whole"], step_ms))
    own = found["ram"] - found["arena"] - found["state"] - found["driver"]
    table.add_row("RAM of the demo: bytes (gc.mem_alloc)", f"{found['ram']:,}", "")
    table.add_row("  of that arena, states, microphone; the front-end and objects", f"{found['arena']:,} + {found['state']:,} + {found['driver']:,}; {own:,}", "")
    table.add_row("  beside it: modules of the frozen package and names", f"{found['modules']:,}", "")
    console.print(table)
    lost_any = False
    for name, how in (("whole", "a model runs as a whole"), ("split", "await: samples are taken between two ops")):
        lost, most, words = found["found"][name]
        lost_any = lost_any or lost
        heard = ", ".join(f"{word} at {time_ms / 1000:.2f} s" for word, time_ms in words) or "nothing"
        console.print(f"{how}: {lost} of {len(samples):,} samples lost, at most {most} waited ({most / 16:.1f} ms); heard {heard}")
    return 1 if lost_any else 0


if __name__ == "__main__":
    sys.exit(main())
