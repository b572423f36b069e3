"""Boards that are flashed by a program of their makers': dfu-util, st-flash, teensy_loader_cli, bossac."""

import queue
import re
import shutil
import subprocess
import threading
from pathlib import Path

from ..catalogue import Board
from ..errors import BoardError

SILENCE_S = 60  # a program that says nothing for so long waits for a board that does not come

# What programs say -> what helps. {enter}: what the board.toml says of starting the boot loader.
HINTS = (
    (r"No DFU capable USB device|Waiting for device|No device found|Waiting for Teensy|no device|Couldn't find any ST-?Link|Found 0 stlink",
     "no board in its boot loader was found. To start it: {enter}. If that does not help, try a cable with data lines (many carry power only)"),
    (r"LIBUSB_ERROR_ACCESS|Cannot open DFU device|[Pp]ermission denied|insufficient permissions",
     "this user may not use the device. On Linux its udev rules are missing (they come with the program's package, or from the board's maker); on "
     "Windows the driver is (Zadig installs WinUSB for it)"),
    (r"LIBUSB_ERROR_NOT_SUPPORTED|Cannot set interface", "the device has another driver. On Windows, Zadig installs WinUSB for it"),
    (r"Device unsupported|Unrecognized device", "this build of the program does not know the processor"),
    (r"verif\w* (?:failed|error)|Verify fail", "what was read back is not what was written: try once more, and another cable or USB port"),
)


def command(board: Board, port: str | None, firmware: Path) -> list[str]:
    """The program's command line. BoardError where it wants a port and none was given, or is not installed."""
    settings = board.settings["flash"]
    if any("{port}" in word for word in settings["arguments"]) and not port:
        raise BoardError(f"{settings['program']} wants to know the board's serial port: --port. To start the boot loader, which has it: {settings['enter']}.")
    program = shutil.which(settings["program"])
    if program is None:
        raise BoardError(f"{board.name} is flashed by the program {settings['program']}, which is not installed: {settings['get']}.")
    # bossac wants its port without the folder.
    return [program, *(word.format(firmware=firmware, port=(port or "").removeprefix("/dev/")) for word in settings["arguments"])]


def write(board: Board, port: str | None, firmware: Path, progress) -> tuple[str, str]:
    """Run the program. (how the firmware is known to be there, what to do now). BoardError with a hint for what it says."""
    settings = board.settings["flash"]
    words = command(board, port, firmware)
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    pieces: queue.Queue[bytes] = queue.Queue()

    def read() -> None:
        # Progress ends with a carriage return, or with nothing at all.
        while piece := process.stdout.read1(4096):
            pieces.put(piece)
        pieces.put(b"")

    threading.Thread(target=read, daemon=True).start()
    said = ""
    try:
        while True:
            try:
                piece = pieces.get(timeout=SILENCE_S)
            except queue.Empty:
                raise BoardError(explained(board, said, f"{settings['program']} was silent for {SILENCE_S} s and was stopped")) from None
            if not piece:
                break
            said = (said + piece.decode(errors="replace"))[-20000:]
            lines = [line.strip() for line in re.split(r"[\r\n]+", said) if line.strip()]
            percent = re.findall(r"(\d{1,3}) ?%", said[-200:])
            progress(f"{settings['program']}: {lines[-1][:60] if lines else '...'}", min(int(percent[-1]), 100) if percent else 0, 100)
    finally:
        if process.poll() is None:
            try:
                process.wait(2)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        process.stdout.close()
    if process.returncode:
        raise BoardError(explained(board, said, f"{settings['program']} failed (status {process.returncode})"))
    return f"{settings['program']} says so", settings.get("after", "")


def explained(board: Board, said: str, what: str) -> str:
    """The end of what the program said, and what helps."""
    lines = [line.strip() for line in re.split(r"[\r\n]+", said) if line.strip()]
    last = f" It said: {' / '.join(lines[-3:])}." if lines else ""
    enter = board.settings["flash"]["enter"]
    for pattern, hint in HINTS:
        if re.search(pattern, said):
            return f"{what}: {hint.format(enter=enter)}.{last}"
    return f"{what}.{last} The board must be in its boot loader: {enter}."
