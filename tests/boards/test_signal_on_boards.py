"""mite.signal on a board: whole numbers of any size and their tables, as on the computer."""

import mite
import mite.signal
import numpy as np
from flatbuffers import flexbuffers
from small_models import Sketch

CHECK = """
import mite, mite.signal
mite.signal.register()
for name in ("SignalRfft", "SignalFilterBankSquareRoot", "SignalFilterBankLog"):
    model = mite.Model(name + ".mite")
    with open(name + ".in", "rb") as file:
        for tensor in model.inputs:
            file.readinto(tensor.data)
    model.invoke()
    with open(name + ".out", "rb") as file:
        assert file.read() == bytes(model.output.data), name
print("fine")
"""


def model(name, inputs, output, **options) -> bytes:
    s = Sketch(1)
    given = tuple(s.tensor(shape, 0, 0, dtype) for shape, dtype in inputs)
    extra = {"custom_options": bytes(flexbuffers.Dumps(options))} if options else {}
    return s.image(given, (s.add_op(f"CUSTOM:{name}", given, s.tensor(output[0], 0, 0, output[1]), **extra),))


def test_the_same_bytes_as_on_the_computer(m4):
    rng = np.random.default_rng(1)
    images = {
        "SignalRfft": model("SignalRfft", [((480,), "int16")], ((514,), "int16"), T=7, fft_length=512),
        "SignalFilterBankSquareRoot": model("SignalFilterBankSquareRoot", [((40,), "uint64"), ((), "int32")], ((40,), "uint32")),
        "SignalFilterBankLog": model("SignalFilterBankLog", [((40,), "uint32")], ((40,), "int16"), input_correction_bits=3, output_scale=64),
    }
    mite.signal.register()
    try:
        for name, image in images.items():
            ours = mite.Model(image)
            given = [b"\3\0\0\0" if t.dtype == "int32" else rng.bytes(len(t.data)) for t in ours.inputs]
            for tensor, data in zip(ours.inputs, given, strict=True):
                tensor.data[:] = data
            ours.invoke()
            assert any(ours.output.data)
            for ending, content in (("mite", image), ("in", b"".join(given)), ("out", bytes(ours.output.data))):
                m4.put(f"{name}.{ending}", content)
    finally:
        for name in mite.signal.OPS:
            mite.register(name, None)
    assert m4.exec(CHECK).strip() == "fine"
