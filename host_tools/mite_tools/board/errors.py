"""What can go wrong around a board, in words for the person at the keyboard."""


class BoardError(Exception):
    """A board, an emulator or a tool around them failed.

    The message is complete: it names the thing and the way out, and is meant to be printed without a traceback.
    """


class SetupError(BoardError):
    """Something this needs is missing and could not be brought."""


class BuildError(BoardError):
    """A compiler or linker failed; the message holds the end of its output and the path of the full log."""
