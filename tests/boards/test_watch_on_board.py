"""The page of `mite watch` in a headless Chromium, on an emulated board that listens."""

import shutil
import threading

import mite
import pytest
from chromium import PROGRAM, Chromium
from wake_words import spoken

from mite_tools.demo import digits_image
from mite_tools.watch import sessions
from mite_tools.watch.feed import Feed
from mite_tools.watch.server import Server

pytestmark = [
    pytest.mark.skipif(PROGRAM is None, reason="there is no Chromium: apt-get install chromium"),
    pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed"),
]
LAST = "document.getElementById('last')?.textContent"


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with Chromium(tmp_path_factory.mktemp("chromium")) as browser:
        yield browser


def watched(browser, link, work, region: str = "sound", end: str = "The sound has ended") -> dict:
    """What the page shows at the end of what the board heard or saw; extents: the highest sample of each half second."""
    feed = Feed()
    with Server(feed) as server:
        browser.open(server.url)
        browser.wait_for("document.getElementById('state-text')?.textContent == 'Waiting'")
        thread = threading.Thread(target=sessions.run, args=(link, work, feed, "emulated", "instructions"))
        thread.start()
        # While the board still listens.
        browser.wait_for(f"document.getElementById('state-text').textContent == 'Live' && !document.getElementById('{region}').hidden", 240)
        thread.join(240)
        browser.wait_for(f"document.getElementById('state-text').textContent == '{end}' && !document.getElementById('ops-region').hidden")
        found = {
            name: browser.evaluate(expression) for name, expression in {
                "last": LAST, "answer": "document.getElementById('answer').textContent", "ops": "document.getElementById('ops').rows.length", "board": "document.getElementById('board').textContent",
                "size": "[document.getElementById('picture').width, document.getElementById('picture').height]", "figures": "document.getElementById('figures').textContent",
                "extents": "[...document.getElementById('sound-rows').rows].reverse().map(r => Number(r.cells[2].textContent.replace(',', '')))",
            }.items()
        }  # fmt: skip
    browser.open("about:blank")
    return found


def test_a_wake_word_is_seen(browser, m4, shared):
    m4.reset()
    listening = sessions.prepare([str(shared / f"models/mww_{name}.tflite") for name in ("okay_nabu", "alexa")], "okay nabu", None, "en-us", None)
    found = watched(browser, m4, listening)
    assert found["last"].startswith("okay nabu, ") and found["board"] == "emulated"
    assert found["ops"] > 40 and "632 bytes" in found["figures"] and "Of a core of 120 MHz" in found["figures"]
    # The loudest sample of each half second is the one that espeak-ng made: all came through the board.
    samples = spoken("okay nabu", "en-us")
    assert max(found["extents"]) == samples.max() and found["extents"][0] == 0
    assert browser.errors == []


def test_digits_are_seen(browser, m4):
    m4.reset()
    found = watched(browser, m4, sessions.prepare([], "three", None, "en-us", None))
    model = mite.Model(digits_image())
    assert found["last"].startswith("three, ") and found["ops"] == len(model.profile()) and f"{model.arena_size:,} bytes" in found["figures"]
    assert max(found["extents"]) > 5000 and browser.errors == []


def test_pictures_are_seen(browser, m4, shared):
    m4.reset()
    images = [shared / "data/images" / f"{name}.bmp" for name in ("sunflower", "grace_hopper")]
    work = sessions.prepare_pictures(str(shared / "models/person_detect.tflite"), images)
    found = watched(browser, m4, work, "seen", "The pictures have ended")
    assert found["answer"].startswith("person, ") and found["ops"] > 10
    # What it drew is the picture itself, enlarged.
    frame, times = work.frames[-1][1], 640 // work.frames[-1][1].width
    assert found["size"] == [frame.width * times, frame.height * times]
    assert browser.errors == []
