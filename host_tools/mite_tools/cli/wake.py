"""mite wake: a board that wakes at a word."""

from pathlib import Path

from ..errors import MiteError

HELP = "say a wake word to a board, and see whether it wakes"


def arguments(command) -> None:
    command.add_argument("model", nargs="+", help="microWakeWord's MODEL.tflite with its manifest beside it as MODEL.json, or one of okay_nabu, alexa, hey_jarvis, hey_mycroft")
    command.add_argument("--manifest", type=Path, help="the manifest of a single model, where it is not beside it")
    command.add_argument("--say", help="what to say in place of the first model's word")
    command.add_argument("--voice", default="en-us", help="espeak-ng's voice (en-us)")
    command.add_argument("--wav", help="a recording in place of espeak-ng: any rate, mono or stereo")
    command.add_argument("--board", default="QEMU_M4", help="an emulated board (QEMU_M4)")
    command.add_argument("--port", help="a real board's serial port, in place of an emulated one")


def run(options) -> None:
    from .. import wake

    if options.manifest and len(options.model) > 1:
        raise MiteError("--manifest is for one model: put the manifests of several beside them")
    wake.run(options.model, options.manifest, options.say, options.wav, options.board, options.port, options.voice)
