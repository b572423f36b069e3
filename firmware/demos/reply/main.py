"""Suggests replies to a short message. What the model sees of a message are custom ops: in C where the module features_op is on the board or
in the firmware, else in Python.

    from demos.reply.main import Suggester
    Suggester("reply.mite").suggest("Would you like to have lunch?")
"""

import time

import mite

_ticks = getattr(time, "ticks_cpu", None) or getattr(time, "ticks_us", None) or (lambda: time.perf_counter_ns() // 1000)
_since = getattr(time, "ticks_diff", None) or (lambda end, begin: end - begin)
ENOUGH = 0.5  # the probability of a kind of message from which on all suggestions are for it


def register(in_c=True):
    """The ops, in C if there are any and they are wanted; returns "C" or "Python"."""
    try:
        if not in_c:
            raise ImportError
        import features_op

        mite.register("TextNormalize", features_op.normalize)
        mite.register("TextNgrams", features_op.ngrams)
        return "C"
    except ImportError:
        from . import features

        features.register()
        return "Python"


class Suggester:
    """A reply model. source: as of mite.Model. in_c: with the ops in C, if there are any."""

    def __init__(self, source, in_c=True):
        self.ops = register(in_c)
        self.model = mite.Model(source)
        self.ticks = 0  # of the last message: instructions where the board counts them, else its own

    def kinds(self, message):
        """[(kind of message, probability), ...], best first."""
        data = self.model.input.data
        text = message.encode()[: len(data)]
        data[: len(text)] = text
        data[len(text) :] = bytes(len(data) - len(text))
        begin = _ticks()
        self.model.invoke()
        self.ticks = _since(_ticks(), begin)
        return self.model.classify()

    def suggest(self, message, count=3):
        """Up to `count` replies. If it is not clear of which kind the message is, they are for several."""
        replies = self.model.metadata["replies"]
        kinds = self.kinds(message)
        if kinds[0][1] >= ENOUGH:
            return replies[kinds[0][0]][:count]
        return [replies[kind][0] for kind, _ in kinds[:count]]


def over_serial(path, messages, in_c=True):
    """Says what the ops are written in, then for each message a line of JSON: the suggestions, the kinds with their probabilities, the ticks."""
    import json

    suggester = Suggester(path, in_c)
    print(suggester.ops)
    for message in messages:
        suggestions = suggester.suggest(message)
        kinds = suggester.model.classify()[:3]
        print(json.dumps({"message": message, "suggestions": suggestions, "kinds": kinds, "ticks": suggester.ticks}))
