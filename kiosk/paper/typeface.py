"""The letters of printed pages: the DejaVu fonts that come with matplotlib, and for scripts that they lack
whatever font is installed here.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError

INSTALLED = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))


def dejavu(name: str) -> Path:
    """A font of the DejaVu family, such as "DejaVuSans-Bold". matplotlib is only looked for: it is slow to import."""
    package = find_spec("matplotlib")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("the fonts of sheets come with the package matplotlib; install ronde[hub]")
    return Path(package.origin).parent / "mpl-data" / "fonts" / "ttf" / f"{name}.ttf"


@cache
def letters(font: Path) -> frozenset[int]:
    """The characters that a font can show; none where it cannot be read."""
    try:
        with font.open("rb") as file, TTFont(file, lazy=True) as opened:
            return frozenset(opened.getBestCmap() or ())
    except (OSError, TTLibError):
        return frozenset()


def others(wanted: Iterable[str], main: Path, folders: Iterable[Path] = INSTALLED) -> Iterator[Path]:
    """Installed fonts for the characters of `wanted` that `main` lacks: few, the plainest first."""
    lacking = {ord(letter) for text in wanted for letter in text if not letter.isspace()} - letters(main)
    candidates = iter(installed(tuple(folders))) if lacking else iter(())
    while lacking and (font := next(candidates, None)):
        if shown := lacking & letters(font):
            lacking -= shown
            yield font


@cache
def installed(folders: tuple[Path, ...] = INSTALLED) -> tuple[Path, ...]:
    """The fonts of these folders, the plainest first."""
    found = (path for folder in folders for path in folder.rglob("*") if path.suffix in (".ttf", ".otf"))
    return tuple(sorted(found, key=_plainness))


def _plainness(font: Path) -> tuple[bool, int, str]:
    """Regular and bold upright faces before slanted, condensed and decorated ones."""
    return "regular" not in font.stem.lower(), len(font.stem), str(font)
