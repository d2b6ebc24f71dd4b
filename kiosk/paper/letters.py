"""What a printer with code page 1252 can print of any text, and that it can never be taken for commands.

Standard library only. Latin letters that the page lacks lose their marks, Greek and Cyrillic are spelled in
Latin letters, pictures (emoji) go, and any other letter becomes "?".
"""

import unicodedata
from functools import lru_cache

CODE_PAGE = "cp1252"
NO_BREAK = "\xa0"

_SPELLED = {
    "\t": " ", "\n": " ", "\r": " ", "\x85": " ", "\u2028": " ", "\u2029": " ",
    "\u202f": NO_BREAK, "\u2007": NO_BREAK, "\u2060": "", "\xad": "",
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2015": "\u2014", "\u2212": "-", "\u2044": "/",
    "\u2032": "'", "\u2033": '"', "\u02bc": "'", "\u2190": "<-", "\u2192": "->", "\u2194": "<->", "\u21d2": "=>",
    "\u2264": "<=", "\u2265": ">=", "\u2248": "~", "\u2713": "v", "\u2714": "v", "\u2605": "*", "\u25cf": "\u2022",
    "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ħ": "h", "Ħ": "H", "ŧ": "t", "Ŧ": "T", "ı": "i", "ĸ": "k",
    "ŋ": "n", "Ŋ": "N", "ə": "e", "Ə": "E", "ɛ": "e", "Ɛ": "E", "ɔ": "o", "Ɔ": "O", "ẞ": "SS", "ŉ": "'n",
}  # fmt: skip
_FOREIGN = """
α=a β=v γ=g δ=d ε=e ζ=z η=i θ=th ι=i κ=k λ=l μ=m ν=n ξ=x ο=o π=p ρ=r σ=s ς=s τ=t υ=y φ=f χ=ch ψ=ps ω=o
а=a б=b в=v г=g д=d е=e ж=zh з=z и=i й=y к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh ц=ts ч=ch ш=sh
щ=shch ъ=' ы=y ь=' э=e ю=yu я=ya є=ye і=i ї=yi ґ=g ђ=dj ћ=c љ=lj њ=nj џ=dz ј=j ѕ=dz ў=u
"""
_SPELLED_FOREIGN = dict(pair.split("=") for pair in _FOREIGN.split())


def printable(text: str) -> str:
    """`text` on one line, in characters of code page 1252 only, without any control character.

    No-break spaces stay: break lines at " " only, then print them as plain spaces.
    """
    return "".join(_letter(letter) for letter in unicodedata.normalize("NFC", text)).strip(f" {NO_BREAK}")


@lru_cache(maxsize=2048)
def _letter(letter: str) -> str:
    if letter in _SPELLED:
        return _SPELLED[letter]
    category = unicodedata.category(letter)
    if category[0] in "CM":  # control, format, surrogate, private, unassigned; marks that joined nothing
        return ""
    if _encodes(letter):
        return letter
    if category[0] == "Z":
        return " "
    if spelled := _foreign(letter):
        return spelled
    plain = "".join(
        base for base in unicodedata.normalize("NFKD", letter) if unicodedata.category(base)[0] != "M"
    )
    if plain and plain != letter:
        return "".join(_letter(base) for base in plain)
    return "" if category in ("So", "Sk") else "?"


def _foreign(letter: str) -> str:
    lower = letter.lower()
    spelled = _SPELLED_FOREIGN.get(lower) or _SPELLED_FOREIGN.get(unicodedata.normalize("NFD", lower)[0], "")
    return spelled.capitalize() if letter != lower else spelled


def _encodes(letter: str) -> bool:
    try:
        return letter.encode(CODE_PAGE)[0] >= 0x20
    except UnicodeEncodeError:
        return False


def loses(text: str) -> bool:
    """Whether `printable` spells a letter or a figure of `text` in others. Pictures and ligatures do not count."""
    return any(map(_lost, unicodedata.normalize("NFKC", text)))


@lru_cache(maxsize=2048)
def _lost(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LN" and not _encodes(letter)
