"""Who said before the day that they would come: a list of counts and wishes, one family a row, and no name.

    read(event, data) -> Listing        model(event) -> the bytes of an empty list

csvtext   bytes to rows of cells        columns   what the headings mean

Only columns that are known are read. One that might hold a name is refused with the whole list, and so is a list
with any other fault: all right, or nothing.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from kiosk.errors import Refused
from kiosk.intake import MOST_PEOPLE, MOST_WISHES
from kiosk.rules.event import Event
from kiosk.rules.party import Group
from kiosk.saying import Saying, say
from kiosk.texts import languages, texts, whole_languages

from .columns import LANGUAGE, WISHES, Columns, Count, Names, Reader, shown
from .csvtext import Torn, decoded, records

MOST_ROWS = 10_000
WISHES_SEPARATOR = "|"


@dataclass(frozen=True, slots=True)
class Row:
    """`number`: as a spreadsheet shows it. `language`: empty where none is said."""

    number: int
    people: tuple[Group, ...]
    wishes: tuple[str, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Fault:
    """`row` 0: of the whole file."""

    row: int
    what: Saying


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows, if there is no fault."""

    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]


def read(event: Event, data: bytes) -> Listing:
    """The table in the bytes of a CSV file, or all that is wrong with it. Raises nothing."""
    columns = Columns(event)
    try:
        found = list(records(decoded(data), columns.knows))
    except Refused as error:
        return Listing((), (Fault(0, error.args[0]),))
    except Torn as error:
        return Listing((), (Fault(error.row, say("badges.csv.torn")),))
    if not found:
        return Listing((), (Fault(0, say("badges.csv.empty")),))
    (number, header), *others = found
    readers, faults = columns.readers(header)
    if faults:
        return Listing((), tuple(Fault(number, what) for what in faults))
    return _listing(event, readers, others)


def model(event: Event) -> bytes:
    """An empty table with the columns of this event, as spreadsheets in French or English open it."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerow(Columns(event).shown)
    return text.getvalue().encode("utf-8-sig")


def _listing(event: Event, readers: Sequence[Reader], lines: Sequence[tuple[int, list[str]]]) -> Listing:
    if not lines:
        return Listing((), (Fault(0, say("badges.csv.no_rows")),))
    if len(lines) > MOST_ROWS:
        return Listing((), (Fault(0, say("badges.csv.rows", most=MOST_ROWS)),))
    ateliers = Names({each.id: (each.id, *each.names.values()) for each in event.ateliers})
    spoken = Names({each: (each, *_language_names(each)) for each in event.languages})
    rows: list[Row] = []
    faults: list[Fault] = []
    for number, cells in lines:
        row, wrong = _row(
            event, number, zip_longest(readers, cells[: len(readers)], fillvalue=""), ateliers, spoken
        )
        wrong += [say("badges.csv.beside", value=shown(cell)) for cell in cells[len(readers) :] if cell]
        faults += [Fault(number, what) for what in wrong]
        rows.append(row)
    return Listing((), tuple(faults)) if faults else Listing(tuple(rows), ())


def _row(
    event: Event, number: int, cells: Iterable[tuple[Reader, str]], ateliers: Names, spoken: Names
) -> tuple[Row, list[Saying]]:
    """The family of one row, and what is wrong with it."""
    people: dict[Count, int] = {}
    wishes: tuple[str, ...] = ()
    language = ""
    wrong: list[Saying] = []
    for reader, cell in cells:
        try:
            if isinstance(reader, Count):
                people[reader] = _count(cell)
            elif reader == WISHES:
                wishes = _wishes(event, ateliers, cell)
            elif reader == LANGUAGE:
                language = _language(event, spoken, cell)
            elif cell:
                wrong.append(say("badges.csv.beside", value=shown(cell)))
        except Refused as fault:
            wrong.append(fault.args[0])
    total = sum(people.values())
    if total > MOST_PEOPLE:
        wrong.append(say("badges.csv.crowd", n=total, most=MOST_PEOPLE))
    elif not total and not wrong:
        wrong.append(say("badges.csv.nobody"))
    groups = tuple(Group(who.band, who.gender, count) for who, count in people.items() if count)
    return Row(number, groups, wishes, language), wrong


def _count(cell: str) -> int:
    """Raises Refused."""
    if not cell:
        return 0
    if not cell.isdecimal() or len(cell) > 4 or int(cell) > MOST_PEOPLE:
        raise Refused(say("badges.csv.count", value=shown(cell), most=MOST_PEOPLE))
    return int(cell)


def _wishes(event: Event, ateliers: Names, cell: str) -> tuple[str, ...]:
    """Raises Refused."""
    wishes: list[str] = []
    for said in filter(None, (part.strip() for part in cell.split(WISHES_SEPARATOR))):
        atelier = ateliers.find(said)
        if atelier is None:
            known = ", ".join(each.id for each in event.ateliers)
            raise Refused(say("badges.csv.wish", value=shown(said), known=known))
        if atelier not in wishes:
            wishes.append(atelier)
    if len(wishes) > MOST_WISHES:
        raise Refused(say("badges.csv.wishes", n=len(wishes), most=MOST_WISHES))
    return tuple(wishes)


def _language(event: Event, spoken: Names, cell: str) -> str:
    """Raises Refused."""
    language = spoken.find(cell) if cell else ""
    if language is None:
        raise Refused(say("badges.csv.language", value=shown(cell), known=", ".join(event.languages)))
    return language


def _language_names(language: str) -> Iterator[str]:
    """What a language is called by its speakers, and by those who work there."""
    if language in languages():
        words = texts(language)
        yield words.own_name
        for each in whole_languages():
            yield words.locale.get_display_name(each) or language
