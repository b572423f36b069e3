"""`mite report`: the figures are those of the plan, the page is whole, and a real browser shows it."""

import re
import shutil
import subprocess
from html.parser import HTMLParser

import pytest
from mite_tools.board.catalogue import find_board
from mite_tools.cli import main
from mite_tools.cli.common import savings
from mite_tools.compile import compile_graph, compile_model
from mite_tools.graph import Graph
from mite_tools.report.memory import SCRATCH, memory
from mite_tools.report.page import page
from mite_tools.tflite.write import write
from PIL import Image
from small_models import Sketch

WIDTHS = (400, 1280)
HEIGHT = 1400


@pytest.fixture(scope="module")
def digits(root):
    return root / "host_tools" / "mite_tools" / "models" / "digits" / "digits_int8.tflite"


@pytest.fixture(scope="module")
def board():
    return find_board("RPI_PICO2")


@pytest.fixture(scope="module")
def shown(digits, board):
    return memory(compile_model(digits), board)


def text_of(data: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", data))


def test_blocks_lie_in_the_arena_and_reach_its_end(shown):
    arena = shown.totals["arena_bytes"]
    assert all(0 <= block.begin < block.end <= arena for block in shown.blocks)
    assert arena - 16 < max(block.end for block in shown.blocks)
    assert all(0 <= block.first <= block.last < len(shown.steps) for block in shown.blocks)


def test_the_peak_is_the_moment_with_most_bytes(shown):
    """Counted byte by byte."""
    used = []
    for column in range(len(shown.steps)):
        bytes_ = set()
        for block in shown.blocks:
            if block.first <= column <= block.last:
                bytes_ |= set(range(block.begin, block.end))
        used.append(len(bytes_))
    assert used == [step.live_bytes for step in shown.steps]
    assert used[shown.peak] == max(used) <= shown.totals["arena_bytes"]
    assert shown.at(shown.peak)[0].end - shown.at(shown.peak)[0].begin == max(row.end - row.begin for row in shown.at(shown.peak))


def test_steps_are_the_ops_of_the_image(shown):
    assert sum(step.info.macs for step in shown.steps if step.info) == shown.totals["macs"]
    assert all((step.instructions > 0) == (step.info is not None) for step in shown.steps)
    for row in shown.rows:
        if row.kind == SCRATCH:
            assert row.first == row.last and shown.steps[row.first].info.values["scratch_bytes"] == row.end - row.begin


class Reader(HTMLParser):
    """Every tag is closed, in order; collects what the page refers to."""

    EMPTY = {"meta", "br"}

    def __init__(self):
        super().__init__()
        self.open, self.links, self.tags = [], [], []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.links += [value for name, value in attributes if name in ("src", "href")]
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_is_whole_and_stands_alone(digits, board, shown):
    html = page(shown, board, savings(compile_model(digits)))
    reader = Reader()
    reader.feed(html)
    assert reader.open == [] and reader.links == [] and "script" not in reader.tags and "url(" not in html
    # Two more rectangles mark the peak. Each other one has a title, and the table has every tensor.
    assert reader.tags.count("rect") == len(shown.blocks) + 2 and html.count("</title></rect>") == len(shown.blocks) + 1
    words = text_of(html)
    assert f"{shown.totals['arena_bytes']:,} bytes" in words and shown.words(shown.peak) in words
    for step in shown.steps:
        assert step.info is None or f"{step.info.macs:,}" in words


def test_names_cannot_break_the_page(board):
    sketch = Sketch()
    x = sketch.tensor((1, 8), 0.5, 3)
    x.name = '</title><script>alert("1")</script>'
    graph = Graph(sketch.ops, [x], [sketch.dense(x, 4)])
    graph.name = "<b>bold</b>"
    html = page(memory(compile_graph(graph), board), board, {"a<b": "c&d"})
    assert "<script" not in html and "<b>" not in html and "a&lt;b" in html and "c&amp;d" in html


def test_the_command(digits, tmp_path, capsys):
    path = tmp_path / "report.html"
    assert main(["report", str(digits), "-o", str(path)]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "the peak is op" in out and path.read_text().startswith("<!DOCTYPE html>")
    sketch = Sketch()
    x = sketch.tensor((1, 8), 0.5, 3)
    (tmp_path / "small.tflite").write_bytes(write(Graph(sketch.ops, [x], [sketch.dense(x, 4)])))
    assert main(["convert", str(tmp_path / "small.tflite")]) == 0
    assert main(["report", str(tmp_path / "small.mite")]) == 1
    assert "give the .tflite" in capsys.readouterr().err


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_a_browser_shows_it(digits, tmp_path, width, dark):
    """Nothing sticks out to the right, the picture has its colours, and dark is dark."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not browser:
        pytest.skip("there is no Chromium to look with: apt-get install chromium")
    path, picture = tmp_path / "report.html", tmp_path / "report.png"
    assert main(["report", str(digits), "-o", str(path)]) == 0
    # The page in a frame as wide as a telephone: a browser's own window is never so narrow.
    frame = tmp_path / "frame.html"
    html = path.read_text()
    if dark:  # a headless browser has no wish of its own
        html = html.replace("@media (prefers-color-scheme: dark)", "@media all").replace("color-scheme: light dark", "color-scheme: dark")
    probe = "<script>document.title = document.documentElement.scrollWidth + ' of ' + innerWidth</script>"
    path.write_text(html.replace("</body>", f"{probe}</body>"))
    frame.write_text(f'<style>*{{margin:0;border:0}}</style><iframe src="report.html" style="width:{width}px;height:{HEIGHT}px"></iframe>')
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--allow-file-access-from-files",
               f"--user-data-dir={tmp_path}/profile", f"--window-size={max(width, 600)},{HEIGHT}"]  # fmt: skip
    subprocess.run([*command, f"--screenshot={picture}", frame.as_uri()], capture_output=True, timeout=180, check=True)
    image = Image.open(picture).convert("RGB").crop((0, 0, width, HEIGHT))
    colours = dict((colour, count) for count, colour in image.getcolors(1 << 24))
    back = max(colours, key=colours.get)
    assert (sum(back) < 150) == dark, back
    green = sum(count for (r, g, b), count in colours.items() if g > r + 15 and g > b + 15)
    assert green > width * 20, "the arena's blocks are not there"
    done = subprocess.run([*command[:-1], f"--window-size={max(width, 500)},{HEIGHT}", "--dump-dom", path.as_uri()], capture_output=True,
                          text=True, timeout=180, check=True)  # fmt: skip
    wide, inner = re.search(r"<title>(\d+) of (\d+)</title>", done.stdout).groups()
    assert int(wide) <= int(inner), "the page is wider than its window"
