"""The emulated boards themselves: they boot, answer, count, keep files, and go away."""

import os
import signal
import subprocess
import sys
import textwrap
import time
import zlib

import pytest

from mite_tools.board.catalogue import find_board
from mite_tools.board.emulator import Emulator
from mite_tools.board.errors import BoardError, SetupError
from mite_tools.board.firmware import build_firmware
from mite_tools.board.link import BLOCK, RECEIVER, BoardException, Link

# The numbers by which firmware tells what native modules it takes. Soft float on any ARMv7-M calls itself armv7em (6),
# which takes armv7m.
ARCH_NUMBERS = {"armv7m": 6, "armv7emsp": 7, "armv7emdp": 8, "rv32imc": 11}


def alive(pid: int) -> bool:
    """Whether a process is there and not a zombie."""
    try:
        with open(f"/proc/{pid}/stat") as status:
            return status.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_prompt_answers(stock_board):
    assert stock_board.eval("6 * 7") == 42
    assert stock_board.exec("print('a', end='')\nprint('b')") == "ab\r\n"


def test_takes_native_modules_of_its_processor(stock_board):
    name = stock_board.eval("__import__('sys').implementation._build")
    mpy = stock_board.eval("__import__('sys').implementation._mpy")
    assert mpy & 0xFF == 6
    assert mpy >> 10 & 15 == ARCH_NUMBERS[find_board(name).mpy_arch]


def test_instructions_are_counted_exactly(stock_board):
    stock_board.exec(
        textwrap.dedent("""
        from time import ticks_cpu, ticks_diff
        def count(turns):
            start = ticks_cpu()
            for i in range(turns):
                pass
            return ticks_diff(ticks_cpu(), start)
        """)
    )
    runs = [[stock_board.eval(f"count({turns})") for turns in (1000, 2000, 101000)] for _ in range(4)]
    # The first time some names are not in MicroPython's look-up cache yet.
    del runs[0]
    # The counter of the Cortex-M machines has 1.6 ticks an instruction: a reading is within one instruction.
    for run in runs:
        assert all(abs(a - b) <= 1 for a, b in zip(run, runs[0]))
    short, double, long = runs[0]
    each = (double - short) / 1000
    assert 10 < each < 1000
    assert abs((long - short) - 100 * (double - short)) <= 200


def test_files_survive_a_soft_reset_and_variables_do_not(stock_board):
    content = bytes(range(256)) * 40 + b"the end"
    stock_board.put("deep.bin", content)
    stock_board.exec("x = 1")
    stock_board.reset()
    assert stock_board.get("/ram/deep.bin") == content
    with pytest.raises(BoardException, match="NameError"):
        stock_board.eval("x")


class BrokenOff(BaseException):
    """Stands for Ctrl-C."""


@pytest.mark.parametrize("in_a_block", [False, True])
def test_a_file_that_was_broken_off_leaves_a_board_that_answers(stock_board, in_a_block):
    """By Ctrl-C between two blocks, and by a computer that has gone in the middle of one: while it reads, the board hears no Ctrl-C."""

    def broken(sent: int) -> None:
        if sent > 1000:
            raise BrokenOff

    if in_a_block:
        code = RECEIVER.format(path="half.bin", size=2000, block=200, crc=0, mark=BLOCK[0])
        stock_board.start(code)
        assert stock_board.serial.read(1) == b"+"
        stock_board.serial.write(BLOCK + bytes(100))
        time.sleep(0.2)
    else:
        with pytest.raises(BrokenOff):
            stock_board.put("half.bin", bytes(5000), broken)
    begin = time.monotonic()
    stock_board.recover()
    assert stock_board.eval("6 * 7") == 42
    assert time.monotonic() - begin < 9, "before the board's own time-out"


def test_modules_are_imported_from_the_ram_disk(stock_board):
    stock_board.put("neighbour.py", b"def greet():\n    return 'good day'\n")
    stock_board.exec("import os; os.mkdir('lib')")
    stock_board.put("lib/library.py", b"value = 7\n")
    stock_board.exec("import neighbour, library")
    assert stock_board.eval("neighbour.greet(), library.value") == ("good day", 7)


@pytest.mark.parametrize("size", [0, 1, 4080, 4081, 70000])
def test_files_of_any_size_arrive_whole(stock_board, size):
    content = (bytes(range(256)) * (size // 256 + 1))[:size]
    stock_board.put("file.bin", content)
    assert stock_board.eval("__import__('os').stat('file.bin')[6]") == size
    stock_board.exec("import binascii")
    assert stock_board.get("file.bin") == content


def test_an_exception_on_the_board_is_told_in_one_line(stock_board):
    with pytest.raises(BoardException) as caught:
        stock_board.exec("print('before')\n1 / 0")
    assert str(caught.value) == "the board raised ZeroDivisionError: divide by zero"
    assert "before" in caught.value.output
    assert "line 2" in caught.value.traceback
    with pytest.raises(BoardException, match="ENOENT"):
        stock_board.put("/ram/nowhere/file", b"x")
    assert stock_board.eval("1 + 1") == 2


def test_ctrl_c_stops_a_running_program(stock_board):
    stock_board.start("print('running')\nwhile True:\n    pass")
    while stock_board.serial.read(1) != b"\n":
        pass
    stock_board.interrupt()
    with pytest.raises(BoardException, match="KeyboardInterrupt"):
        stock_board.finish(timeout_s=60)


def test_poll_tells_whether_bytes_wait(stock_board):
    stock_board.start(
        textwrap.dedent("""
        import sys, select
        poll = select.poll()
        poll.register(sys.stdin, select.POLLIN)
        print(bool(poll.poll(0)))
        while not poll.poll(100):
            pass
        print(sys.stdin.read(3), bool(poll.poll(0)))
        """)
    )
    while stock_board.serial.read(1) != b"\n":
        pass
    stock_board.serial.write(b"abc")
    assert stock_board.finish() == "abc False\r\n"


def test_mpremote_itself_copies_and_runs(running_boards, tmp_path):
    elf = build_firmware("QEMU_M4", False, False)
    (tmp_path / "hello.py").write_text("print('hello from', __import__('sys').platform)\n")
    with Emulator("QEMU_M4", elf) as emulator:
        mpremote = [sys.executable, "-m", "mpremote", "connect", emulator.port]
        subprocess.run([*mpremote, "cp", tmp_path / "hello.py", ":"], check=True, timeout=300, capture_output=True)
        done = subprocess.run([*mpremote, "exec", "import hello"], check=True, timeout=300, capture_output=True, text=True)
    assert "hello from qemu" in done.stdout


def test_a_romfs_image_is_read_in_place(running_boards, tmp_path):
    board = find_board("QEMU_M4")
    payload = os.urandom(4000)
    image = tmp_path / "romfs.img"
    image.write_bytes(romfs({"model.bin": payload}))
    with Emulator(board, build_firmware("QEMU_M4", False, False), memory={board.settings["memory"]["spare"][0]: image}) as emulator:
        with emulator.link() as link:
            link.exec("import uctypes\nview = memoryview(open('/rom/model.bin', 'rb'))")
            address = link.eval("uctypes.addressof(view)")
            assert board.settings["memory"]["spare"][0] < address < board.settings["memory"]["spare"][0] + 4200
            assert link.eval("bytes(view)") == payload


def romfs(files: dict[str, bytes]) -> bytes:
    """A ROMFS image with files at its top: records of kind, length and payload, as MicroPython's vfs_rom.c reads them."""

    def number(value: int) -> bytes:
        out = [value & 0x7F]
        while value := value >> 7:
            out.insert(0, 0x80 | value & 0x7F)
        return bytes(out)

    def record(kind: int, payload: bytes) -> bytes:
        return number(kind) + number(len(payload)) + payload

    body = b"".join(
        record(5, number(len(name)) + name.encode() + record(2, content)) for name, content in files.items()
    )
    # The kind of the image is three bytes long on purpose: it is the magic.
    return b"\xd2\xcd\x31" + number(len(body)) + body


def test_the_emulator_is_gone_afterwards():
    elf = build_firmware("QEMU_M4", False, False)
    with Emulator("QEMU_M4", elf) as emulator:
        pid = emulator.process.pid
        assert alive(pid)
    assert not alive(pid)
    with pytest.raises(RuntimeError), Emulator("QEMU_M4", elf) as emulator:
        pid = emulator.process.pid
        raise RuntimeError
    assert not alive(pid)


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_emulator_is_gone_when_its_parent_is(ending):
    elf = build_firmware("QEMU_M4", False, False)
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom mite_tools.board.emulator import Emulator\n"
        f"with Emulator('QEMU_M4', Path({str(elf)!r})) as emulator:\n"
        "    print(emulator.process.pid, flush=True)\n    time.sleep(600)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    pid = int(parent.stdout.readline())
    assert alive(pid)
    parent.send_signal(ending)
    parent.wait(60)
    end = time.monotonic() + 60
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.02)
    assert not alive(pid)
    parent.stdout.close()


def test_a_board_that_ends_is_reported_and_not_waited_for():
    with Emulator("QEMU_M4", build_firmware("QEMU_M4", False, False)) as emulator, emulator.link() as link:
        start = time.monotonic()
        with pytest.raises(BoardError, match="QEMU_M4: the emulator ended"):
            # The port's reset ends the machine.
            link.exec("import machine; machine.reset()", timeout_s=600)
        assert time.monotonic() - start < 300


def test_a_crash_is_reported_with_the_processor_s_own_words(stock_board):
    name = stock_board.eval("__import__('sys').implementation._build")
    with Emulator(name, build_firmware(name, False, False)) as emulator, emulator.link() as link:
        with pytest.raises(BoardError, match="crashed: HardFault|Load address fault"):
            link.exec("import uctypes; uctypes.bytes_at(0xf0000000, 4)", timeout_s=60)


def test_what_is_not_there_is_named():
    with pytest.raises(BoardError, match="/dev/no_such_port cannot be opened"):
        Link("/dev/no_such_port")
    with pytest.raises(SetupError, match="no board 'PICO_9'; there are: .*QEMU_M3, QEMU_M4"):
        find_board("PICO_9")


def test_a_flood_of_bytes_is_held_back_and_none_is_lost(stock_board):
    # More than the board's input buffer holds, to a program that reads late.
    content = os.urandom(40000)
    stock_board.start(
        textwrap.dedent(f"""
        import binascii, micropython, sys
        micropython.kbd_intr(-1)
        print('ready')
        crc = 0
        part = bytearray(5000)
        for _ in range({len(content)} // 5000):
            for i in range(50000):
                pass
            sys.stdin.buffer.readinto(part)
            crc = binascii.crc32(part, crc)
        micropython.kbd_intr(3)
        print(crc)
        """)
    )
    while stock_board.serial.read(1) != b"\n":
        pass
    stock_board.serial.write(content)
    assert int(stock_board.finish()) == zlib.crc32(content)
