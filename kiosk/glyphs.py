"""The shapes of icons, from the installed Font Awesome (CC BY 4.0): for pages of the hub, and for stations' screens."""

import re
from functools import cache
from importlib import resources

from .eventfile.icons import icons

FALLBACK = "location-dot"
_VIEW_BOX = re.compile(r'viewBox="([0-9. -]+)"')
_SHAPES = re.compile(r'<path [^>]*?\bd="([^"<>]+)"')


@cache
def shape(name: str) -> tuple[str, tuple[str, ...]]:
    """The view box and the paths of a solid icon; of FALLBACK where there is none of this name."""
    known = name if name in icons() else FALLBACK
    package = resources.files("fontawesomefree")
    svg = (package / "static" / "fontawesomefree" / "svgs" / "solid" / f"{known}.svg").read_text("utf-8")
    box = _VIEW_BOX.search(svg)
    return (box[1] if box else "0 0 512 512"), tuple(_SHAPES.findall(svg))
