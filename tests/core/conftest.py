import shutil

import pytest
import sanitized


@pytest.fixture(scope="session")
def driver(tmp_path_factory) -> sanitized.Driver:
    """The core under gcc's sanitizers."""
    if not shutil.which("gcc"):
        pytest.skip("there is no gcc to build the core with")
    return sanitized.build(tmp_path_factory.mktemp("core") / "driver")
