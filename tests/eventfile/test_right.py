"""A right event file, and what it becomes."""

from datetime import date
from pathlib import Path

import pytest

from firmware.wire.schema import IDENTIFIER
from kiosk import eventfile
from kiosk.eventfile import tables
from kiosk.eventfile.plan import slug
from kiosk.rules.event import Closing, Kind

ROUBAIX = Path(eventfile.__file__).parents[1] / "events" / "roubaix-2022.toml"
DOCS = ROUBAIX.parents[2] / "docs"
GOOD = Path(__file__).with_name("good.toml").read_text(encoding="utf-8")


def test_the_roubaix_day_is_clean_and_holds_what_its_report_says():
    assert eventfile.check(ROUBAIX) == ()
    event = eventfile.load(ROUBAIX)
    assert (event.id, event.day, event.timezone) == ("roubaix-2022", date(2022, 11, 19), "Europe/Paris")
    hours = [(f"{event.local(w.opens_ms):%H:%M}", f"{event.local(w.closes_ms):%H:%M}") for w in event.windows]
    assert hours == [("10:00", "12:00"), ("14:00", "17:00")]
    assert len(event.ateliers) == 7
    assert len(event.stations) == 8
    assert [a.id for a in event.ateliers if a.closing is Closing.DRAIN] == ["vr"]
    assert {s.id: s.steps for s in event.stations if s.atelier == "vr"} == {
        "vr-file": ("arrive",),
        "vr": ("enter", "leave"),
    }
    assert all(a.name("fr") and a.name("en") for a in event.ateliers)


def test_the_roubaix_day_can_serve_what_its_comments_claim():
    event = eventfile.load(ROUBAIX)
    open_minutes = sum(w.closes_ms - w.opens_ms for w in event.windows) // 60_000
    served = {
        a.id: a.places * (len(a.times_ms) if a.kind is Kind.SESSION else open_minutes // a.minutes)
        for a in event.ateliers
    }
    comments = [line.split() for line in ROUBAIX.read_text(encoding="utf-8").splitlines() if "  " in line]
    claimed = {line[1]: line for line in comments if line[0] == "#" and line[1] in served}
    assert claimed.keys() == served.keys()
    visits = 0
    for atelier, line in claimed.items():
        at = line.index("=")
        people, wishes, load = int(line[at + 1]), int(line[at + 2]), float(line[at + 3].replace(",", "."))
        assert people == served[atelier]
        assert wishes / people == pytest.approx(load, abs=0.006)
        visits += wishes
    assert 3.3 < visits / 264 < 3.7


def test_a_file_becomes_the_event_with_stations_where_none_are_named():
    event = eventfile.load_text(GOOD, "fete")
    assert [(s.id, s.steps) for s in event.stations] == [
        ("vr-file", ("arrive", "enter")),
        ("conte", ("arrive",)),
        ("course", ("arrive", "enter", "leave")),
    ]
    assert [f"{event.local(ms):%H:%M}" for ms in event.by_id["conte"].times_ms] == ["10:30", "15:00"]
    assert event.walk_ms("Salle 2", "Salle 1") == 60_000
    assert event.walk_ms("Salle 3", "Salle 1") == 180_000
    assert event.by_id["course"].hold_minutes == 5
    assert event.bands[1].max_age == 150
    assert event.bands[1].name("en") == "Adults"
    assert event.bands[1].name("ar") == "Adultes"


@pytest.mark.parametrize(
    ("stem", "expected"),
    [
        ("roubaix-2022", "roubaix-2022"),
        ("Été à l’Épeule", "ete-a-l-epeule"),
        ("--x--", "x"),
        ("日本", "event"),
        ("a" * 50, "a" * 32),
    ],
)
def test_the_id_of_the_event_comes_from_the_name_of_the_file(stem, expected):
    assert slug(stem) == expected
    assert IDENTIFIER.fullmatch(slug(stem))


def test_bom_and_windows_line_ends_are_forgiven(tmp_path):
    path = tmp_path / "fete.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert eventfile.check(path) == ()
    path.write_bytes(
        b"\xef\xbb\xbf" + GOOD.replace("places = 8", "places = 0").replace("\n", "\r\n").encode()
    )
    assert [finding.line for finding in eventfile.check(path)] == [
        1 + GOOD[: GOOD.index("places = 8")].count("\n")
    ]


def test_sixty_ateliers_are_fine():
    more = "".join(
        f'[[ateliers]]\nid = "jeu-{n}"\nnames = {{ fr = "Jeu {n}", en = "Game {n}" }}\nicon = "dice"\n'
        f'room = "Cour"\nkind = "table"\nplaces = 4\nminutes = 10\n'
        for n in range(57)
    )
    assert eventfile.check_text(GOOD + more) == ()
    assert len(eventfile.load_text(GOOD + more, "fete").stations) == 60


def test_every_key_of_the_format_is_in_both_manuals():
    models = [m for m in vars(tables).values() if isinstance(m, type) and issubclass(m, tables.Table)]
    keys = {key for model in models for key in model.model_fields}
    assert len(keys) > 30
    for page in ("event-file.md", "fichier-evenement.md"):
        text = (DOCS / page).read_text(encoding="utf-8")
        assert [key for key in sorted(keys) if f"`{key}`" not in text] == []
