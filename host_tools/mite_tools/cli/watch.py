"""mite watch: a page with what a board hears and sees."""

from pathlib import Path

from ..errors import MiteError
from .common import console

HELP = "serve a page that shows what a board hears and sees, as it does"


def arguments(command) -> None:
    command.add_argument("model", nargs="*", help="what the board is to run: wake words' models as of `mite wake`, a keyword model's MODEL.mite, or with --picture a model of `mite see`. "
                         "Without one, a board at --port shows what it prints by itself, an emulated one hears digits")  # fmt: skip
    command.add_argument("--port", help="the board's serial port, in place of an emulated board")
    command.add_argument("--board", default="QEMU_M4", help="an emulated board (QEMU_M4)")
    sound = command.add_mutually_exclusive_group()
    sound.add_argument("--say", help="what espeak-ng says to it")
    sound.add_argument("--wav", help="a recording to send it")
    sound.add_argument("--i2s", metavar="CLOCK,SELECT,DATA", help="the pins of its own I2S microphone")
    sound.add_argument("--picture", nargs="*", type=Path, help="pictures to show it (those of `mite see`)")
    command.add_argument("--voice", default="en-us", help="espeak-ng's voice (en-us)")
    command.add_argument("--http", type=int, default=8765, metavar="PORT", help="where the page is, on the loopback address (8765; 0: any that is free)")
    command.add_argument("--open", action="store_true", help="open it in the browser")
    command.add_argument("--once", action="store_true", help="end when the sound has ended, not with Ctrl-C")


def run(options) -> None:
    import time
    import webbrowser

    from ..live import i2s_source
    from ..watch import sessions
    from ..watch.feed import Feed
    from ..watch.server import Server

    feed = Feed()
    source = i2s_source(options.i2s) if options.i2s else None
    alone = options.port and not (options.model or options.say or options.wav or source or options.picture is not None)
    work = None
    if options.picture is not None:
        if len(options.model) > 1:
            raise MiteError("pictures are for one model")
        work = sessions.prepare_pictures(*(options.model or [None]), options.picture)
    elif not alone:
        work = sessions.prepare(options.model, options.say, options.wav, options.voice, source)

    with Server(feed, options.http) as server:
        console.print(f"[bold]{server.url}[/bold] shows it; Ctrl-C ends it.")
        if options.open:
            webbrowser.open(server.url)
        if alone:
            sessions.read_lines(options.port, feed, lambda: True)
        elif options.port:
            sessions.connected(options.port, work, feed)
        else:
            sessions.emulated(options.board, work, feed)
        feed.put({"kind": "end"})
        if not options.once:
            console.print("That was all; the page stays.")
            while True:
                time.sleep(3600)
