"""The interface of mite.Model and mite.Tensor: the same script on CPython, MicroPython's unix port and boards.

    python model_checks.py FOLDER       (on a board: the current folder)

FOLDER holds what tests/model_files.py writes there: small images, good and bad, and for golden models NAME.mite, NAME.in and
NAME.out (the bytes of the inputs and outputs of a few runs). Prints a line "ok NUMBER NAME" for each check, or "SKIP NAME: REASON".
A check that fails ends the script with its traceback.
"""

import gc
import os
import sys

import mite

FOLDER = sys.argv[1] if len(getattr(sys, "argv", ())) > 1 else "."
SLOW = sys.platform in ("qemu", "rp2")  # emulated boards


def path(name):
    return FOLDER + "/" + name


def read(name):
    with open(path(name), "rb") as file:
        return file.read()


def raises(kind, call, *words):
    """The text of the exception that call() raises: of exactly this kind, and all the words in it."""
    try:
        call()
    except Exception as error:
        assert type(error) is kind, "%s: %s, not %s" % (type(error).__name__, error, kind.__name__)
        text = str(error)
        for word in words:
            assert word in text, "%r is not in: %s" % (word, text)
        return text
    raise AssertionError("%s was not raised" % kind.__name__)


def assign(tensor, start, stop, values):
    tensor[start:stop] = values


class Skip(Exception):
    pass


def classifier(**memory):
    return mite.Model(path("classifier.mite"), **memory)


def run(model, first):
    """The raw output after an inference on first, first + 1, ..."""
    model.input[:] = range(first, first + len(model.input))
    model.invoke()
    return model.output[:]


def check_attributes():
    model = classifier()
    assert len(model.inputs) == len(model.outputs) == 1
    assert model.input is model.inputs[0] and model.output is model.outputs[0]
    picture, scores = model.input, model.output
    assert (picture.name, picture.shape, picture.dtype) == ("picture", (1, 4, 4, 1), "int8")
    assert (picture.scale, picture.zero_point, len(picture)) == (0.5, 3, 16)
    assert (scores.name, scores.shape, scores.dtype) == ("scores", (1, 3), "int8")
    assert (scores.scale, scores.zero_point, len(scores)) == (1 / 256, -128, 3)
    assert repr(picture) == "<picture int8[1, 4, 4, 1]>"
    assert model.metadata["name"] == "classifier"
    assert model.arena_size == len(model.arena) > 0 and model.state_size == 0


def check_single_numbers():
    picture = classifier().input
    picture[0], picture[1], picture[-1] = -128, 127, 5
    assert (picture[0], picture[1], picture[15], picture[-16]) == (-128, 127, 5, -128)
    for number in (16, -17, 1000):
        raises(IndexError, lambda: picture[number], "picture", "16", "there is no")
    raises(ValueError, lambda: picture.__setitem__(3, 128), "picture[3]", "128", "int8")
    raises(ValueError, lambda: picture.__setitem__(-1, -129), "picture[15]", "-129", "int8")
    raises(TypeError, lambda: picture.__setitem__(2, 1.5), "picture[2]", "1.5", "quantize()")


def check_slices():
    picture = classifier().input
    picture[:] = range(16)
    assert picture[:] == list(range(16))
    assert picture[2:5] == [2, 3, 4] and picture[-3:] == [13, 14, 15] and picture[:-14] == [0, 1]
    assert picture[5:2] == [] and picture[100:] == [] and picture[-100:2] == [0, 1]
    picture[4:6] = (-1, -2)
    assert picture[3:7] == [3, -1, -2, 6]
    raises(ValueError, lambda: picture[::2], "step 1")
    raises(ValueError, lambda: assign(picture, 0, 4, [1, 2, 3]), "picture[0:4]", "4 numbers", "3")
    raises(ValueError, lambda: assign(picture, None, None, [0] * 17), "picture[0:16]", "16", "17")


def check_kinds_of_values():
    """Lists, tuples, nested ones, iterators, arrays, and buffers of raw bytes."""
    from array import array

    picture = classifier().input
    numbers = list(range(-8, 8))
    raw = bytes(number & 255 for number in numbers)
    nested = [[[[number] for number in numbers[row : row + 4]] for row in range(0, 16, 4)]]
    for values in (numbers, tuple(numbers), iter(numbers), (n for n in numbers), nested, array("b", numbers), raw,
                   bytearray(raw), memoryview(raw)):  # fmt: skip
        picture[:] = [0] * 16
        picture[:] = values
        assert picture[:] == numbers, values
        assert bytes(picture.data) == raw


def check_data_is_the_arena():
    model = classifier()
    data = model.input.data
    assert len(data) == 16
    data[0] = 255
    assert model.input[0] == -1
    model.input[1] = -128
    assert data[1] == 128
    data[2:4] = b"\x07\x80"
    assert model.input[2:4] == [7, -128]


def check_quantize():
    """Rounds to nearest, halves away from zero, and saturates: scale 0.5, zero point 3."""
    picture = classifier().input
    for real, raw in ((0, 3), (0.5, 4), (0.25, 4), (0.75, 5), (0.2, 3), (0.3, 4), (-0.25, 2), (-0.75, 1), (-0.2, 3),
                      (62, 127), (62.2, 127), (1e6, 127), (1e30, 127), (float("inf"), 127), (-65.5, -128), (-66, -128), (-1e6, -128),
                      (-float("inf"), -128)):  # fmt: skip
        picture.quantize([real] * 16)
        assert picture[:] == [raw] * 16, (real, raw, picture[0])
    picture.quantize([[[[0.5] * 1] * 4] * 4])
    assert picture[:] == [4] * 16
    assert picture.dequantize() == [0.5] * 16
    picture[:] = range(16)
    assert picture.dequantize() == [0.5 * (raw - 3) for raw in range(16)]
    raises(ValueError, lambda: picture.quantize([0.5] * 15), "picture", "16", "15")


def check_float_tensors():
    model = mite.Model(path("every_op.mite"))
    sound = model.input
    assert (sound.dtype, sound.scale, len(sound), len(sound.data)) == ("float32", 0, 90, 360)
    sound[0] = 1.5
    sound[1:3] = [-0.25, 3]
    assert sound[:3] == [1.5, -0.25, 3.0]
    sound.quantize([0.125] * 90)
    assert sound.dequantize() == [0.125] * 90
    # Raw bytes are numbers as they lie in the arena.
    raw = bytes(sound.data)
    sound.quantize([0.0] * 90)
    sound[:] = raw
    assert sound[:] == [0.125] * 90
    model.invoke()
    assert abs(sum(model.output[:]) - 1) < 0.02


def check_inference_is_repeatable():
    model = classifier()
    first, other = run(model, 0), run(model, -20)
    assert first != other
    for _ in range(3):
        assert run(model, 0) == first and run(model, -20) == other
    assert run(classifier(), 0) == first


def check_step_is_invoke():
    model = classifier()
    expected = run(model, -8)
    model.input[:] = range(-8, 8)
    steps = 1
    while model.step():
        steps += 1
    assert model.output[:] == expected and steps == 3
    # The rest of an inference under way
    model.input[:] = range(-8, 8)
    assert model.step() is True
    model.invoke()
    assert model.output[:] == expected
    # reset() forgets what was under way.
    model.input[:] = range(-8, 8)
    model.step()
    model.reset()
    assert run(model, -8) == expected


def check_ainvoke():
    try:
        import asyncio
    except ImportError:
        raise Skip("there is no asyncio")
    model = classifier()
    expected = run(model, -8)
    turns = []

    async def neighbour():
        while len(turns) < 2:
            turns.append(1)
            await asyncio.sleep(0)

    async def main():
        task = asyncio.create_task(neighbour())
        model.input[:] = range(-8, 8)
        await model.ainvoke()
        await task

    asyncio.run(main())
    assert model.output[:] == expected and len(turns) == 2


def check_classify():
    model = classifier()
    run(model, -8)
    assert list(model.labels) == ["no", "yes", "maybe"]
    pairs = model.classify()
    assert sorted(label for label, _ in pairs) == ["maybe", "no", "yes"]
    assert [p for _, p in pairs] == sorted([p for _, p in pairs], reverse=True)
    assert dict(pairs)[model.labels[1]] == (model.output[1] + 128) / 256
    unlabelled = mite.Model(path("unlabelled.mite"))
    run(unlabelled, -8)
    assert list(unlabelled.labels) == []
    assert sorted(number for number, _ in unlabelled.classify()) == [0, 1, 2]


def check_profile():
    model = classifier()
    expected = run(model, 1)
    model.input[:] = range(1, 17)
    rows = model.profile()
    assert [op for op, _ in rows] == ["CONV_2D", "FULLY_CONNECTED", "SOFTMAX"]
    assert all(us >= 0 for _, us in rows)
    assert model.output[:] == expected


def check_sources():
    """A path, and any buffer with an image; more bytes than the image do no harm."""
    expected = run(classifier(), 2)
    image = read("classifier.mite")
    for source in (image, bytearray(image), memoryview(image), image + b"rest"):
        assert run(mite.Model(source), 2) == expected
    raises(TypeError, lambda: mite.Model(42), "path", "bytes-like", "int")
    raises(TypeError, lambda: mite.Model(None), "path", "bytes-like", "NoneType")
    try:
        mite.Model(path("nothing.mite"))
    except OSError as error:
        assert error.errno == 2 and "nothing.mite" in str(error)
    else:
        raise AssertionError("no OSError for a file that is not there")


def check_own_arena():
    expected = run(classifier(), 3)
    size = classifier().arena_size
    arena = bytearray(size + 9)
    model = classifier(arena=arena)
    assert model.arena is arena
    assert run(model, 3) == expected
    # Exactly enough, and a part of a larger buffer
    assert run(classifier(arena=bytearray(size)), 3) == expected
    whole = memoryview(bytearray(size + 64))
    assert run(classifier(arena=whole[32:]), 3) == expected


def check_shared_arena():
    a, b = classifier(), mite.Model(path("every_op.mite"))
    arena = bytearray(max(a.arena_size, b.arena_size))
    a, b = classifier(arena=arena), mite.Model(path("every_op.mite"), arena=arena)

    def both():
        b.input.quantize([0.1] * 90)
        b.inputs[1][:] = [1, 2, 3, 4]
        b.invoke()
        return run(a, 4), b.outputs[1].shape

    b.input.quantize([0.1] * 90)
    b.inputs[1][:] = [1, 2, 3, 4]
    b.invoke()
    alone = b.outputs[1][:]
    expected = run(classifier(), 4)
    for _ in range(3):
        assert both()[0] == expected
    b.input.quantize([0.1] * 90)
    b.inputs[1][:] = [1, 2, 3, 4]
    b.invoke()
    assert b.outputs[1][:] == alone


def check_too_small_an_arena():
    size = classifier().arena_size
    raises(MemoryError, lambda: classifier(arena=bytearray(size - 1)), str(size), str(size - 1), "arena", "classifier.mite")
    raises(MemoryError, lambda: mite.Model(read("classifier.mite"), arena=bytearray(0)), str(size), "0 bytes")
    raises(TypeError, lambda: classifier(arena=bytes(size)), "arena", "bytearray")
    raises(TypeError, lambda: classifier(arena=3), "arena", "bytearray")


def check_more_memory_than_there_is():
    if not hasattr(gc, "mem_free"):
        raise Skip("this Python has memory without end")
    raises(MemoryError, lambda: mite.Model(path("huge.mite")), "arena", "1073741820")


def check_bad_images():
    """Each says what is wrong and what to do, names the file, and leaves everything as it was."""
    model = classifier()
    expected = run(model, 5)
    image = read("classifier.mite")
    assert issubclass(mite.ModelError, ValueError)
    for name, words in (
        ("too_new.mite", ("format version 3", "version 2", "convert the model again")),
        ("too_old.mite", ("format version 1", "version 2", "convert the model again")),
        ("runtime.mite", ("needs mite runtime 200", "update mite")),
        ("flipped.mite", ("damaged", "CRC", "upload it again")),
        ("short.mite", ("cut off", "of %d" % len(image))),
        ("unknown_op.mite", ("op 1 (unknown)", "op number 250")),
        ("value.mite", ("op 2 (SOFTMAX)", "out of range")),
        ("metadata.mite", ("metadata", "convert the model again")),
        ("compressed_broken.mite", ("damaged", "upload it again")),
        ("compressed_short.mite", ("cut off: 20 bytes are missing",)),
        ("compressed_head.mite", ("cut off: 10 bytes of 16",)),
        ("compressed_table.mite", ("damaged", "upload it again")),
        ("compressed_new.mite", ("version 99", "convert the model again")),
        ("other.bin", ("not a .mite image",)),
        ("empty.bin", ("cut off: 0 bytes",)),
    ):
        raises(mite.ModelError, lambda: mite.Model(path(name)).metadata, name, *words)
        raises(mite.ModelError, lambda: mite.Model(read(name)).metadata, *words)
    assert run(model, 5) == expected


def check_compressed_images():
    """They are the same model, from a file or from memory."""
    expected = run(classifier(), 5)
    for source in (path("compressed.mite"), read("compressed.mite"), memoryview(read("compressed.mite"))):
        assert run(mite.Model(source), 5) == expected
    image = bytearray(read("compressed.mite"))
    for at in range(0, len(image), 37 if SLOW else 1):
        image[at] ^= 1 << at % 8
        try:  # a bit of the last bytes may mean nothing
            assert run(mite.Model(image), 5) == expected
        except mite.ModelError:
            pass
        image[at] ^= 1 << at % 8


def check_a_few_thousand_bad_images():
    """Wherever a bit has flipped or the image was cut off: an exception, and then the next one."""
    image = bytearray(read("classifier.mite"))
    step = 7 if SLOW else 1
    count = 0
    for at in range(0, len(image), step):
        image[at] ^= 1 << at % 8
        raises(mite.ModelError, lambda: mite.Model(image))
        image[at] ^= 1 << at % 8
        raises(mite.ModelError, lambda: mite.Model(bytes(image[:at])))
        count += 2
    assert count > 100
    mite.Model(image).invoke()


def check_damaged_programs():
    """Random damage with a checksum made right again: refused, or run without a byte written outside of the arena."""
    try:
        from binascii import crc32
    except ImportError:
        raise Skip("there is no binascii.crc32")
    guard, noise = 64, 12345
    for name in ("every_op.mite", "convolutions.mite"):
        good = read(name)
        end = int.from_bytes(good[32:36], "little")  # of the records: where the constants begin
        image, size, ran = bytearray(good), mite.Model(good).arena_size, 0
        memory = bytearray(b"\xa5" * (size + 2 * guard))
        fence = bytes(memory[:guard])
        for turn in range(300):
            image[:] = good
            for _ in range(1 + turn % 3):
                noise = noise * 1103515245 + 12345 & 0x7FFFFFFF
                at = 24 + (noise >> 8) % (end - 24)
                image[at] = (0, 1, 0x7F, 0x80, 0xFF, image[at] ^ 1, image[at] + 1 & 255, noise >> 20 & 255)[noise >> 16 & 7]
            image[12:16] = crc32(image[16:], crc32(image[:12])).to_bytes(4, "little")
            try:
                model = mite.Model(image, arena=memoryview(memory)[guard : guard + size])
            except mite.ModelError:
                continue
            model.invoke()
            ran += 1
            assert memory[:guard] == fence and memory[-guard:] == fence, "turn %d of %s wrote outside of its arena" % (turn, name)
        assert 0 < ran < 300, ran


def check_odd_addresses():
    if not mite.model.NATIVE and sys.implementation.name == "cpython":
        raise Skip("the interpreter in Python, and CPython tells no addresses")
    image = memoryview(bytearray(read("classifier.mite") + bytes(8)))
    size = len(image) - 8
    shifted = memoryview(bytearray(size + 8))
    shifted[2 : 2 + size] = image[:size]
    raises(mite.ModelError, lambda: mite.Model(shifted[2 : 2 + size]), "odd address", "buffer of its own")
    arena = memoryview(bytearray(classifier().arena_size + 8))
    raises(mite.ModelError, lambda: classifier(arena=arena[1:]), "odd address", "buffer of its own")


def check_invoke_allocates_nothing():
    if not hasattr(gc, "mem_alloc"):
        raise Skip("this Python does not tell how much it has allocated")
    if not mite.model.NATIVE:
        raise Skip("the interpreter in Python allocates, as all Python does")
    for name in ("classifier.mite", "every_op.mite"):
        model = mite.Model(path(name))
        model.invoke()
        gc.collect()
        before = gc.mem_alloc()
        model.invoke()
        model.invoke()
        after = gc.mem_alloc()
        assert after == before, "%s: %d bytes allocated" % (name, after - before)
        gc.collect()
        before = gc.mem_alloc()
        while model.step():
            pass
        after = gc.mem_alloc()
        assert after == before, "%s: step() allocated %d bytes" % (name, after - before)


def check_a_model_takes_little_memory():
    """200 bytes on a board, beside the image, the arena and the state."""
    if not hasattr(gc, "mem_alloc"):
        raise Skip("this Python does not count its memory")
    if not mite.model.NATIVE:
        raise Skip("the interpreter in Python keeps more")
    image = memoryview(read("classifier.mite"))
    model = mite.Model(image)
    arena, state = bytearray(model.arena_size), bytearray(model.state_size)
    model, taken = None, 0
    gc.collect()
    before = gc.mem_alloc()
    model = mite.Model(image, arena, state)
    gc.collect()
    taken = gc.mem_alloc() - before
    print("a model takes %d bytes" % taken)
    assert taken <= (200 if sys.maxsize <= 1 << 32 else 400)
    assert run(model, 5) == run(classifier(), 5)


def check_memory_survives_collection():
    """A model keeps what it runs in: the image and the arena that only it knows of."""
    model = mite.Model(bytes(read("classifier.mite")))
    expected = run(model, 6)
    gc.collect()
    for _ in range(20):
        bytearray(len(model.arena))
    gc.collect()
    assert run(model, 6) == expected
    tensor = classifier().input
    gc.collect()
    tensor[:] = range(16)
    assert tensor[15] == 15


def check_rows():
    whole, rows = mite.Model(path("whole.mite")), mite.Model(path("rows.mite"))
    assert rows.arena_size < whole.arena_size and rows.input.shape == whole.input.shape and not len(rows.input.data)
    raises(mite.ModelError, rows.invoke, "rows.mite", "model.rows(source)")
    size, asked = len(whole.input.data) // whole.input.shape[1], []

    def source(view, first):
        asked.extend(range(first, first + len(view) // size))
        view[:] = whole.input.data[first * size : first * size + len(view)]

    for start in (0, 91):
        picture = bytes([(start + 37 * i) & 255 for i in range(len(whole.input.data))])
        whole.input.data[:] = picture
        del asked[:]
        # An input may be overwritten by an inference: the rows come first.
        rows.rows(source)
        rows.invoke()
        assert asked == list(range(whole.input.shape[1])), asked
        whole.invoke()
        assert rows.output[:] == whole.output[:]
        rows.rows(picture)
        rows.invoke()
        assert rows.output[:] == whole.output[:]
    rows.rows(bytes(10))
    raises(mite.ModelError, rows.invoke, "10 bytes")


def check_jumps():
    """A loop with a choice in it: x + 2 while n < 3, x - 1 while n < 5. Steps are ops, as many as run."""
    model = mite.Model(path("branches.mite"))
    for start in (0, 2, 4, 5, 100):
        n = start
        values = list(range(-3, 4))
        while n < 5:
            values = [value + (2 if n < 3 else -1) for value in values]
            n += 1
        for stepwise in (False, True):
            model.inputs[0][:] = [start]
            model.inputs[1][:] = range(-3, 4)
            while model.step() if stepwise else model.invoke():
                pass
            assert model.outputs[0][:] == [n] and model.outputs[1][:] == values, (start, model.outputs[1][:])


def check_custom_ops():
    model = mite.Model(path("thresholds.mite"))
    for use in (model.invoke, model.step):
        raises(mite.ModelError, use, 'mite.register("Threshold", function)')
    raises(TypeError, lambda: mite.register("Threshold", 3), "a custom op is a function")
    seen = []

    def threshold(inputs, outputs, options):
        assert options == {"level": 1.25} and len(inputs) == len(outputs) == 1
        seen.append(bytes(inputs[0]))
        for i, byte in enumerate(inputs[0]):
            outputs[0][i] = 0.5 * ((byte if byte < 128 else byte - 256) + 3) > options["level"]

    def fail(inputs, outputs, options):
        raise KeyError("mine")

    # Real numbers 2 * 0.5 * (raw - 2), against 1.25, and the answer added to itself.
    numbers, expected = [0, 1, 2, 3, 4, -100, 127], [0, 0, 0, 0, 2, 0, 2]
    mite.register("Threshold", fail)
    model.input[:] = numbers
    raises(KeyError, model.invoke, "mine")
    mite.register("Threshold", threshold)
    failing, model = model, mite.Model(path("thresholds.mite"))
    for _ in range(2):
        model.input[:] = numbers
        model.invoke()
        assert model.output[:] == expected, model.output[:]
    assert len(seen) == 2 and len(seen[0]) == 7
    model.input[:] = numbers
    assert [model.step(), model.step(), model.step()] == [True, True, False] and model.output[:] == expected
    assert [op for op, _ in model.profile()] == ["ADD", "CUSTOM", "ADD"]
    # The inference that ended with an error is over: the next one begins at the first op.
    failing.input[:] = numbers
    assert failing.step()
    raises(KeyError, failing.step, "mine")
    assert failing.step()

    def with_tensors(inputs, outputs, options):
        (values,), (above,) = inputs, outputs
        assert (values.dtype, values.shape, values.scale, values.zero_point) == ("int8", (1, 7), 0.5, -3)
        for i, value in enumerate(values.dequantize()):
            above[i] = int(value > options["level"])

    mite.register("Threshold", with_tensors, tensors=True)
    model = mite.Model(path("thresholds.mite"))
    model.input[:] = numbers
    model.invoke()
    assert model.output[:] == expected
    mite.register("Threshold", None)


def check_goldens():
    names = sorted(name[:-3] for name in os.listdir(FOLDER) if name.endswith(".in"))
    if not names:
        raise Skip("there are no golden models in %s" % FOLDER)
    for name in names:
        model = mite.Model(path(name + ".mite"))
        inputs, outputs = read(name + ".in"), read(name + ".out")
        at_in = at_out = 0
        while at_in < len(inputs):
            for tensor in model.inputs:
                tensor.data[:] = inputs[at_in : at_in + len(tensor.data)]
                at_in += len(tensor.data)
            model.invoke()
            for tensor in model.outputs:
                expected = outputs[at_out : at_out + len(tensor.data)]
                assert bytes(tensor.data) == expected, "%s: %s differs" % (name, tensor)
                at_out += len(tensor.data)
        assert at_out == len(outputs) > 0
        print("exact %s" % name)
        model = None
        gc.collect()


CHECKS = (
    check_attributes, check_single_numbers, check_slices, check_kinds_of_values, check_data_is_the_arena, check_quantize,
    check_float_tensors, check_inference_is_repeatable, check_step_is_invoke, check_ainvoke, check_classify, check_profile,
    check_sources, check_own_arena, check_shared_arena, check_too_small_an_arena, check_more_memory_than_there_is,
    check_bad_images, check_compressed_images, check_a_few_thousand_bad_images, check_damaged_programs, check_odd_addresses, check_invoke_allocates_nothing,
    check_a_model_takes_little_memory, check_memory_survives_collection, check_rows, check_jumps, check_custom_ops, check_goldens,
)  # fmt: skip

for number, check in enumerate(CHECKS, 1):
    name = check.__name__[6:]
    try:
        check()
        print("ok %d %s" % (number, name))
    except Skip as reason:
        print("SKIP %s: %s" % (name, reason))
    gc.collect()
print("all %d" % len(CHECKS))
