"""What users are told when something of theirs is not right."""


class MiteError(Exception):
    """A mistake that can be explained in a sentence; the command line prints it and exits with 1."""


class ConvertError(MiteError):
    """A model that cannot be read or converted."""
