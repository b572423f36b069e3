"""Damaged records of the ops that come beside convolutions: refused with a reason, or run inside their memory."""

import random

from small_models import BESIDE, branches
from test_hostile import EXTREMES, STEPS, change, checked, poke, records, sites

from mite_tools.image import spec
from mite_tools.image.pack import seal


def test_every_field_at_its_extremes(driver):
    for image in (make() for make in BESIDE):
        names, images = [], []
        for name, at, size in sites(image):
            old = int.from_bytes(image[at : at + size], "little")
            for value in sorted({v & (1 << 8 * size) - 1 for v in (*EXTREMES, *(old + step for step in STEPS))} - {old}):
                names.append(f"{name} = {value:#x}")
                images.append(seal(poke(image, at, size, value)))
        checked(driver, names, images)


def test_random_damages_with_a_right_checksum(driver):
    source = random.Random(22)
    for image in (make() for make in BESIDE):
        places = sites(image)
        names, images = [], []
        for _ in range(3000):
            damaged, name = image, []
            for _ in range(source.choice((1, 2, 3))):
                what, at, size = source.choice(places)
                old = int.from_bytes(damaged[at : at + size], "little")
                damaged = poke(damaged, at, size, source.choice((source.choice(EXTREMES), old + source.choice(STEPS), source.getrandbits(32))))
                name.append(what)
            names.append(", ".join(name))
            images.append(seal(damaged))
        checked(driver, names, images)


def test_a_jump_leads_to_a_record_or_the_end(driver):
    image = branches()
    header = spec.HEADER.unpack(image)
    starts = [at for at, _ in records(image)]
    end = starts[-1] + spec.RECORD.unpack(image, starts[-1])["bytes"]
    targets = range(0, header["length"] + 4)
    faults = driver.corpus([change(image, "JUMP", target=target) for target in targets])
    assert {target for target, fault in zip(targets, faults) if fault.code == 0} == {*starts, end}
