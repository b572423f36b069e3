"""The tests of passes build graphs, and compare with the reference, as those of the ops do."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "ops"))

pytest.register_assert_rewrite("harness")
