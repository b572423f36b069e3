"""The op suite's settings."""

import os

from hypothesis import settings

# The same cases on every run. MITE_EXAMPLES=500 looks further.
settings.register_profile(
    "ops", max_examples=int(os.environ.get("MITE_EXAMPLES", 20)), deadline=None, derandomize=True, database=None
)
settings.load_profile("ops")
