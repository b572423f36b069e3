"""The serial ports of this computer."""

from serial.tools import list_ports

from .errors import BoardError


def only_port() -> str:
    """The one USB serial port there is. BoardError, which lists them, if there is none or more than one."""
    found = [(port.device, port.description) for port in list_ports.comports() if port.vid is not None]
    if len(found) == 1:
        return found[0][0]
    if not found:
        raise BoardError(
            "No board was found: no USB serial port is there. Plug one in, with a cable that has data lines (many carry power only), or name its port: --port"
        )
    listed = "\n".join(f"  --port {device}  ({text})" for device, text in found)
    raise BoardError(f"There are {len(found)} serial ports; say which one the board has:\n{listed}")
