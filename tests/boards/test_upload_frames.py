"""The board's half of the upload protocol, byte by byte: it finds the next frame after whatever damage, and waits for nothing that may not come."""

import io
import random

import pytest

from mite import upload as board
from mite_tools.board import frames

PADDING = frames.SYNC * (board.MOST + board.LEAST)
QUESTION = frames.frame(board.ASK, b"")


class Line:
    """What a board's serial port has received. A read of more than that would never come back."""

    def __init__(self, data: bytes):
        self.data, self.said = data, b""

    def fileno(self) -> int:
        return 0  # for poll(), which is not asked

    def readinto(self, buffer) -> int:
        assert len(self.data) >= len(buffer), "the board waits for bytes that do not come"
        buffer[:] = self.data[: len(buffer)]
        self.data = self.data[len(buffer) :]
        return len(buffer)

    def write(self, data) -> None:
        self.said += data


def heard(data: bytes) -> tuple[list[bytes], list[str]]:
    """Contents of the frames that a board finds in bytes, and what it replies."""
    line = Line(data)
    server = board._Server(line, 0, board.MOST)
    server.ready = lambda timeout_ms: bool(line.data)
    found = []
    with pytest.raises(board._Silence):
        while True:
            found.append(bytes(server.frame()))
    replies = [part.rpartition(b" ")[0].decode() for part in line.said.replace(board.CREDIT, b"").split(board.REPLY.encode())[1:]]
    return found, replies


def test_frames_one_after_another():
    contents = [bytes(range(250)) * 3, b"", b"x" * board.LARGEST]
    assert heard(b"".join(map(frames.frame, range(3), contents))) == (contents, [])


def test_noise_before_a_frame_costs_nothing():
    for noise in range(30):
        assert heard(b"\xff" * noise + frames.frame(0, b"content")) == ([b"content"], [])


@pytest.mark.parametrize("size", (0, 1, 5, 200, board.LARGEST))
def test_padding_and_a_question_end_any_part_of_a_frame(size):
    """However much of it came, and whatever of the padding and the question gets lost, the one that follows is read."""
    dice = random.Random(size)
    whole = frames.frame(5, dice.randbytes(size) if size < 200 else b"abc" * (size // 3))
    for cut in sorted({*range(1, min(len(whole), 20)), *(dice.randrange(1, len(whole)) for _ in range(20)), len(whole) - 1}):
        found, replies = heard(whole[:cut] + PADDING + QUESTION)
        assert found == [] and replies[-1] == "want 0" and set(replies) <= {"want 0", "again 0"}, cut
        found, replies = heard(whole[:cut] + PADDING[dice.randrange(4) :] + frames.frame(6, b"content"))
        assert found == [b"content"], cut


def test_a_frame_behind_part_of_another_is_kept():
    """Where the next frame begins within what is read at once, nothing of that is lost."""
    first, second = frames.frame(0, b"a" * 300), frames.frame(1, b"b" * 300)
    for cut in (10, 100, 150, 309):
        assert heard(first[:cut] + second) == ([b"b" * 300], ["again 0"]), cut


def test_a_damaged_frame_is_asked_for():
    damaged = bytearray(frames.frame(0, b"a" * 300))
    damaged[50] ^= 1
    assert heard(bytes(damaged) + frames.frame(1, b"next")) == ([b"next"], ["again 0"])


def test_patience_follows_the_board():
    class Port(io.BytesIO):
        timeout = 0

    line = frames.Frames(Port(), 4096, False)
    assert line.silence == frames.SILENCE_S and line.slowness == 1
    line.heard = line.owed + 0.5
    line.works()
    assert line.silence == 1.5 and line.slowness == 1.25
    line.heard = line.owed + 60
    line.works()
    assert line.silence == frames.LONGEST_SILENCE_S and line.slowness == frames.SLOWEST
