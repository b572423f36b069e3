"""The streaming wake word benchmark, sww01: the runner starts and stops it, and sound comes by itself meanwhile.

Each 32 ms make 40 bytes of features (bands.py), and the model sees the newest 30 of those. Where it hears the word the pin `detected` falls
for a moment, which the benchmark's interface board takes the time of; `processing` is high while the board computes.

MicroPython's I2S gives the clock and cannot take it, which is what the interface board wants a board to do: the sound is a microphone's, or
from a function of yours. Features and scores of sound that comes over the serial port (db, extract_uart_stream) need no I2S.
"""

import time
from array import array

from .bands import BANDS, STRIDE, Bands
from .protocol import Refused, Session, say

THRESHOLD = 0.9
MOST_SCORES = 40000  # that are kept, 21 minutes; as the reference's


class StreamingSession(Session):
    """source: a function that gives blocks of int16 samples at 16 kHz, or None. detected, processing: machine.Pin or None."""

    ARGUMENTS = dict(Session.ARGUMENTS, start=0, stop=0, state=0, print_detections=0, extract_uart_stream=0)
    LONGEST = 1100  # extract_uart_stream's sender has longer commands
    HELP = Session.HELP + """
start        : hear, until stop, which tells the scores of the word
state        : whether it hears, and how many steps of 32 ms it has heard
print_detections : when the word was heard, in ms since start
extract_uart_stream : the features of the 512 samples of db, and the model's answer"""

    def __init__(self, model, name, pin=None, source=None, detected=None, processing=None, threshold=THRESHOLD):
        Session.__init__(self, model, name, pin)
        if model.input.dtype != "int8" or len(model.input) % BANDS:
            raise ValueError("%s: the input of a streaming model is int8, some times %d; this one's is %s" % (name, BANDS, model.input))
        self.source, self.detected, self.processing, self.threshold = source, detected, processing, threshold
        self.bands, self.blocks = Bands(), None
        self.history = bytearray(len(model.input))
        self.rest = bytearray(0)  # samples that are no step yet
        self.scores, self.times, self.steps = array("b"), [], 0

    def command(self, text):
        say("Received command: " + text)  # what extract_uart_stream's sender compares
        Session.command(self, text)

    def forget(self):
        self.bands.reset()
        for i in range(len(self.history)):
            self.history[i] = 0
        self.rest, self.scores, self.times, self.steps = bytearray(0), array("b"), [], 0

    def do_infer(self, count="1", warmups="10"):
        if self.blocks:
            raise Refused("stop first")
        Session.do_infer(self, count, warmups)

    def do_start(self):
        if self.blocks:
            raise Refused("It has been started")
        if not self.source:
            raise Refused("No source of sound: serve(..., source=)")
        self.forget()
        self.began = self.clock.micros()
        self.do_timestamp()
        if self.processing:
            self.processing(1)
            time.sleep_us(1)
            self.processing(0)
        self.blocks = iter(self.source())
        say("Listening")

    def do_stop(self):
        if not self.blocks and not len(self.scores):
            say("Nothing to stop")
            return
        self.end()
        self.do_timestamp()
        say("Streaming stopped.")
        if len(self.scores):
            say("target activations: ")
            say("[")
            for start in range(0, len(self.scores), 16):
                part = ", ".join([str(score) for score in self.scores[start : start + 16]])
                say(part + ("," if start + 16 < len(self.scores) else ""))
            say("]")
        self.scores = array("b")

    def do_state(self):
        say("m-state-[%s]" % ("streaming" if self.blocks else "idle"))
        say("m-steps-%d" % self.steps)

    def do_print_detections(self):
        say("Detection Timestamps (ms)")
        for ms in self.times:
            say("%d," % ms)

    def do_extract_uart_stream(self):
        if self.blocks:
            raise Refused("stop first")
        if self.filled != 2 * STRIDE:
            raise Refused("A step has %d bytes, %d came" % (2 * STRIDE, self.filled))
        self.step(self.data)
        newest = memoryview(self.history)[-BANDS:]
        say("m-features-[%s]" % ", ".join(["%d" % ((byte ^ 128) - 128) for byte in newest]))
        say("m-activations-[%s]" % ", ".join(["%d" % value for value in self.model.output]))

    def step(self, samples):
        """The model's answer to 512 samples more, in its output."""
        history, tensor = self.history, self.model.input
        values = self.bands.push(samples)
        history[:-BANDS] = history[BANDS:]
        for i, value in enumerate(values):
            # Towards zero, as the reference does it.
            history[i - BANDS] = min(int(value / tensor.scale + tensor.zero_point), 127) & 0xFF
        tensor.data[:] = history
        self.model.invoke()

    def hear(self):
        """One block from the source; False where that has ended."""
        block = next(self.blocks, None)
        if block is None:
            self.end()
            return False
        self.rest.extend(block)
        while len(self.rest) >= 2 * STRIDE:
            if self.processing:
                self.processing(1)
            self.step(self.rest[: 2 * STRIDE])
            self.rest = self.rest[2 * STRIDE :]
            self.note(self.model.output)
            if self.processing:
                self.processing(0)
        return True

    def note(self, output):
        """The word's score; the first step counts as a detection, from which the interface board reckons."""
        score = output[0]
        self.steps += 1
        if self.steps == 1 or (score - output.zero_point) * output.scale > self.threshold:
            if self.detected:
                self.detected(0)
                time.sleep_us(1)
                self.detected(1)
            self.times.append((self.clock.micros() - self.began) // 1000)
        if len(self.scores) < MOST_SCORES:
            self.scores.append(score)

    def end(self):
        """Let go of the source."""
        blocks, self.blocks = self.blocks, None
        close = getattr(blocks, "close", None)
        if close:
            close()
