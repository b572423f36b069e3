"""How small a build is and how deep its stack: what a board with little of both was promised."""

import pytest
from mite_tools.bench import size
from mite_tools.bench.targets import TARGETS
from mite_tools.board.errors import SetupError
from mite_tools.board.provision import provision

TARGET = TARGETS["cortex-m4"]
KWS = {"CONV_2D", "DEPTHWISE_CONV_2D", "AVERAGE_POOL_2D", "FULLY_CONNECTED", "SOFTMAX"}
# The five models of MLPerf Tiny.
ALL = KWS | {"ADD", "TABLE", "FILL"}


@pytest.fixture(scope="module", autouse=True)
def compilers():
    try:
        provision("compilers")
    except SetupError as error:
        pytest.skip(f"there is no cross compiler: {error}")


@pytest.mark.parametrize("name, ops, most", [("no-ops", set(), 4096), ("test-kws", KWS, 12 * 1024), ("test-mlperf", ALL, 20 * 1024)])
def test_code_and_constants_of_a_build(name, ops, most):
    assert size.build_bytes(TARGET, "Os", ops, name).flash <= most


# Kernels that are compiled for speed keep their tables on the stack, too.
@pytest.mark.parametrize("opt, most", [("Os", 512), ("O2", 1100)])
def test_an_inference_takes_little_stack(opt, most):
    total, chain = size.stacks(TARGET, opt)["mite_invoke"]
    assert total <= most, " > ".join(f"{name} {own}" for name, own in chain)


def test_what_an_instruction_set_adds():
    assert size.kernels_bytes(TARGET, "O2").flash <= 24 * 1024
