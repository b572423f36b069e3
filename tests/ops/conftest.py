"""The op suite's settings, and its account of what was tested."""

import os

import pytest
from hypothesis import settings

import mite
from harness import PASSED, RUN_NOW

# The same cases on every run. MITE_EXAMPLES=500 looks further.
settings.register_profile(
    "ops", max_examples=int(os.environ.get("MITE_EXAMPLES", 20)), deadline=None, derandomize=True, database=None
)
settings.load_profile("ops")


# MITE_PURE=1: the interpreter in Python; cases with an op that it lacks are skipped.
if PURE := bool(os.environ.get("MITE_PURE")):
    from mite.pure import Program

    mite.model.Program = Program


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    try:
        return (yield)
    except Exception as error:
        if PURE and "this build of mite lacks op number" in str(error):
            pytest.skip(str(error))
        raise


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if call.when == "call":
        if report.passed:
            PASSED.update({pair: model for pair, model in RUN_NOW.items() if pair not in PASSED})
        RUN_NOW.clear()
    return report


def pytest_collection_modifyitems(items):
    """What looks at all others comes last."""
    items.sort(key=lambda item: "asks_for_all" in item.keywords)


def pytest_configure(config):
    config.addinivalue_line("markers", "asks_for_all: looks at what the other tests did")
