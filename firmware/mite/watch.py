"""What a board shows to `mite watch`, `mite listen` and the demos: JSON objects, one on each line that it prints.

    show = Show()
    show.start("wake", model, labels=["okay nabu"])
    show.scores(time_ms, [0.97], ticks)

SPEC.md lists the kinds of objects. Lines that do not begin with `{` are for people.
"""

import json
import sys
from binascii import b2a_base64


def _text(data):
    return b2a_base64(data)[:-1].decode()


class Show:
    """Prints an object for each thing that there is to see. write: in place of sys.stdout.write."""

    def __init__(self, write=None):
        self._write = write or sys.stdout.write

    def send(self, kind, **fields):
        """Any object: its kind, and what JSON can say."""
        fields["kind"] = kind
        self._write(json.dumps(fields) + "\n")

    def start(self, what, models, labels, **fields):
        """What runs: "wake", "keywords" or "vision", its models, and names for the scores to come."""
        arena = max([each.arena_size for each in models])
        self.send("start", what=what, labels=labels, arena=arena, state=sum([each.state_size for each in models]), **fields)

    def sound(self, time_ms, frames, low, high):
        """Features (bytes of int8, 40 to a frame) of which the newest ends at time_ms, and the lowest and highest sample since the last time."""
        self.send("sound", time_ms=time_ms, frames=_text(frames), low=low, high=high)

    def scores(self, time_ms, scores, ticks=0, **fields):
        """Probabilities, in the order of the labels, and what computing them took, in ticks of the board."""
        self.send("scores", time_ms=time_ms, scores=[round(score, 4) for score in scores], ticks=ticks, **fields)

    def word(self, time_ms, label, probability, **fields):
        """A word was heard."""
        self.send("word", time_ms=time_ms, label=label, probability=round(probability, 4), **fields)

    def picture(self, width, height, pixels, data, answers=(), boxes=(), ticks=0):
        """A picture (pixels: "grey", "rgb888", "rgb565" of little-endian numbers), [(label, probability), ...] for it, best first, and
        [(label, probability, left, top, right, bottom), ...] in parts of its width and height, 0 to 1."""
        self.send("picture", width=width, height=height, pixels=pixels, data=_text(data), answers=list(answers), boxes=list(boxes), ticks=ticks)

    def ops(self, profile, ticks_name="us"):
        """Model.profile(): [(op, microseconds), ...]."""
        self.send("ops", ops=list(profile), unit=ticks_name)

    def done(self, **fields):
        """The end of what start() began."""
        self.send("done", **fields)
