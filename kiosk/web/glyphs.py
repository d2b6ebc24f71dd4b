"""Icons in pages, drawn by the shapes of the installed Font Awesome (CC BY 4.0), in the colour of the text."""

import re
from functools import cache
from importlib import resources

from markupsafe import Markup

from kiosk.eventfile.icons import icons

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


@cache
def glyph(name: str, kind: str = "") -> Markup:
    """The icon as an inline drawing that says nothing to a screen reader. `kind`: more CSS classes."""
    box, paths = shape(name)
    drawn = Markup("").join(Markup('<path d="{}"/>').format(path) for path in paths)
    return Markup('<svg class="{}" viewBox="{}" aria-hidden="true" focusable="false">{}</svg>').format(
        f"glyph {kind}".strip(), box, drawn
    )
