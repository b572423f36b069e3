"""MLPerf Tiny's serial protocol: commands that end with '%', each answered with lines, the last one m-ready."""

import struct
import sys
import time

FIRMWARE = "ULPMark for tinyML Firmware V0.0.1"  # the version of the protocol, which the runner asks for
IMAGES = ("vww01", "ic01")  # their pixels come as uint8, whose zero is the models' -128


class Refused(Exception):
    """A command that cannot be done; the text goes to the runner."""


def say(text):
    sys.stdout.write(text + "\r\n")


class Clock:
    """Microseconds since its making, beyond the 18 minutes after which MicroPython's counter begins again."""

    def __init__(self):
        self._last, self._total = time.ticks_us(), 0

    def micros(self):
        now = time.ticks_us()
        self._total += time.ticks_diff(now, self._last)
        self._last = now
        return self._total


class Session:
    """The commands, and what lies between them. pin: an output that falls at each timestamp, for a power monitor."""

    ARGUMENTS = {"name": 0, "profile": 0, "help": 0, "timestamp": 0, "db": 3, "infer": 2, "results": 0}  # at most
    LONGEST = 80  # of a command, in bytes
    HELP = """
help         : this text
name         : the device's name
profile      : the protocol's version, and the model's name
timestamp    : the time in microseconds
db load N    : expect N bytes of input
db HH[HH]*   : these bytes, in hexadecimal, until there are N
db print [N] [M] : N of the bytes that have come, from M on
db getptr    : how many have come
db setptr N  : go on after N of them
infer N [W]  : N inferences on that input, after W that do not count
results      : the last inference's output as real numbers"""

    def __init__(self, model, name, pin=None):
        self.model, self.name, self.pin = model, name, pin
        self.clock = Clock()
        self.data, self.filled = bytearray(0), 0
        self.blocks = None  # of sound, while it is heard (StreamingSession)
        self.input = self.real_input = None  # as raw bytes, and as the real numbers that it was made of

    def command(self, text):
        """Do what one command says, without the '%'."""
        words = text.split()
        try:
            name = words[0] if words else ""
            if name not in self.ARGUMENTS:
                raise Refused("Unknown command: " + name)
            if len(words) - 1 > self.ARGUMENTS[name]:
                raise Refused("Too many arguments: " + text)
            getattr(self, "do_" + name)(*words[1:])
        except Refused as reason:
            say("e-[%s]" % reason)
        say("m-ready")

    def do_name(self):
        say("m-name-dut-[%s]" % getattr(sys.implementation, "_machine", sys.platform))

    def do_profile(self):
        say("m-profile-[%s]" % FIRMWARE)
        say("m-model-[%s]" % self.name)

    def do_help(self):
        say(FIRMWARE)
        for line in self.HELP.split("\n"):
            say(line)

    def do_timestamp(self):
        if self.pin:
            self.pin(0)
            time.sleep_us(10)
            self.pin(1)
        else:
            say("m-lap-us-%d" % self.clock.micros())

    def do_db(self, what=None, argument=None, offset="0"):
        if what is None:
            raise Refused("db needs load N, print, getptr, setptr N, or bytes in hexadecimal")
        if what == "load":
            self.data, self.filled = bytearray(number(argument, 1, "bytes", 4 * len(self.model.input))), 0
            say("m-[Expecting %d bytes]" % len(self.data))
        elif what == "print":
            first = number(offset, 0, "bytes", self.filled)
            end = self.filled if argument is None else min(self.filled, first + number(argument, 1, "bytes"))
            for start in range(first, end, 8):
                say("m-buffer-" + "-".join("%02x" % byte for byte in self.data[start : min(start + 8, end)]))
        elif what == "getptr":
            say("m-buff-ptr-%d" % self.filled)
        elif what == "setptr":
            self.filled = number(argument, 0, "bytes", self.filled)
        else:
            self.take(what)

    def take(self, digits):
        try:
            data = bytes(int(digits[i : i + 2], 16) for i in range(0, len(digits), 2))
        except ValueError:
            raise Refused("Invalid hex digits: " + digits)
        if len(digits) % 2:
            raise Refused("An odd number of hex digits")
        if not len(self.data):
            raise Refused("db load first")
        data = data[: len(self.data) - self.filled]  # what is too much is ignored
        self.data[self.filled : self.filled + len(data)] = data
        self.filled += len(data)
        say("m-load-done" if self.filled == len(self.data) else "%d bytes received" % self.filled)

    def load_input(self):
        """The input from the bytes that came: raw ones, a picture's, or real numbers."""
        tensor = self.model.input
        size = len(tensor.data)
        if self.filled == size:
            self.real_input = None
            self.input = bytes(byte ^ 0x80 for byte in self.data) if self.name in IMAGES and tensor.dtype == "int8" else bytes(self.data)
        elif self.filled == 4 * len(tensor):
            self.real_input = struct.unpack("<%df" % len(tensor), self.data)
            tensor.quantize(self.real_input)
            self.input = bytes(tensor.data)
        else:
            raise Refused("The input has %d bytes, %d came" % (size, self.filled))

    def do_infer(self, count="1", warmups="10"):
        count, warmups = number(count, 1, "inferences"), number(warmups, 0, "warmups")
        self.load_input()
        say("m-warmup-start-%d" % warmups)
        self.run(warmups)
        say("m-warmup-done")
        say("m-infer-start-%d" % count)
        self.do_timestamp()
        self.run(count)
        self.do_timestamp()
        say("m-infer-done")
        self.do_results()

    def run(self, count):
        data, model, given = self.model.input.data, self.model, self.input
        for _ in range(count):
            data[:] = given  # an inference uses its input's memory again
            model.invoke()
            self.clock.micros()

    def do_results(self):
        values = self.model.output.dequantize()
        if self.name == "ad01" and self.real_input:
            # How far the sound is from what an autoencoder makes of it.
            values = [sum((a - b) ** 2 for a, b in zip(values, self.real_input)) / len(self.real_input)]
        say("m-results-[%s]" % ",".join("%.3f" % value for value in values))


def number(text, least, what, most=1 << 30):
    """The whole number in an argument, or Refused."""
    try:
        value = int(text)
    except (TypeError, ValueError):
        value = -1
    if not least <= value <= most:
        raise Refused("%s: a number of %s from %d to %d" % (text, what, least, most))
    return value
