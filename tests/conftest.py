"""What all tests share."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# Tests of passes and plans build graphs and ask the reference as those of the ops do.
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "ops")]
pytest.register_assert_rewrite("harness")


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the source tree."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of models, answers and recordings beside the source tree; the test is skipped where there is none."""
    folder = ROOT.parent / "shared"
    if not (folder / "models").is_dir():
        pytest.skip(f"there is no {folder} with models and their answers")
    return folder


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Of several processes one runs all tests of a file, which share boards; and one all of the ops, because the last of them asks which were run."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            path = nodeid.partition("::")[0]
            return "ops" if path.startswith("tests/ops/") else path

    return ByFile(config, log)
