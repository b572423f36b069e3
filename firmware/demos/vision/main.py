"""Says what a camera sees: the classes of a picture, or boxes around things. Or pictures come over the serial port (`make demo-vision`).

As a board's main.py, with the model beside it:

    mite convert model.tflite --labels labels.txt -o vision.mite
    mpremote cp firmware/demos/vision/main.py : + cp vision.mite :

Cameras: those of the module `camera` in firmware for ESP32 (OV2640 and its like), and OpenMV's `sensor`.
"""

import time

import mite
from mite.vision import Preprocessor, boxes, detects

MODEL = "vision.mite"
TURNS = 0  # quarter turns clockwise, for a camera that lies on its side
METHOD = "area"
THRESHOLD = 0.5  # of boxes
SHOWN = 3  # classes
WATCH = True  # print lines with a small grey picture for `mite watch`, not lines for people
PREVIEW = 80, 60

# Instructions where the board counts them (an emulated one under -icount), else the processor's own ticks.
_ticks = getattr(time, "ticks_cpu", None) or getattr(time, "ticks_us", None) or (lambda: time.perf_counter_ns() // 1000)
_since = getattr(time, "ticks_diff", None) or (lambda end, begin: end - begin)


def camera():
    """Yields (frame, width, height, format) for ever: the driver's own memory, which the next frame overwrites. ImportError without a driver."""
    try:
        import sensor

        return _openmv(sensor)
    except ImportError:
        pass
    try:
        import camera as driver
    except ImportError:
        raise ImportError("this firmware has no camera: neither the module camera (ESP32) nor sensor (OpenMV)")
    return _new_driver(driver) if hasattr(driver, "Camera") else _old_driver(driver)


def _new_driver(driver):
    with driver.Camera(frame_size=driver.FrameSize.QVGA, pixel_format=driver.PixelFormat.RGB565) as source:
        while True:
            frame = source.capture()
            if frame:
                yield frame, 320, 240, "rgb565be"


def _old_driver(driver):
    driver.init(0, format=driver.RGB565, framesize=driver.FRAME_QVGA)
    try:
        while True:
            frame = driver.capture()
            if frame:
                yield frame, 320, 240, "rgb565be"
    finally:
        driver.deinit()


def _openmv(sensor):
    sensor.reset()
    sensor.set_pixformat(sensor.RGB565)
    sensor.set_framesize(sensor.QVGA)
    sensor.skip_frames(time=1000)
    while True:
        picture = sensor.snapshot()
        yield picture.bytearray(), picture.width(), picture.height(), "rgb565le"


class Seer:
    """A model that looks at frames: answers [(label, probability), ...] of one that classifies, boxes of one that detects.

    crop, turns, method: as in mite.vision.Preprocessor. threshold: of boxes; shown: how many answers.
    """

    def __init__(self, model, crop=None, turns=0, method="area", threshold=0.5, shown=3):
        self.model = model
        self._how = crop, turns, method
        self._threshold, self._shown = threshold, shown
        self._detects = detects(model)
        self._kind = self._see = None
        self.ticks = self.picture_ticks = 0

    def look(self, frame, width, height, format):
        """(answers, boxes) for a frame; boxes as (label, score, left, top, right, bottom) in parts of the frame. `ticks` is then what the
        model took, `picture_ticks` what it took to make the frame its input."""
        if self._kind != (width, height, format):
            self._see = Preprocessor(self.model, width, height, format, *self._how)
            self._kind = width, height, format
        begin = _ticks()
        self._see.fill(frame)
        for tensor in self.model.inputs[1:]:
            # What a detector remembers of the last picture: nothing.
            tensor.data[:] = bytes([tensor.zero_point & 255]) * len(tensor.data)
        middle = _ticks()
        self.model.invoke()
        end = _ticks()
        self.picture_ticks, self.ticks = _since(middle, begin), _since(end, middle)
        if not self._detects:
            return self.model.classify()[: self._shown], []
        found = []
        for box in boxes(self.model, self._threshold):
            x, y, across, down = self._see.in_frame(box)
            found.append((box.label, box.score, x / width, y / height, (x + across) / width, (y + down) / height))
        return [], found


def over_serial(path, sizes, format, crop=None, threshold=THRESHOLD, block_bytes=2048, ops=False):
    """Looks at pictures that the computer at the other end sends (`mite.wire`), one after another, of these (width, height). Prints lines of
    kind `picture` (mite.watch), and with ops one more for what the model's ops take."""
    from mite.watch import Show
    from mite.wire import blocks

    seer, show = Seer(mite.Model(path), crop, TURNS, METHOD, threshold, SHOWN), Show()
    show.start("vision", [seer.model], seer.model.labels)
    pixel = {"rgb888": 3, "bgr888": 3, "grey": 1}.get(format, 2)
    frame = memoryview(bytearray(max([width * height * pixel for width, height in sizes])))
    number = at = 0
    for block in blocks(block_bytes):
        while len(block) and number < len(sizes):
            width, height = sizes[number]
            size = width * height * pixel
            part = block[: size - at]
            frame[at : at + len(part)] = part
            at += len(part)
            block = block[len(part) :]
            if at == size:
                answers, found = seer.look(frame[:size], width, height, format)
                show.picture(width, height, "", b"", answers, found, seer.ticks)
                show.send("time", picture=seer.picture_ticks, model=seer.ticks)
                number += 1
                at = 0
    if ops:
        show.ops(seer.model.profile())
    show.done(pictures=number)


def main():
    """On a board with a camera."""
    from mite.tensor import Tensor
    from mite.watch import Show

    seer, show, preview = Seer(mite.Model(MODEL), None, TURNS, METHOD, THRESHOLD, SHOWN), Show(), None
    if WATCH:
        show.start("vision", [seer.model], seer.model.labels)
        small = Tensor("preview", (1, PREVIEW[1], PREVIEW[0], 1), "uint8", "B", 1, 0, memoryview(bytearray(PREVIEW[0] * PREVIEW[1])))
    for frame, width, height, format in camera():
        answers, found = seer.look(frame, width, height, format)
        if WATCH:
            preview = preview or Preprocessor(small, width, height, format, method="nearest")
            preview.fill(frame)
            show.picture(PREVIEW[0], PREVIEW[1], "grey", small.data, answers, found, seer.ticks)
            continue
        for label, score, *where in answers or found:
            print(label, "%.0f %%" % (100 * score), *["%.2f" % side for side in where])


if __name__ == "__main__":
    main()
