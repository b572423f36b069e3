"""`mite install`: from stock MicroPython to a mite that answers, and nothing lost where it cannot be."""

import functools
import http.server
import json
import re
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import replace

import pytest

from mite_tools import demo, sound
from mite_tools.board import install as installer
from mite_tools.board import mip, package, selftest
from mite_tools.board.errors import BoardError
from mite_tools.board.firmware import build_natmod, build_selected_natmod
from mite_tools.board.identity import NUMBERS, identify
from mite_tools.board.install import install
from mite_tools.board.selection import ops_of
from mite_tools.board.upload import upload
from mite_tools.cli import main
from mite_tools.tflite.write import write
from mite_tools.verify import verify

LIBRARY = "/ram/lib"


@pytest.fixture
def stock(fresh_board):
    return fresh_board("m4", stock=True)


@pytest.fixture(scope="module")
def small_module() -> bytes:
    """A _mite with only the self-test's ops: it is sent in a fraction of the time."""
    return build_selected_natmod("armv7emsp", *ops_of({"": selftest.tiny_image()}))[0].read_bytes()


@pytest.fixture
def small(monkeypatch, small_module):
    """Installations take the small module."""
    monkeypatch.setattr(installer, "native_module", lambda board: ("armv7emsp", small_module))


def tree(link, folder=LIBRARY) -> dict[str, int]:
    """{path: bytes} of all files under a folder of the board."""
    link.exec("import os")
    try:
        entries = link.eval(f"list(os.ilistdir({folder!r}))")
    except BoardError:
        return {}
    found = {}
    for name, kind, _, size in entries:
        found |= tree(link, f"{folder}/{name}") if kind == 0x4000 else {f"{folder}/{name}": size}
    return found


def test_the_self_test_asks_what_the_reference_answers(tmp_path):
    model = tmp_path / "tiny.tflite"
    model.write_bytes(write(selftest.tiny_graph()))
    assert verify(model).exact
    asked = selftest.question()
    assert len(set(asked.output)) > 2, "an answer that says something"
    assert len(selftest.frames()) >= 80 and len(set(selftest.frames())) > 10


def test_again_over_the_old_one(stock, small):
    stock.exec("import os\nos.mkdir('lib')\nos.mkdir('lib/demos')")
    stock.put("lib/demos/mine.py", b"mine = 1\n")
    stock.put("lib/demos/keywords.py", b"an old one\n")
    install(stock)
    first = tree(stock)
    assert install(stock).bytes and tree(stock) == first
    assert f"{LIBRARY}/demos/mine.py" in first and f"{LIBRARY}/demos/keywords.py" not in first


def test_the_command_and_a_module_with_the_ops_of_one_model(stock, small_module, tmp_path, capsys):
    model = tmp_path / "small.mite"
    model.write_bytes(selftest.tiny_image())
    stock.close()
    assert main(["install", "--port", stock.port, "--for", str(model)]) == 0
    said = capsys.readouterr().out
    stock.connect()
    assert re.search(r"Copied mite \d+\.\d+\.\d+ and _mite for armv7emsp to /ram/lib: \d+ files, [\d,]+ bytes, in [\d.]+ s", said)
    assert "Self-test: passed" in said and "front-end" not in said
    assert tree(stock)[f"{LIBRARY}/_mite.mpy"] == len(small_module) < len(build_natmod("armv7emsp").read_bytes()) / 2


def test_a_full_disk_leaves_the_old_package(stock, small):
    install(stock)
    before = tree(stock, "/ram")
    free = identify(stock).free_bytes
    fill = "block = bytes(32768)\nwith open('/ram/filler', 'wb') as f:\n    for _ in range({}):\n        f.write(block)"
    stock.exec(fill.format((free - 30_000) // 32768))
    with pytest.raises(BoardError, match=r"full: mite takes [\d,]+ bytes.*mite install --for"):
        install(stock)
    stock.exec("import os\nos.remove('/ram/filler')")
    assert tree(stock, "/ram") == before
    stock.reset()
    assert stock.exec("import mite\nprint(mite.model.NATIVE)").strip() == "True"


@pytest.mark.parametrize("damage", ["package", "answer"])
def test_what_does_not_pass_its_test_takes_no_place(stock, small, monkeypatch, damage):
    install(stock)
    before = tree(stock, "/ram")
    if damage == "package":
        true, wanted = package.compile_files, "does not run on the board: ValueError: no.*is as it was"
        monkeypatch.setattr(package, "compile_files", lambda files: true(files | {"mite/model.py": b"raise ValueError('no')"}))
    else:
        question, wanted = selftest.question, "gave other bytes"
        monkeypatch.setattr(selftest, "question", lambda image=None: replace(question(image), output=b"\0\0\0\0"))
    with pytest.raises(BoardError, match=wanted):
        install(stock)
    assert tree(stock, "/ram") == before


def test_an_installation_that_was_cut_is_undone(stock):
    stock.exec("import os\nfor folder in ('lib', 'lib/mite', 'lib/mite.new', 'lib/mite.new/mite', 'lib/mite.old'):\n    os.mkdir(folder)")
    for path in ("mite/model.mpy", "_mite.mpy"):
        stock.put(f"lib/{path}", b"the old one")
    before = tree(stock)
    stock.put("lib/mite.new/mite/model.mpy", b"the new one")
    # Power goes in the middle of the renames.
    stock.exec("os.rename('lib/mite', 'lib/mite.old/mite')")
    stock.exec(installer.HELPERS + f"undo({LIBRARY!r})")
    assert tree(stock) == before and stock.get("lib/mite/model.mpy") == b"the old one"
    # Or behind them, before the old package was removed.
    stock.exec("os.mkdir('lib/mite.old')\nos.mkdir('lib/mite.old/mite')")
    stock.put("lib/mite.old/mite/model.mpy", b"an older one")
    stock.exec(installer.HELPERS + f"undo({LIBRARY!r})")
    assert tree(stock) == before and stock.get("lib/mite/model.mpy") == b"the old one"


def test_a_module_for_another_processor_is_refused_before_anything_is_sent(stock):
    with pytest.raises(BoardError, match=r"for rv32imc, and the board .*armv7emsp.* takes armv7emsp or armv7m or armv6m: make it with --arch armv7emsp"):
        install(stock, b"M\x06" + bytes([NUMBERS["rv32imc"] << 2 | 3]) + bytes(20))
    with pytest.raises(BoardError, match="no .mpy file"):
        install(stock, b"hello")
    with pytest.raises(BoardError, match="no native module of .mpy version 6.3"):
        install(stock, b"M\x05\x1f" + bytes(20))
    assert tree(stock) == {}


def altered(monkeypatch, **fields):
    """Boards that say something else of themselves."""
    monkeypatch.setattr(installer, "identify", lambda link: replace(identify(link), **fields))


def test_a_micropython_of_another_mpy_version(stock, monkeypatch):
    for mpy in (5, 6 | 2 << 8 | 7 << 10):
        altered(monkeypatch, mpy=mpy)
        with pytest.raises(BoardError, match=r"another version.*6\.3.*1\.23 or newer.*mite flash.*mite install --pure"):
            install(stock)
    altered(monkeypatch, mpy=5)
    sources = installer.choose(installer.identify(stock), pure=True)
    assert {"mite/model.py", "mite/pure/load.py"} <= set(sources.files) and not sources.module, "as sources, which it can read"


def test_a_micropython_without_a_loader_of_native_code(stock, small, monkeypatch):
    install(stock)
    altered(monkeypatch, mpy=6 | 3 << 8)
    done = install(stock)
    assert not done.native and "interpreter in Python" in done.package.notes[0] and done.audio is None
    assert f"{LIBRARY}/mite/pure/viper.py" in tree(stock) and f"{LIBRARY}/mite/pure/load.mpy" in tree(stock)
    assert f"{LIBRARY}/_mite.mpy" not in tree(stock), "the old module has gone, too"


def test_without_compilers_the_way_out_is_named(stock, monkeypatch):
    def no_compilers(arch):
        raise BoardError("arm-none-eabi-gcc is missing")

    monkeypatch.setattr(package, "build_natmod", no_compilers)
    monkeypatch.setattr(package, "fresh", lambda made: False)
    with pytest.raises(BoardError, match=r"arm-none-eabi-gcc is missing.*make natmod ARCH=armv7emsp.*mite install --pure"):
        install(stock)


def test_without_mpy_cross_the_sources_go(monkeypatch):
    def none():
        raise BoardError("no gcc")

    monkeypatch.setattr(package, "build_mpy_cross", none)
    made = package.make_package()
    assert "mite/model.py" in made.files and "no gcc" in made.notes[0]


def test_what_hears_and_sees_is_left_out_where_it_is_not_wanted_or_has_no_room(stock, small):
    with_it = install(stock).package.bytes
    assert f"{LIBRARY}/_mite_sensors.mpy" in tree(stock)
    done = install(stock, sensors=False)
    assert done.native and done.audio is None and f"{LIBRARY}/_mite_sensors.mpy" not in tree(stock)
    assert "`mite install` puts it on the board" in stock.exec("try:\n    import mite.vision\nexcept ImportError as error:\n    print(error)")
    tight = installer.choose(replace(identify(stock), free_bytes=with_it - 1))
    assert "_mite_sensors.mpy" not in tight.files and "no room for _mite_sensors.mpy" in tight.notes[-1]


def test_firmware_with_mite_needs_nothing(fresh_board):
    link = fresh_board("m4")
    done = install(link)
    assert done.bytes == 0 and done.native and done.audio and done.version
    assert tree(link, "/ram") == {}
    with pytest.raises(BoardError, match="firmware of this board"):
        install(link, pure=True)


@pytest.fixture
def packages(tmp_path, small_module) -> str:
    """The address of a local server, which has the package of mip for the emulated Cortex-M4 in armv7emsp/; tmp_path / "mip" is its folder."""
    mip.write_package(package.make_package(small_module), tmp_path / "mip" / "armv7emsp")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=tmp_path / "mip"))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("where", ["a server", "a file"])
def test_mip_installs_the_package(stock, packages, tmp_path, where):
    source = f"{packages}/armv7emsp/package.json" if where == "a server" else "mip/armv7emsp/package.json"
    stock.close()
    done = subprocess.run([sys.executable, "-m", "mpremote", "connect", stock.port, "mip", "install", source],
                          cwd=tmp_path, capture_output=True, text=True, timeout=300)  # fmt: skip
    stock.connect()
    assert done.returncode == 0, done.stdout + done.stderr
    stock.reset()
    asked = selftest.question()
    assert selftest.ask(stock, "", "/ram/test.mite", asked, False)["right"]
    listing = json.loads((tmp_path / "mip/armv7emsp/package.json").read_text())
    assert {f"{LIBRARY}/{path}" for path, _ in listing["urls"]} == set(tree(stock))


def test_from_stock_micropython_to_words(fresh_board, capfd):
    """Two commands and no more: mite install, then a model up and listened with. Prints what each took."""
    link = fresh_board("m4", stock=True)
    stages = []

    def stage(name: str, done: float, size: int) -> None:
        stages.append(f"{name}: {size:,} bytes, {done:.1f} s")

    begin = time.monotonic()
    installed = install(link)
    stage("mite install", time.monotonic() - begin, installed.bytes)
    assert installed.native and installed.audio and installed.package.module == "armv7emsp" and installed.bytes == sum(tree(link).values())
    names = {path.removeprefix(LIBRARY + "/") for path in tree(link)}
    assert {"_mite.mpy", "_mite_sensors.mpy", "mite/model.mpy", "mite/audio.mpy", "demos/keywords.mpy", "demos/wake/main.mpy"} <= names
    assert not any("pure" in name or ".new" in name or ".old" in name for name in names)
    if not shutil.which("espeak-ng"):
        pytest.skip("espeak-ng is not installed")
    begin = time.monotonic()
    uploaded = upload(link, demo.digits_image(), "keywords.mite")
    stage("mite upload", time.monotonic() - begin, uploaded.bytes)
    begin = time.monotonic()
    samples = sound.say("seven")
    words = []
    demo.listen(link, samples, lambda word: words.append(word.label), block_bytes=2048)
    stage("mite listen", time.monotonic() - begin, samples.nbytes)
    assert words == ["seven"] and uploaded.checked
    with capfd.disabled():
        print(f"\nFrom stock MicroPython on the {installed.board.machine} to {words[0]!r}: {'; '.join(stages)}")
