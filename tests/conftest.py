"""What holds for every test: the same words, the same examples, and no deadline that a slow machine misses."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

DEMO = Path(__file__).parent / "demo"

for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE"):
    os.environ.pop(name, None)
os.environ["LANG"] = "fr_FR.UTF-8"  # the commands speak the terminal's language
os.environ.setdefault("LG_WD", tempfile.gettempdir())  # lgpio makes a pipe where it is imported

settings.register_profile("ronde", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("long", deadline=None, print_blob=True)
settings.load_profile("long" if os.environ.get("RONDE_LONG") == "1" else "ronde")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With several processes a module stays in one of them, and so does all that plays the demo: it takes its ports."""
    for item in items:
        group = "demo" if DEMO in item.path.parents else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))
