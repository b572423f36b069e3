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
