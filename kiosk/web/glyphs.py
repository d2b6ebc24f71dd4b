"""Icons in pages, in the colour of the text."""

from functools import cache

from markupsafe import Markup

from kiosk.glyphs import shape


@cache
def glyph(name: str, kind: str = "") -> Markup:
    """The icon as an inline drawing that says nothing to a screen reader. `kind`: more CSS classes."""
    box, paths = shape(name)
    drawn = Markup("").join(Markup('<path d="{}"/>').format(path) for path in paths)
    return Markup('<svg class="{}" viewBox="{}" aria-hidden="true" focusable="false">{}</svg>').format(
        f"glyph {kind}".strip(), box, drawn
    )
