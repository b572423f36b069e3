"""The reply demo: its custom ops in Python and in C give the same bytes, here and on boards, and the model knows messages it has not learnt from."""

import subprocess

import mite
import numpy as np
import pytest

from mite_tools import reply
from mite_tools.board.demos import demo
from mite_tools.board.upload import upload
from mite_tools.models.reply import train

# For each line of messages.bin the model's output, and a checksum of what the ops have counted.
CODE = """
import binascii, mite
{register}
model = mite.Model("reply.mite")
for message in open("messages.bin", "rb").read().split(b"\\n"):
    model.input.data[:] = message[:128] + bytes(128 - len(message[:128]))
    model.step()
    model.step()
    print(binascii.crc32(model.arena), end=" ")
    while model.step():
        pass
    print(binascii.crc32(model.output.data))
"""
IN_C = "import features_op; mite.register('TextNormalize', features_op.normalize); mite.register('TextNgrams', features_op.ngrams)"
IN_PYTHON = "from demos.reply.features import register; register()"


@pytest.fixture(scope="module")
def messages() -> bytes:
    """Lines of all kinds: held-out messages, other alphabets, noise, long ones, nothing."""
    random = np.random.default_rng(0)
    lines = [message.encode() for _, message in train.read_held_out((train.HERE / "held_out.txt").read_text())][::9]
    lines += [b"", b" ", b"'", b"?!?!", b"don't!!", "Grüße aus Köln 🙂".encode(), b"a" * 300, b"? " * 90, b"x" * 125 + b"?!", b"x" * 126 + b"!", b"\xff" * 128, b"aa " * 50]
    lines += [bytes(random.integers(1, 256, random.integers(1, 140), np.uint8)).replace(b"\n", b"") for _ in range(20)]
    return b"\n".join(lines)


@pytest.fixture(scope="module")
def expected(messages, tmp_path_factory) -> str:
    """What this computer prints, with the ops in Python."""
    import contextlib
    import io
    import os

    folder = tmp_path_factory.mktemp("reply")
    (folder / "reply.mite").write_bytes(reply.reply_image())
    (folder / "messages.bin").write_bytes(messages)
    printed, before = io.StringIO(), os.getcwd()
    demo("reply.features").register()
    os.chdir(folder)
    try:
        with contextlib.redirect_stdout(printed):
            exec(CODE.format(register=""), {})
    finally:
        os.chdir(before)
        for name in ("TextNormalize", "TextNgrams"):
            mite.register(name, None)
    return printed.getvalue()


def test_in_c_and_in_python_on_a_board(m4, messages, expected):
    for name, content in (("reply.mite", reply.reply_image()), ("messages.bin", messages), ("features_op.mpy", reply.native_ops("armv7emsp").read_bytes())):
        m4.put(name, content)
    assert len(set(expected.split())) > 40
    for register in (IN_C, IN_PYTHON):
        assert m4.exec(CODE.format(register=register), timeout_s=120).split() == expected.split(), register
        m4.reset()


def test_in_c_on_unix(unix_micropython, messages, expected, tmp_path):
    for name, content in (("reply.mite", reply.reply_image()), ("messages.bin", messages), ("features_op.mpy", reply.native_ops("x64").read_bytes())):
        (tmp_path / name).write_bytes(content)
    done = subprocess.run([unix_micropython, "-c", CODE.format(register=IN_C)], cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert done.stdout.split() == expected.split(), done.stderr


def test_a_board_suggests_replies(m4):
    upload(m4, reply.reply_image(), "reply.mite")
    m4.put("features_op.mpy", reply.native_ops("armv7emsp").read_bytes())
    asked = ["Shall we have dinner on Sunday?", "We won the cup!!"]
    written, (dinner, cup) = reply.ask(m4, "reply.mite", asked)
    assert written == "C" and dinner["kinds"][0][0] == "invitation" and cup["kinds"][0][0] == "good news"
    assert "I'd love to!" in dinner["suggestions"] and "Congratulations!" in cup["suggestions"]
    written, slow = reply.ask(m4, "reply.mite", asked, in_c=False)
    assert written == "Python" and [each["kinds"] for each in slow] == [dinner["kinds"], cup["kinds"]]
    assert slow[0]["ticks"] > 2 * dinner["ticks"]


def test_messages_that_it_has_not_learnt_from():
    ops = demo("reply.features")
    ops.register()
    try:
        first, three, _ = train.accuracy(mite.Model(reply.reply_image()), train.read_held_out((train.HERE / "held_out.txt").read_text()))
    finally:
        for name in ("TextNormalize", "TextNgrams"):
            mite.register(name, None)
    print(f"{first:.0%} right, {three:.0%} among the first three")
    assert first >= 0.93 and three >= 0.96


def test_words_of_a_message():
    ops = demo("reply.features")
    words = bytearray(40)
    ops.normalize((b"Don't  PANIC, it's 42?!",), (words,), b"")
    assert bytes(words).rstrip(b"\0") == b" dont panic its 00 ? ! "
    ops.normalize((b"x" * 60,), (words,), b"")
    assert words == b" " + b"x" * 38 + b" "


def test_the_corpus_says_what_it_promises():
    random = np.random.default_rng(0)
    replies, messages = train.read_corpus((train.HERE / "corpus.txt").read_text(), random)
    assert all(len(each) >= 3 for each in replies.values())
    assert {kind for kind, _ in messages} == set(replies) == {kind for kind, _ in train.read_held_out((train.HERE / "held_out.txt").read_text())}
    assert not any(letter in message for _, message in messages for letter in "{}|")
