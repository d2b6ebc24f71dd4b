"""The glyphs that an atelier can have: the solid ones of the installed Font Awesome."""

import re
from functools import cache
from importlib import resources

# No screen for families and no suggestion shows these; who names one by its whole name gets it.
_UNSUITABLE = re.compile(
    r"poo|toilet|middle-finger|gun$|rifle|military|bomb|land-mine|explosion|handcuffs|robbery|harassing|drowning"
    r"|skull|cannabis|joint|bong|smoking|beer|wine|martini|whiskey|champagne|syringe|person-.*burst|bound"
)


@cache
def icons() -> frozenset[str]:
    """Their names; empty where the package is not installed, and then any name passes."""
    try:
        package = resources.files("fontawesomefree")
    except ModuleNotFoundError:
        return frozenset()
    solid = package / "static" / "fontawesomefree" / "svgs" / "solid"
    return frozenset(glyph.name.removesuffix(".svg") for glyph in solid.iterdir())


@cache
def suggested() -> frozenset[str]:
    """Those that are fit to be proposed, for a day where children come."""
    return frozenset(name for name in icons() if not _UNSUITABLE.search(name))
