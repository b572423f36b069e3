"""ESP32: through the boot loader in its ROM, with Espressif's esptool as a library."""

import contextlib
import functools
import hashlib
import io

import serial

from ..catalogue import Board
from ..errors import BoardError, SetupError

BAUD = 460800  # after the first words, which are at the ROM's 115,200
CABLE = "a cable with data lines (many carry power only) and the driver of its USB chip (CP210x and CH340 need one on Windows and macOS)"


def write(board: Board, port: str | None, data: bytes, erase: bool, baud: int, progress) -> tuple[str, str]:
    """Write the firmware, and compare what is in flash by MD5. (how it is known to be there, what to do now). Raises BoardError."""
    tools = library()
    settings = board.settings["flash"]
    if not port:
        from ..ports import only_port

        port = only_port()
    quiet().watch = progress
    # esptool prints its findings, whatever its logger is told.
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            chip = connect(tools, board, port)
            try:
                chip = tools["cmds"].run_stub(chip)
                if baud > chip._port.baudrate and not port.startswith(("socket:", "rfc2217:")):
                    chip.change_baud(baud)
                tools["cmds"].attach_flash(chip)
                progress("Writing", 0, len(data))
                tools["cmds"].write_flash(chip, [(settings["offset"], data)], erase_all=erase)
                progress("Comparing", len(data), len(data))
                found = chip.flash_md5sum(settings["offset"], len(data))
                if found != hashlib.md5(data).hexdigest():
                    raise BoardError(f"What is in the flash at {port} is not what was written (MD5 {found}): try again at another cable or USB port.")
                tools["cmds"].reset_chip(chip, "hard-reset")
            finally:
                with contextlib.suppress(Exception):
                    chip._port.close()
        except tools["error"] as error:
            raise BoardError(explained(str(error), board, port)) from None
        except (OSError, serial.SerialException) as error:
            raise BoardError(f"The board at {port} went away while it was written: {error}. Its flash may hold half of the firmware: try again, with {CABLE}.") from None
    return "the flash has the file's MD5", "press RESET if it does not start by itself"


def library() -> dict:
    """esptool. SetupError where it is not installed."""
    try:
        import esptool.cmds
        import esptool.util
    except ImportError:
        raise SetupError("ESP32 boards are flashed with Espressif's esptool, which is not installed: pip install 'micropython-mite[flash]'") from None
    return {"cmds": esptool.cmds, "error": esptool.util.FatalError}


def connect(tools: dict, board: Board, port: str):
    """The chip at a port, in its boot loader. BoardError if it is another one than the board has."""
    settings = board.settings["flash"]
    try:
        serial.serial_for_url(port, do_not_open=False).close()
    except (OSError, ValueError, serial.SerialException) as error:
        raise BoardError(
            f"The port {port} cannot be opened: {error}. Is the board plugged in with {CABLE}, and has no other program opened the port?"
        ) from None
    chip = tools["cmds"].detect_chip(port, connect_attempts=4)
    name = chip.CHIP_NAME.lower().replace("-", "")
    if name != settings["chip"]:
        with contextlib.suppress(Exception):
            chip._port.close()
        raise BoardError(f"The chip at {port} is an {chip.CHIP_NAME}, and {board.name} has an {settings['chip']}: name the right board with --board.")
    return chip


@functools.cache
def quiet():
    """esptool's logger from now on: its words go nowhere, its progress to the function that was last put into `watch`."""
    from esptool.logger import TemplateLogger, log

    class Quiet(TemplateLogger):
        watch = None

        def print(self, *args, **kwargs):
            pass

        note = warning = error = stage = set_verbosity = print

        def progress_bar(self, cur_iter, total_iters, prefix="", suffix="", bar_length=30):
            if self.watch:
                self.watch("Writing", cur_iter, total_iters)

    logger = Quiet()
    log.set_logger(logger)
    return logger


def explained(text: str, board: Board, port: str) -> str:
    """esptool's error, and what helps."""
    first = text.strip().splitlines()[0] if text.strip() else "esptool failed"
    enter = board.settings["flash"]["enter"]
    if "Failed to connect" in text or "No serial data" in text:
        return f"No boot loader answers at {port} ({first}). To start it: {enter}; then try again. If that does not help: {CABLE}."
    if "will not fit" in text:
        return f"The firmware does not fit this module's flash: {first}. MicroPython has a file for smaller ones on {board.settings['firmware']['page']}"
    return f"esptool stopped: {first}. Start the boot loader anew ({enter}) and try again, slower: --baud 115200. If it stops again, try {CABLE}."
