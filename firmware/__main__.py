"""`python -m firmware` is `ronde-station`."""

import sys

from .cli import main

sys.exit(main())
