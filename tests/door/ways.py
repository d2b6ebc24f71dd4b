"""The ways through the door, each told once, for whoever walks them: a finger, keys, a camera, a clock.

A way is a generator: it yields the name of each screen that no way before it shows, when it stands there. So a look
at what all ways yield is one look at each screen of the door.
"""

from collections.abc import Callable, Iterator, Mapping

from kiosk.rules.ledger import View

from .walk import Walk

FOREIGN = "https://example.org/une-affiche"
LETTERS = "BCDFGHJKLNPRSTVX"
Way = Callable[[Walk], Iterator[str]]


def surprise(walk: Walk) -> Iterator[str]:
    yield "start"
    walk.press(".attract")
    walk.at("language")
    yield "language"
    walk.speak()
    yield "family"
    walk.count()
    yield "family-of-four"
    walk.print()
    yield "sheet"
    walk.printed()
    yield "sheet-printed"
    walk.press(".recall summary")
    walk.shows(".recall[open]")
    yield "sheet-code"
    walk.end()


def wishes(walk: Walk) -> Iterator[str]:
    walk.begin()
    walk.count()
    walk.press("button[value=choose]")
    walk.at("dreams")
    yield "dreams"
    for place, wish in enumerate(("arts", "vr", "robotique"), 1):
        walk.press(f"button[value='wish:{wish}']")
        walk.holds("[name=wish]", place)
    yield "dreams-three"
    walk.print()
    walk.printed()
    walk.end()


def apart(walk: Walk) -> Iterator[str]:
    walk.begin()
    walk.count()
    walk.press("button[value=choose]")
    walk.at("dreams")
    walk.press("button[value=apart]")
    walk.at("apart")
    yield "apart"
    walk.press("button[value='second:18-59:m']")
    walk.shows(".half:nth-child(2) .portrait-tile:nth-child(2)")
    yield "apart-moved"
    walk.press("button[value=print]")
    walk.at("sheet")
    yield "sheets-of-two"
    walk.printed()
    walk.end()


def crowd(walk: Walk) -> Iterator[str]:
    """A class of 24."""
    walk.begin()
    walk.press("button[value=group]")
    walk.at("group")
    yield "group"
    walk.press("button[value='digit:2']", "button[value='digit:4']")
    walk.shows(".key.ok:enabled")
    yield "group-of-24"
    walk.press("button[value=ok]")
    walk.at("family")
    yield "family-of-24"
    walk.print()
    walk.printed()
    walk.end()


def many(walk: Walk) -> Iterator[str]:
    """So many that it is asked."""
    walk.begin()
    walk.press("button[value=group]")
    walk.at("group")
    walk.press("button[value='digit:4']", "button[value='digit:8']")
    walk.shows(".key.ok:enabled")
    walk.press("button[value=ok]")
    walk.at("family")
    walk.press("button[value=print]")
    walk.at("sure")
    yield "sure"
    walk.print()
    walk.printed()
    walk.end()


def returning(walk: Walk) -> Iterator[str]:
    """Its letters typed, one of them wrong at first."""
    badge = walk.before()
    walk.press("a[href^='/door/back']")
    walk.at("back")
    yield "letters"
    wrong = LETTERS[LETTERS.index(badge[-1]) - 1]
    walk.type(badge[:-1] + wrong)
    walk.shows(".wrong span")
    yield "letters-wrong"
    walk.press(".key.rub")
    walk.shows(".key:not(.rub):enabled")
    walk.type(badge[-1])
    walk.at("guest")
    yield "guest"
    walk.press("#another")
    walk.holds("[name=said][value='2']")
    walk.end()


def scanned(walk: Walk) -> Iterator[str]:
    badge = walk.before()
    walk.scan(FOREIGN, "unread")
    yield "unread"
    walk.press("#on")
    walk.at("start")
    walk.scan(badge, "guest")
    walk.end()


def one_more(walk: Walk) -> Iterator[str]:
    walk.scan(walk.before(), "guest")
    walk.press("#people")
    walk.at("people")
    yield "guest-people"
    walk.press("button[value='more:60-plus:f']")
    walk.shows(".portrait-tile:nth-child(4)")
    walk.press("button[value=save]")
    walk.at("guest")
    walk.end()


def other_wishes(walk: Walk) -> Iterator[str]:
    walk.scan(walk.before(), "guest")
    walk.press("#wishes")
    walk.at("wishes")
    yield "guest-wishes"
    walk.press("button[value='wish:robotique']")
    walk.holds("[name=wish]")
    walk.press("button[value=save]")
    walk.at("guest")
    walk.end()


def reprint(walk: Walk) -> Iterator[str]:
    """As often as it may, then once more."""
    badge = walk.before()
    for _ in range(2):
        walk.scan(badge, "guest")
        walk.press("#reprint")
        walk.at("sheet")
        walk.printed()
        walk.end()
        walk.scan(FOREIGN, "unread")  # the next family: one code twice at once is one reading
        walk.press("#on")
        walk.at("start")
    walk.scan(badge, "guest")
    yield "guest-with-enough-sheets"
    walk.press("#ask")
    walk.at("help")
    walk.house.day.give_help("")
    walk.press(".coming-ways a")
    walk.at("guest")
    walk.end()


def preprinted(walk: Walk) -> Iterator[str]:
    walk.scan(walk.house.day.make_badges(1)[0].badge, "language")
    walk.speak()
    walk.count()
    walk.house.printer.says("paper_out", walk.house.clock())
    walk.print()
    walk.printed()
    yield "sheet-of-a-badge"
    walk.end()


def lost(walk: Walk) -> Iterator[str]:
    """Somebody shows a badge that was said to be lost."""
    badge = walk.before()
    walk.house.day.replace_badge(1)
    walk.scan(badge, "unread")
    yield "unread-replaced"
    walk.press("#on")
    walk.at("start")


def notice(walk: Walk) -> Iterator[str]:
    walk.press(".notice .turn:first-child")
    walk.at("notice")
    if walk.language != walk.page.get_attribute("html", "lang"):
        walk.press(f".notice-languages [lang={walk.language}]")
        walk.shows(f"html[lang={walk.language}]")
        walk.at("notice")
    yield "notice"
    walk.back()
    walk.at("start")


def helped(walk: Walk) -> Iterator[str]:
    walk.begin()
    walk.count(("18-59:f",))
    walk.press("#rail-help")
    walk.at("help")
    yield "help"
    walk.back()
    walk.at("family")
    walk.shows(".portrait-tile")
    yield "family-helped"
    walk.house.day.give_help("")
    walk.print()
    walk.printed()
    walk.end()


def calm(walk: Walk) -> Iterator[str]:
    walk.press(".attract")
    walk.at("language")
    walk.press("#rail-calm")
    walk.shows("body.calm:not(.asking)")
    yield "calm-language"
    walk.speak()
    walk.count()
    yield "calm-family"
    walk.press("button[value=choose]")
    walk.at("dreams")
    yield "calm-dreams"
    walk.print()
    yield "calm-sheet"
    walk.printed()
    walk.end()


def without_paper(walk: Walk) -> Iterator[str]:
    walk.house.printer.says("paper_out", walk.house.clock())
    walk.house.day.make_badges(1)
    walk.begin()
    walk.count()
    walk.print()
    walk.shows("[data-mood=waiting]")
    yield "sheet-held"
    walk.press("[id^=photographed]")
    walk.shows("[data-mood=done]")
    yield "sheet-photographed"
    walk.end()


WAYS: Mapping[str, Way] = {
    each.__name__: each
    for each in (
        surprise, wishes, apart, crowd, many, returning, scanned, one_more, other_wishes, reprint, preprinted, lost,
        notice, helped, calm, without_paper,
    )
}  # fmt: skip


def left_behind(view: View) -> tuple[tuple[int, ...], int, int]:
    """What a way leaves: how many people each party is, how many badges nobody has, how many calls are open."""
    return tuple(party.size for party in view.parties.values()), len(view.blank), len(view.help)


LEAVES: Mapping[str, tuple[tuple[int, ...], int, int]] = {
    "surprise": ((4,), 0, 0),
    "wishes": ((4,), 0, 0),
    "apart": ((2, 2), 0, 0),
    "crowd": ((24,), 0, 0),
    "many": ((48,), 0, 0),
    "returning": ((3,), 0, 0),
    "scanned": ((3,), 0, 0),
    "one_more": ((4,), 0, 0),
    "other_wishes": ((3,), 0, 0),
    "reprint": ((3,), 0, 0),
    "preprinted": ((4,), 0, 0),
    "lost": ((3,), 0, 1),
    "notice": ((), 0, 0),
    "helped": ((1,), 0, 0),
    "calm": ((4,), 0, 0),
    "without_paper": ((4,), 1, 0),
}


# The common ones, to be counted and timed: up to the sheet on the screen, or the paper


def _two_and_two(walk: Walk) -> Iterator[str]:
    walk.begin()
    walk.count()
    walk.print()
    yield "sheet"


def _with_wishes(walk: Walk) -> Iterator[str]:
    walk.begin()
    walk.count()
    walk.press("button[value=choose]")
    walk.at("dreams")
    for place, wish in enumerate(("arts", "vr", "robotique"), 1):
        walk.press(f"button[value='wish:{wish}']")
        walk.holds("[name=wish]", place)
    walk.print()
    yield "sheet"


def _apart(walk: Walk) -> Iterator[str]:
    walk.begin()
    walk.count()
    walk.press("button[value=choose]")
    walk.at("dreams")
    walk.press("button[value=apart]")
    walk.at("apart")
    walk.print()
    yield "sheets-of-two"


def _class(walk: Walk) -> Iterator[str]:
    walk.begin()
    walk.press("button[value=group]")
    walk.at("group")
    walk.press("button[value='digit:2']", "button[value='digit:4']", "button[value=ok]")
    walk.at("family")
    walk.print()
    yield "sheet"


def _again(walk: Walk) -> Iterator[str]:
    walk.scan(walk.before(), "guest")
    walk.press("#reprint")
    walk.at("sheet")
    yield "sheet"


def _badge(walk: Walk) -> Iterator[str]:
    walk.scan(walk.house.day.make_badges(1)[0].badge, "language")
    walk.speak()
    walk.count()
    walk.print()
    yield "sheet"


COMMON: Mapping[str, Way] = {
    "two adults and two children, surprise": _two_and_two,
    "the same, with three wishes": _with_wishes,
    "the same, on two sheets": _apart,
    "a class of 24": _class,
    "its badge scanned, the sheet once more": _again,
    "two and two, with a pre-printed badge scanned": _badge,
}
