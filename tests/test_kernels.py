"""Every kernel of the roster gives the generic one's bytes, on the emulated processor that it is for."""

import pytest
from mite_tools.bench import kernels, xtensa
from mite_tools.bench.targets import TARGETS
from mite_tools.board.errors import BoardError, SetupError
from mite_tools.board.provision import provision


@pytest.fixture(scope="module")
def tools():
    """The emulators and cross compilers."""
    try:
        provision("emulator", "compilers")
    except SetupError as error:
        pytest.skip(f"there is no emulator or cross compiler: {error}")


@pytest.mark.parametrize("name, opt", [*((name, "O3") for name in TARGETS), ("cortex-m4", "Os"), ("cortex-m55", "Os")])
def test_kernels_of_each_instruction_set_are_exact(tools, name, opt):
    if name == "xtensa" and not xtensa.is_there():
        pytest.skip("the Xtensa compiler is not here: `make bench TARGETS=xtensa` brings it, 56 MB")
    verdict = kernels.check(TARGETS[name], opt)
    assert not verdict.wrong, "\n".join(verdict.complaints)
    assert not verdict.complaints
    assert any(kernel.endswith("__generic") for kernel in verdict.same)


def test_a_kernel_that_differs_is_named_with_its_case(tools, monkeypatch):
    lines = ["conv_2d_s8__dsp differs 7 4294967295 165 0 12", "case batches=1", "conv_2d_s8__dsp wrong 1", "done"]
    monkeypatch.setattr(kernels.emulate, "run", lambda *_: lines)
    verdict = kernels.check(TARGETS["cortex-m4"])
    assert verdict.wrong == ["conv_2d_s8__dsp"]
    assert "case 7" in verdict.complaints[0] and "batches=1" in verdict.complaints[0]
    monkeypatch.setattr(kernels.emulate, "run", lambda *_: lines[:2])
    with pytest.raises(BoardError, match="ended early"):
        kernels.check(TARGETS["cortex-m4"])
