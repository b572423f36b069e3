"""`mite watch`: what a board prints reaches a page on the loopback address, which shows it, in the dark and in the light, with a keyboard, and on a phone."""

import base64
import json
import os
import threading
import time
import urllib.error
import urllib.request

import pytest
from chromium import PROGRAM, Chromium

from mite_tools.board.errors import BoardError
from mite_tools.board.stream import objects
from mite_tools.cli import main
from mite_tools.errors import MiteError
from mite_tools.watch.feed import Feed
from mite_tools.watch.server import Server
from mite_tools.watch.sessions import prepare, read_lines

needs_browser = pytest.mark.skipif(PROGRAM is None, reason="there is no Chromium: apt-get install chromium")
START = {"kind": "start", "what": "wake", "labels": ["okay nabu", "alexa"], "arena": 632, "state": 7072, "stride_ms": 10}


def some(kind: str, count: int = 1) -> list[dict]:
    """Objects of a kind as a board prints them."""
    frames = base64.b64encode(bytes([128] * 110 + [100] * 10)).decode()
    made = {
        "scores": lambda i: {"time_ms": 50 + 30 * i, "scores": [0.97, 0.02], "ticks": 264_000},
        "sound": lambda i: {"time_ms": 50 + 30 * i, "frames": frames, "low": -9000 + i, "high": 8000},
        "word": lambda i: {"time_ms": 1940, "label": "okay nabu", "probability": 0.9836},
        "ops": lambda i: {"ops": [["CONV_2D", 300], ["SOFTMAX", 100]], "unit": "us"},
        "picture": lambda i: {"width": 4, "height": 2, "pixels": "grey", "data": base64.b64encode(bytes(range(0, 200, 25))).decode(),
                              "answers": [["person", 0.93], ["no person", 0.07]], "boxes": [["face", 0.8, 0.25, 0.0, 0.75, 1.0]], "ticks": 1000},
    }  # fmt: skip
    return [{"kind": kind, **made[kind](i)} for i in range(count)]


def filled() -> Feed:
    feed = Feed()
    for shown in (START, *some("scores", 100), *some("sound", 100), *some("word"), *some("ops")):
        feed.put(shown)
    return feed


def test_a_feed_keeps_what_pages_that_come_later_want():
    feed = filled()
    past, reader = feed.subscribe()
    assert past[0] == START and len(past) == 203
    on_line = objects(feed.put)
    on_line('{"kind": "word", "label": "alexa"}')
    for text in ("+960", "", "a line for people", '{"kind": "word", "la', "{}", '{"kind": 3}'):
        on_line(text)
    assert reader.get_nowait()["label"] == "alexa" and reader.empty()
    feed.put(START)
    assert feed.subscribe()[0] == [START]


def test_the_page_is_for_this_computer_only():
    with Server(Feed()) as server:
        assert server.url.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(server.url) as answer:
            assert b"mite watch" in answer.read() and "default-src 'self'" in answer.headers["Content-Security-Policy"]
        for path, host, status in (("", "example.com:80", 403), ("elsewhere", "", 404), ("../cli/watch.py", "", 404)):
            request = urllib.request.Request(server.url + path, headers={"Host": host} if host else {})
            with pytest.raises(urllib.error.HTTPError) as error:
                urllib.request.urlopen(request)
            assert error.value.code == status


def test_nothing_on_the_page_comes_from_elsewhere(root):
    for path in (root / "host_tools/mite_tools/watch").glob("page.*"):
        assert "http" not in path.read_text().replace("http://www.w3.org/2000/svg", ""), path


def test_events_are_the_past_and_what_comes():
    feed = filled()
    with Server(feed) as server, urllib.request.urlopen(server.url + "events", timeout=20) as answer:
        assert answer.headers["Content-Type"] == "text/event-stream"
        assert answer.readline() == b"event: past\n" and len(json.loads(answer.readline()[6:])) == 203
        feed.put({"kind": "done", "steps": 100})
        assert answer.readline() == b"\n" and answer.readline() == b"event: more\n"
        assert json.loads(answer.readline()[6:]) == [{"kind": "done", "steps": 100}]


def test_a_port_that_is_taken_is_named():
    with Server(Feed()) as server:
        port = int(server.url.rstrip("/").rpartition(":")[2])
        with pytest.raises(MiteError, match=f"port {port} .*--http"):
            Server(Feed(), port)


def test_a_board_that_prints_by_itself():
    # A pseudo-terminal in place of a board's port.
    board, port = os.openpty()
    feed = Feed()
    _, reader = feed.subscribe()
    ended = threading.Event()
    thread = threading.Thread(target=read_lines, args=(os.ttyname(port), feed, lambda: not ended.is_set()))
    thread.start()
    time.sleep(0.3)
    for part in (b"MicroPython v1.25\r\n>>> \r\n", json.dumps(START).encode()[:40], json.dumps(START).encode()[40:] + b"\r\n", b"12 people\r\n"):
        os.write(board, part)
    assert reader.get(timeout=10) == START
    ended.set()
    thread.join(10)
    assert not thread.is_alive() and reader.empty()
    os.close(board)
    os.close(port)
    with pytest.raises(BoardError, match="cannot be read"):
        read_lines("/dev/nowhere", Feed(), lambda: True)


def test_mistakes_are_explained(capsys, tmp_path):
    assert main(["watch", "nobody"]) == 1 and "nobody: there is no such model" in capsys.readouterr().err
    assert main(["watch", "--i2s", "1,2"]) == 1 and "takes three pins" in capsys.readouterr().err
    with pytest.raises(MiteError, match="no such file"):
        prepare([], None, str(tmp_path / "none.wav"), "en-us", None)


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with Chromium(tmp_path_factory.mktemp("chromium")) as browser:
        yield browser


@pytest.fixture
def page(browser):
    """(a browser that shows the page, the page's feed)."""
    feed = filled()
    browser.media(prefers_color_scheme="light", prefers_reduced_motion="no-preference")
    browser.size(1280, 800)
    with Server(feed) as server:
        browser.open(server.url)
        browser.wait_for("document.readyState == 'complete' && document.getElementById('last')?.textContent.startsWith('okay nabu')")
        yield browser, feed
        browser.open("about:blank")
    assert browser.errors == []


def cells(browser, body: str) -> list[list[str]]:
    return browser.evaluate(f"[...document.getElementById('{body}').rows].map(row => [...row.cells].map(cell => cell.textContent))")


@needs_browser
def test_what_was_heard_is_there_as_text(page):
    browser, feed = page
    assert browser.evaluate("document.getElementById('last').textContent") == "okay nabu, 98 %, at 1.94 s"
    assert cells(browser, "words") == [["1.94 s", "okay nabu", "98 %"]]
    assert cells(browser, "scores-rows") == [["okay nabu", "97 %", "97 %", ""], ["alexa", "2 %", "2 %", ""]]
    assert cells(browser, "ops") == [["0", "CONV_2D", "300", "75 %", ""], ["1", "SOFTMAX", "100", "25 %", ""]]
    rows = cells(browser, "sound-rows")
    assert len(rows) == 7 and rows[-1][1:3] == ["-9,000", "8,000"]
    figures = browser.evaluate("document.getElementById('figures').textContent")
    assert "632 bytes" in figures and "7,072 bytes" in figures and "264,000 ticks" in figures
    feed.put({"kind": "word", "time_ms": 3000, "label": "alexa", "probability": 0.95})
    browser.wait_for("document.getElementById('last').textContent == 'alexa, 95 %, at 3.00 s'")
    assert len(cells(browser, "words")) == 2


@needs_browser
def test_pictures_are_drawn(page):
    browser, feed = page
    inked = """(id) => { const c = document.getElementById(id), d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
        const seen = new Set(); for (let i = 0; i < d.length; i += 4) seen.add(d.slice(i, i + 4).join()); return seen.size; }"""
    for name in ("wave", "spectrogram", "scores"):
        assert browser.evaluate(f"({inked})('{name}')") > 5, name
    feed.put(some("picture")[0])
    browser.wait_for("!document.getElementById('seen').hidden")
    assert browser.evaluate("document.getElementById('answer').textContent") == "1 found: face"
    assert cells(browser, "boxes") == [["face", "80 %", "25", "0", "75", "100"]] and cells(browser, "answers")[0][:2] == ["person", "93 %"]
    # The pixel in the upper left corner is black, that in the lower right grey 175; between them a box.
    corner = "document.getElementById('picture').getContext('2d').getImageData({}, 1, 1).data.slice(0, 3).join()"
    assert browser.evaluate(corner.format("2, 2")) == "0,0,0" and browser.evaluate(corner.format("637, 317")) == "175,175,175"
    assert browser.evaluate(corner.format("160, 200")) == "255,225,77"


@needs_browser
def test_a_screen_reader_gets_names_and_news(page):
    browser, _ = page
    nodes = {(node["role"], node["name"]) for node in browser.accessibility()}
    for wanted in (
        ("heading", "Heard"), ("region", "Probabilities"), ("image", "Waveform"), ("image", "Probabilities over time"), ("button", "Pause"),
        ("columnheader", "probability"), ("rowheader", "okay nabu"), ("region", "Time of each op"),
    ):  # fmt: skip
        assert wanted in nodes, wanted
    assert all(name for role, name in nodes if role in ("image", "region", "button", "link"))
    assert browser.evaluate("[...document.querySelectorAll('[aria-live], [role=status]')].map(e => e.id).join()") == "state,last,answer"


@needs_browser
def test_all_is_done_with_the_keyboard(page):
    browser, feed = page
    stops = []
    for _ in range(9):
        browser.press("Tab", 9)
        stops.append(browser.evaluate("document.activeElement.id || document.activeElement.getAttribute('aria-label') || document.activeElement.textContent.trim()"))
    assert stops[:6] == ["Skip to what it hears and sees", "pause", "All that was heard", "Probabilities now", "As a table", "ops-region"]
    browser.evaluate("document.querySelector('summary').focus()")
    browser.press("Enter", 13, "\r")
    assert browser.evaluate("document.querySelector('details').open")
    browser.evaluate("document.getElementById('pause').focus()")
    browser.press(" ", 32, " ")
    browser.wait_for("document.getElementById('pause').getAttribute('aria-pressed') == 'true'")
    feed.put({"kind": "word", "time_ms": 3000, "label": "alexa", "probability": 0.95})
    time.sleep(0.5)
    assert browser.evaluate("document.getElementById('last').textContent").startswith("okay nabu")
    browser.press(" ", 32, " ")
    browser.wait_for("document.getElementById('last').textContent.startsWith('alexa')")


CONTRASTS = """(() => {
  const numbers = (text) => text.match(/[\\d.]+/g).map(Number);
  const luminance = (rgb) => { const [r, g, b] = rgb.slice(0, 3).map(v => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = (e) => { for (; e; e = e.parentElement) { const c = numbers(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3]) return c; } return [255, 255, 255]; };
  return [...document.querySelectorAll('body *')].filter(e => e.offsetParent && [...e.childNodes].some(n => n.nodeType == 3 && n.textContent.trim())).map(e => {
    const [a, b] = [luminance(numbers(getComputedStyle(e).color)), luminance(behind(e))];
    return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e.textContent.trim().slice(0, 40)]; });
})()"""


@needs_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_it_is_legible_in_the_dark_and_in_the_light_on_a_phone_and_a_desk(page, scheme, width):
    browser, feed = page
    feed.put(some("picture")[0])
    browser.media(prefers_color_scheme=scheme)
    browser.size(width, 800)
    browser.wait_for("!document.getElementById('seen').hidden")
    contrasts = browser.evaluate(CONTRASTS)
    assert len(contrasts) > 40 and min(contrasts)[0] >= 4.5, min(contrasts)
    assert browser.evaluate("document.documentElement.scrollWidth") <= width
    dark = browser.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(21, 22, 24)"
    assert dark == (scheme == "dark")


@needs_browser
def test_reduced_motion_draws_once_a_second(page):
    browser, feed = page
    browser.media(prefers_reduced_motion="reduce")
    browser.evaluate("window.draws = 0; const drawn = drawWave; window.drawWave = (...a) => { window.draws++; drawn(...a); }; 0")
    begin = time.monotonic()
    for i in range(30):
        feed.put(some("scores")[0])
        time.sleep(0.1)
    draws = browser.evaluate("window.draws")
    assert 1 <= draws <= time.monotonic() - begin + 1


@needs_browser
def test_it_says_when_the_end_has_come(browser):
    feed = filled()
    with Server(feed) as server:
        browser.open(server.url)
        browser.wait_for("document.getElementById('state-text')?.textContent == 'Live'")
        feed.put({"kind": "done", "steps": 100})
        browser.wait_for("document.getElementById('state-text').textContent == 'The sound has ended'")
        feed.put(START)
        browser.wait_for("document.getElementById('state-text').textContent == 'Live' && document.getElementById('last').textContent == 'Waiting for okay nabu or alexa'")
    browser.wait_for("document.getElementById('state-text').textContent.startsWith('Not connected')")
    browser.open("about:blank")
    browser.errors.clear()  # the connection that was refused
