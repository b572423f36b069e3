"""What there is to see: the objects that a board prints (SPEC.md, "Lines of a board"), kept for pages that come later."""

import queue
import threading
from collections import deque

KEPT = 2000  # objects of each kind: a minute of steps of 30 ms
ONE = ("start", "ops", "picture", "done", "board", "end")  # of which only the newest is of interest


class Feed:
    """Takes objects from one thread, gives them to any number of others."""

    def __init__(self):
        self._lock = threading.Lock()
        self._newest: dict[str, tuple[int, dict]] = {}
        self._kept: deque[tuple[int, dict]] = deque(maxlen=KEPT)
        self._readers: set[queue.SimpleQueue] = set()
        self._count = 0

    def put(self, shown: dict) -> None:
        """An object with its "kind". start() begins anew: what was heard before is no longer shown."""
        with self._lock:
            self._count += 1
            if shown.get("kind") == "start":
                self._kept.clear()
                for kind in ("ops", "picture", "done", "end"):
                    self._newest.pop(kind, None)
            if shown.get("kind") in ONE:
                self._newest[shown["kind"]] = self._count, shown
            else:
                self._kept.append((self._count, shown))
            for reader in self._readers:
                reader.put(shown)

    def subscribe(self) -> tuple[list[dict], queue.SimpleQueue]:
        """(what there is so far, in order; a queue of all that comes)."""
        reader: queue.SimpleQueue = queue.SimpleQueue()
        with self._lock:
            self._readers.add(reader)
            return [shown for _, shown in sorted([*self._newest.values(), *self._kept], key=lambda pair: pair[0])], reader

    def unsubscribe(self, reader: queue.SimpleQueue) -> None:
        with self._lock:
            self._readers.discard(reader)
