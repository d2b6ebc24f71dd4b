"""What holds for every test: the same words, the same examples, and no deadline that a slow machine misses."""

import os
import tempfile

from hypothesis import settings

for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE"):
    os.environ.pop(name, None)
os.environ["LANG"] = "fr_FR.UTF-8"  # the commands speak the terminal's language
os.environ.setdefault("LG_WD", tempfile.gettempdir())  # lgpio makes a pipe where it is imported

settings.register_profile("ronde", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("long", deadline=None, print_blob=True)
settings.load_profile("long" if os.environ.get("RONDE_LONG") == "1" else "ronde")
