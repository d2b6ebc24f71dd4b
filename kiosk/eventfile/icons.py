"""The glyphs that an atelier can have: the solid ones of the installed Font Awesome."""

from functools import cache
from importlib import resources


@cache
def icons() -> frozenset[str]:
    """Their names; empty where the package is not installed, and then any name passes."""
    try:
        package = resources.files("fontawesomefree")
    except ModuleNotFoundError:
        return frozenset()
    solid = package / "static" / "fontawesomefree" / "svgs" / "solid"
    return frozenset(glyph.name.removesuffix(".svg") for glyph in solid.iterdir())
