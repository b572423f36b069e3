"""Real models become int8: mite's bytes on them are TFLite Micro's, and their answers the float models'."""

import pytest

from mite_tools.quantize import cases
from mite_tools.quantize.measure import Answers
from mite_tools.quantize.post import Settings, quantize
from mite_tools.quantize.report import snr_db
from mite_tools.quantize.real import as_real
from mite_tools.tflite.read import read
from mite_tools.tflite.write import write
from mite_tools.verify import verify

# name -> the least signal to noise of the outputs, dB
LEAST = {"digits": 25, "cifar": 20, "kws": 22, "resnet8": 15, "ad01": 25}


@pytest.mark.parametrize("name", LEAST)
def test_a_real_model_becomes_int8(name, shared, monkeypatch, tmp_path):
    monkeypatch.setattr(cases, "CALIBRATED", 24)
    monkeypatch.setattr(cases, "TESTED_SOUNDS", 40)
    try:
        case = cases.CASES[name](40)
    except FileNotFoundError as error:
        pytest.skip(f"there is no {error.filename}")
    made = quantize(read(case.model), case.samples, Settings(inputs=[case.given]))
    path = tmp_path / "made.tflite"
    path.write_bytes(write(made.graph))
    assert verify(path, random_runs=1).exact and not made.left
    real, numbers = (Answers(data)(case.test[:40]) for data in (write(as_real(read(case.model))), path.read_bytes()))
    assert snr_db(real, numbers) > LEAST[name]
    if name != "ad01":  # whose output is no choice between classes
        assert (real.argmax(1) == numbers.argmax(1)).mean() > 0.9
