"""Whatever bytes come, the core refuses them with a reason or runs them inside its memory, and comes back."""

import random
import struct

import pytest
from small_models import classifier, convolutions, every_op

from mite_tools.image import spec
from mite_tools.image.pack import seal

ERR = {name: -number for number, (name, _) in enumerate(spec.ERRORS, 1)}
_BYTES = {"u8": 1, "i8": 1, "u16": 2, "i16": 2, "u32": 4, "i32": 4, "f32": 4, "ref": 4}
EXTREMES = (0, 1, 2, 3, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x3FFFFFFF, 0x40000000, 0x7FFFFFFF, 0x80000000, 0xC0000000,
            0xFFFFFFFC, 0xFFFFFFFF)  # fmt: skip
STEPS = (-4, -1, 1, 4)


def sites(image: bytes) -> list[tuple[str, int, int]]:
    """(name, byte offset, bytes) of every number in the header, the tensor records and the op records."""
    found = []

    def add(struct_: spec.Struct, at: int, name: str) -> None:
        for field in struct_.fields:
            size = _BYTES[field.kind]
            for i in range(field.count):
                found.append((f"{name}.{field.name}[{i}]", at + i * size, size))
            at += size * field.count

    header = spec.HEADER.unpack(image)
    add(spec.HEADER, 0, "header")
    at = header["tensors"]
    for number in range(header["inputs"] + header["outputs"]):
        add(spec.TENSOR, at, f"tensor {number}")
        rank = spec.TENSOR.unpack(image, at)["rank"]
        at += spec.TENSOR.size
        found += [(f"tensor {number}.shape[{i}]", at + 4 * i, 4) for i in range(rank)]
        at += 4 * rank
    for number, (at, op) in enumerate(records(image)):
        add(op, at, f"record {number} ({op.op})")
    return [site for site in found if site[0] != "header.crc[0]"]


def records(image: bytes) -> list[tuple[int, spec.Op]]:
    """(byte offset, op) of every op record."""
    header = spec.HEADER.unpack(image)
    at, found = header["program"], []
    for _ in range(header["records"]):
        record = spec.RECORD.unpack(image, at)
        found.append((at, spec.OP_OF_NUMBER[record["op"]]))
        at += record["bytes"]
    return found


def poke(image: bytes, at: int, size: int, value: int) -> bytes:
    """The image with the number at `at` replaced, modulo what fits there."""
    return image[:at] + (value & (1 << 8 * size) - 1).to_bytes(size, "little") + image[at + size :]


def change(image: bytes, op: str, **values) -> bytes:
    """The image, sealed, with fields of its first record of `op` replaced. A value for all elements of an array, or a tuple."""
    at, struct_ = next((at, known) for at, known in records(image) if known.op == op)
    fields = struct_.unpack(image, at)
    for name, value in values.items():
        fields[name] = (value,) * len(fields[name]) if isinstance(fields[name], tuple) and isinstance(value, int) else value
    return seal(image[:at] + struct_.pack(**fields) + image[at + struct_.size :])


def with_header(image: bytes, **values) -> bytes:
    """The image, sealed, with fields of its header replaced."""
    return seal(spec.HEADER.pack(**{**spec.HEADER.unpack(image), **values}) + image[spec.HEADER.size :])


def refused(driver, images: list[bytes]) -> list[int]:
    """The codes of images of which none may be good."""
    codes = [fault.code for fault in driver.corpus(images)]
    good = [number for number, code in enumerate(codes) if code == 0]
    assert not good, f"images {good} were not refused"
    return codes


def test_every_truncation_is_refused(driver):
    image = every_op()
    codes = refused(driver, [image[:length] for length in range(len(image))])
    assert set(codes) == {ERR["SHORT"]}


def test_every_flipped_bit_is_refused(driver):
    image = every_op()
    flipped = [poke(image, bit // 8, 1, image[bit // 8] ^ 1 << bit % 8) for bit in range(8 * len(image))]
    codes = refused(driver, flipped)
    assert set(codes) == {ERR[name] for name in ("MAGIC", "FORMAT", "SHORT", "CRC")}
    # The length is what the checksum covers; everything behind the header falls to the checksum alone.
    assert set(codes[8 * spec.HEADER.size :]) == {ERR["CRC"]}


def test_bytes_after_the_image_do_not_matter(driver):
    assert [fault.code for fault in driver.corpus([every_op() + b"\xff" * n for n in (1, 4, 1000)])] == [0, 0, 0]


def test_what_is_too_new_is_told(driver):
    image = every_op()
    newer_format, newer_runtime = with_header(image, format=spec.FORMAT_VERSION + 1), with_header(image, runtime=200)
    found = driver.corpus([newer_format, newer_runtime])
    assert [(f.code, f.a, f.b) for f in found] == [
        (ERR["FORMAT"], spec.FORMAT_VERSION + 1, spec.FORMAT_VERSION),
        (ERR["RUNTIME"], 200, spec.RUNTIME_VERSION),
    ]


def test_unknown_ops_and_wrong_lengths_name_the_record(driver):
    image = every_op()
    number, (at, op) = 2, records(image)[2]
    unknown, long = seal(poke(image, at, 1, 250)), seal(poke(image, at + 2, 2, op.size + 4))
    found = driver.corpus([unknown, long])
    assert [(f.code, f.record, f.op) for f in found] == [
        (ERR["OP"], number, 250),
        (ERR["RECORD"], number, spec.OP_NUMBERS[op.op]),
    ]
    assert (found[1].a, found[1].b) == (op.size + 4, op.size)


def test_too_little_memory_is_told_with_both_numbers(driver, tmp_path):
    image, path = with_header(every_op(), state_bytes=12), tmp_path / "image"
    path.write_bytes(image)
    arena = spec.HEADER.unpack(image)["arena_bytes"]
    assert driver.fault("bind", path, arena, 12, 0).code == 0
    short = driver.fault("bind", path, arena - 1, 12, 0)
    assert (short.code, short.a, short.b) == (ERR["ARENA"], arena, arena - 1)
    short = driver.fault("bind", path, arena, 11, 0)
    assert (short.code, short.a, short.b) == (ERR["STATE"], 12, 11)
    assert driver.fault("bind", path, arena, 12, 2).code == ERR["ALIGN"]


# Records whose places all lie in memory, and that would still never end, or leave it: (op, fields).
MANY = (1 << 30) - 1
TRAPS = (
    ("COPY", {"run": 0}),
    ("COPY", {"run": 1, "dims": MANY, "input_strides": 0, "output_strides": 0}),
    ("COPY", {"run": 1, "dims": 80, "input_strides": 0, "output_strides": 1, "output": 0}),
    # Reaches whose sum does not fit 64 bits, and whose low 32 bits are zero.
    ("COPY", {"run": 1, "dims": MANY - 14, "input_strides": 0x70000000, "output_strides": 0x70000000}),
    # A step that is taken once, and not used: on 32 bits it would leave the address space.
    ("COPY", {"run": 1, "dims": 1, "input_strides": -(1 << 31), "output_strides": 0}),
    ("COPY_ROWS", {"run": 0}),
    ("COPY_ROWS", {"run": 1, "count": MANY, "input_stride": 0, "output_stride": 0}),
    ("COPY_ROWS", {"run": 1, "count": 80, "input_stride": 0, "output_stride": 0, "output": 0}),
    ("COPY_ROWS", {"run": 1, "count": 1, "input_stride": -(1 << 31), "output_stride": 0}),
    ("ADD", {"dims": (1, 1, 1, 2), "a_strides": 0xFFFFFFFC, "b_strides": 0, "a": 64, "b": 64}),
    ("ADD", {"act_min": 1, "act_max": 0}),
    ("ADD", {"shift": 32}),
    ("MEAN", {"reduced": MANY, "reduced_strides": 0}),
    ("MEAN", {"kept": 1, "reduced": 100, "reduced_strides": 1, "input": 0, "output": 0}),
    ("MEAN", {"kept": 1, "kept_strides": 0, "reduced": (1, 1, 2), "reduced_strides": 0xFFFFFFFF, "input": 64}),
    ("MAX_POOL_2D", {"channels": 0, "batches": 65535, "in_h": 65535, "in_w": 65535, "out_h": 65535, "out_w": 65535,
                     "stride_h": 1, "stride_w": 1}),
    ("AVERAGE_POOL_2D", {"out_h": 1, "pad_top": 5, "kernel_h": 3}),  # a window without a pixel: a division by zero
    ("AVERAGE_POOL_2D", {"out_h": 65535}),
    ("CONV_2D", {"out_h": 65535, "out_w": 0}),
    ("CONV_2D", {"groups": 0}),
    ("DEPTHWISE_CONV_2D", {"multiplier": 0}),
    ("FULLY_CONNECTED", {"outputs": 65536}),
    ("FULLY_CONNECTED", {"act_min": 1, "act_max": 0}),
    ("SOFTMAX", {"diff_min": 1}),
    ("SOFTMAX", {"depth": 0}),
    ("SOFTMAX", {"left_shift": 31}),
    ("FILL", {"count": 0}),
    ("FILL", {"size": 3}),
    ("QUANTIZE", {"scale": float("nan")}),
    ("DEQUANTIZE", {"zero_point": 1 << 30}),
)  # fmt: skip


@pytest.mark.parametrize(("op", "fields"), TRAPS, ids=[f"{op}-{number}" for number, (op, _) in enumerate(TRAPS)])
def test_traps_are_refused(op, fields, driver):
    assert refused(driver, [change(every_op(), op, **fields)])[0] in (ERR["VALUE"], ERR["RANGE"])


def test_a_constant_is_never_written(driver):
    image = every_op()
    images = []
    for at, op in records(image):
        fields = op.unpack(image, at)
        here = spec.HEADER.unpack(image)["constants"] | 1 << spec.SPACE_SHIFT
        images.append(seal(image[:at] + op.pack(**{**fields, "output": here}) + image[at + op.size :]))
    assert set(refused(driver, images)) <= {ERR["RANGE"], ERR["VALUE"]}


def test_every_field_at_its_extremes(driver):
    for image in (every_op(), classifier(), convolutions()):
        names, images = [], []
        for name, at, size in sites(image):
            old = int.from_bytes(image[at : at + size], "little")
            for value in sorted({v & (1 << 8 * size) - 1 for v in (*EXTREMES, *(old + step for step in STEPS))} - {old}):
                names.append(f"{name} = {value:#x}")
                images.append(seal(poke(image, at, size, value)))
        checked(driver, names, images)


def test_many_random_damages_with_a_right_checksum(driver):
    source = random.Random(20)
    for image in (every_op(), classifier(), convolutions()):
        places = sites(image)
        names, images = [], []
        for _ in range(6000):
            damaged, name = image, []
            for _ in range(source.choice((1, 2, 2, 3, 4))):
                what, at, size = source.choice(places)
                if source.random() < 0.2:  # anywhere: constants, metadata
                    what, at, size = "byte", source.randrange(spec.HEADER.size, len(image)), 1
                old = int.from_bytes(damaged[at : at + size], "little")
                value = source.choice((source.choice(EXTREMES), old + source.choice(STEPS), old << 1, source.getrandbits(32)))
                damaged = poke(damaged, at, size, value)
                name.append(f"{what} at {at} = {value:#x}")
            names.append(", ".join(name))
            images.append(seal(damaged))
        checked(driver, names, images)


def checked(driver, names: list[str], images: list[bytes]) -> None:
    """Sends the images through the core; an AssertionError names the damage that did it."""
    try:
        faults = driver.corpus(images)
    except AssertionError as error:
        number = int(str(error).split()[1].rstrip(":"))
        raise AssertionError(f"{names[number]}\n{error}") from None
    # A mutation that the checks let through must be one that the core can run; most must be seen.
    assert any(fault.code == 0 for fault in faults) and any(fault.code != 0 for fault in faults)


def test_garbage_of_any_length_is_refused(driver):
    source = random.Random(21)
    garbage = [source.randbytes(length) for length in (*range(70), 1000, 5000)]
    almost = [struct.pack("<4sBB", spec.MAGIC, spec.FORMAT_VERSION, 1) + source.randbytes(length) for length in range(70)]
    refused(driver, garbage + almost)
