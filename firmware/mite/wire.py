"""Blocks of bytes from the computer at the other end of the board's serial port (stdin).

The board asks for each block with a line `+N`, so its input buffer never overflows; the computer answers with the
number of bytes (two bytes, little-endian, at most N) and the bytes. 0 bytes end it. Other lines are for people or programs to read.
"""

import sys


def blocks(size=240, timeout_ms=10000):
    """Yields each block as a memoryview, which the next one overwrites. OSError if the computer falls silent."""
    read = sys.stdin.buffer.readinto
    buffer = bytearray(size)
    view = memoryview(buffer)
    head = bytearray(2)
    wait = _waiter(timeout_ms)
    _keyboard_interrupt(-1)  # Ctrl-C's byte is data here
    try:
        while True:
            sys.stdout.write("+%d\n" % size)
            wait()
            read(head)
            count = head[0] | head[1] << 8
            if count == 0:
                return
            if count > size:
                raise OSError("a block of %d bytes, at most %d were asked for" % (count, size))
            block = view[:count]
            read(block)
            yield block
    finally:
        _keyboard_interrupt(3)


def _keyboard_interrupt(byte):
    try:
        import micropython

        micropython.kbd_intr(byte)
    except (ImportError, AttributeError):
        pass


def _waiter(timeout_ms):
    """A function that waits for input."""
    try:
        import select

        poll = select.poll()
        poll.register(sys.stdin, select.POLLIN)
    except (ImportError, AttributeError):
        return lambda: None

    def wait():
        if not poll.poll(timeout_ms):
            raise OSError("no data from the computer for %d ms" % timeout_ms)

    return wait
