"""MLPerf Tiny's serial protocol: with this on a board, the benchmark's own runner drives it.

    mpremote cp -r firmware/demos/mlperf : + cp kws01.mite :
    mpremote exec "from mlperf.main import main; main()"

The second line's program, as main.py on the board, starts it by itself. The model is called by the name that the runner has for it: kws01.mite,
vww01.mite, ic01.mite, ad01.mite, or sww01.mite, which is streamed (streaming.py). Or, with pins, from a program:

    from mlperf.main import serve
    serve("model.mite", "kws01", pin=Pin(2, Pin.OUT))

Ctrl-C ends it.
"""

import os
import sys

import mite

from .protocol import Session, say

STREAMING = "sww01"
MODELS = ("kws01", "vww01", "ic01", "ad01", STREAMING)


def serve(path, name=None, pin=None, **streaming):
    """Answers the runner at the serial port until Ctrl-C.

    name: what the runner calls the model, by default the file's. pin: an output that falls at each timestamp, for a power monitor.
    streaming: for sww01, source=, detected=, processing= and threshold=, as streaming.StreamingSession has them.
    """
    name = name or path.split("/")[-1].split(".")[0]
    make = Session
    if name == STREAMING:
        from .streaming import StreamingSession as make
    session = make(mite.Model(path), name, pin, **streaming)
    read, waits = sys.stdin.buffer.readinto, waiter()
    byte, text = bytearray(1), bytearray()
    say("m-timestamp-mode-" + ("energy" if pin else "performance"))
    session.do_timestamp()
    say("m-init-done")
    say("m-ready")
    while True:
        if session.blocks and not waits():
            session.hear()
            continue
        read(byte)
        if byte[0] == 0x25:  # %
            command, text = bytes(text), bytearray()
            session.command("".join(chr(letter) for letter in command))
        elif len(text) < session.LONGEST:
            text.extend(byte)


def waiter():
    """A function that says whether there is something to read. Where that cannot be told, sound is heard to its end first."""
    try:
        import select

        poll = select.poll()
        poll.register(sys.stdin, select.POLLIN)
    except (ImportError, AttributeError, OSError):
        return lambda: False
    return lambda: bool(poll.poll(0))


def main():
    """With the model that is there, and for sww01 the board's own microphone module, where its folder has one (demos/microphone.py)."""
    found = [model for model in MODELS if model + ".mite" in os.listdir()]
    if not found:
        print("No model here: one of", ", ".join(model + ".mite" for model in MODELS))
    elif found[0] == STREAMING:
        try:
            from microphone import blocks
        except ImportError:
            blocks = None
        serve(STREAMING + ".mite", source=blocks)
    else:
        serve(found[0] + ".mite")
