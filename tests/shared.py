"""Where the sample data and documents beside the repository are; tests that need them skip where they are missing."""

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("HUB_SHARED") or Path(__file__).parents[2] / "shared").resolve()

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason=f"no {SHARED}; HUB_SHARED names another place")
