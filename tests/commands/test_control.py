"""What this machine's organiser does to a running hub: the real command, over the hub's own socket file."""

import json
import os
import re
import socket
import subprocess
import sys
import time

import pytest

from firmware.wire import enrolment
from kiosk.control import ask
from kiosk.errors import HubAway, Refused
from kiosk.rules.facts import REST, AdviceGiven
from kiosk.rules.party import Group

from .conftest import EVENT, EXAMPLE, PATIENCE_S


@pytest.fixture
def family(hub):
    for _ in range(2):
        came = hub.day.check_in([Group(EVENT.bands[0].id, "x", 3)], "fr")
    return came.party  # Fusée 1, the second to come


def ronde(*arguments: object, language: str = "fr") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kiosk.cli", *map(str, arguments)]
    environment = os.environ | {"LANG": f"{language}.UTF-8"}
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)


def refused(*arguments: object, language: str = "fr") -> str:
    """What a command says that does not go, with plain spaces."""
    done = ronde(*arguments, language=language)
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    return done.stderr.replace("\u202f", " ").replace("\xa0", " ").strip()


def test_a_family_is_meant_by_the_nickname_on_its_sheet_and_the_answer_says_whom(hub, family, settings):
    done = ronde("party", "print", "fusée", "1", "--config", settings)
    assert done.stdout.split() == ["C’est", "fait", "pour", "Fusée", "1."]
    assert ask(hub.config.control_path, "print", party="Rocket 1").split() == ["Fusée", "1"]


def test_a_nickname_that_nobody_has_is_refused_and_changes_nothing(hub, family, settings):
    before = hub.day.view.version
    done = ronde("party", "badge", "Fusée 2", "--config", settings)
    assert done.returncode == 1
    assert "Fusée 2" in done.stderr
    assert hub.day.view.version == before


def test_a_lost_badge_is_replaced_and_the_new_sheet_is_queued(hub, family):
    ask(hub.config.control_path, "replace-badge", party="Fusée 1")
    view = hub.day.view
    assert view.parties[family.number].badge != family.badge
    assert view.badges[family.badge] == family.number


def test_a_family_that_was_seen_to_leave_is_on_site_no_more(hub, family):
    ask(hub.config.control_path, "see-off", party="Fusée 1")
    assert hub.day.floor().on_site.parties == 1


def test_an_atelier_is_paused_and_opened_again(hub, settings):
    assert ronde("atelier", "vr", "paused", "--config", settings).returncode == 0
    assert hub.day.view.statuses.of("vr", hub.day.clock()) == "paused"
    assert ronde("atelier", "vr", "open", "--config", settings).returncode == 0
    assert hub.day.view.statuses.of("vr", hub.day.clock()) == "open"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_announcement_in_one_language_is_shown_in_each(hub, settings, language):
    assert ronde("announce", "Goûter !", "--language", language, "--config", settings).returncode == 0
    shown = hub._app.test_client().get("/flow").get_data(as_text=True)
    assert "Goûter !" in shown


def test_an_announcement_that_nobody_can_read_is_refused(hub):
    with pytest.raises(Refused, match="“de” here: fr, en, ar, tr, pt, es, or uk"):
        ask(hub.config.control_path, "announce", texts={"de": "Kuchen!"}, minutes=5)


def test_an_act_that_is_none_is_refused_in_plain_words(hub):
    with pytest.raises(Refused, match="no act “dance”"):
        ask(hub.config.control_path, "dance")


def test_without_a_hub_the_command_says_so(tmp_path, settings):
    with pytest.raises(HubAway, match="start it first"):
        ask(tmp_path / "data" / "control", "print", party="Chat 1")
    assert ronde("party", "gone", "Chat 1", "--config", settings).returncode == 1


def test_a_station_is_enrolled_while_the_hub_runs_and_the_key_stays_the_same(hub, settings):
    lines = {
        ronde("stations", "card", "vr", "--hub", "http://10.0.0.1:8080", "--config", settings).stdout
        for _ in range(2)
    }
    assert len(lines) == 1
    assert lines.pop().startswith("RONDE1.")


def test_the_animators_pin_is_said_and_another_is_drawn(hub, settings):
    first = ronde("pin", "--config", settings)
    assert (first.returncode, first.stderr) == (0, "")
    assert re.fullmatch("[0-9]{6}\n", first.stdout)
    assert ronde("pin", "--config", settings).stdout == first.stdout
    second = ronde("pin", "--new", "--config", settings).stdout
    assert second != first.stdout
    assert ronde("pin", "--config", settings).stdout == second


def test_the_animators_pin_is_the_same_before_the_hub_runs_and_then(settings, start_hub):
    drawn = ronde("pin", "--new", "--config", settings).stdout
    assert ronde("pin", "--config", settings).stdout == drawn
    running = start_hub(rehearsal=None)
    assert ask(running.config.control_path, "pin") == drawn.strip()


def test_the_socket_file_is_for_the_hubs_user_alone(hub):
    assert hub.config.control_path.stat().st_mode & 0o077 == 0


def test_the_journal_has_a_copy_from_the_start(hub):
    end = time.monotonic() + PATIENCE_S
    while not (copies := list(hub.config.backups_path.glob("journal-*.db"))):
        assert time.monotonic() < end
    assert copies


def test_a_file_of_which_nothing_can_be_read_is_an_error(tmp_path):
    file = tmp_path / "day.jsonl"
    file.write_text("salut\n", "utf-8")
    done = ronde("replay", file, "--event", EXAMPLE)
    assert done.returncode == 1
    assert json.loads(done.stdout)["unread"] == 1


# What is said when it does not go


@pytest.mark.parametrize(
    ("arguments", "french", "english"),
    [
        (
            ("atelier", "sauna", "open"),
            "ronde : il n’y a pas d’atelier « sauna » : il faut mario-kart,",
            "ronde: there is no atelier “sauna”: mario-kart,",
        ),
        (
            ("party", "print", "Chat", "9"),
            "ronde : personne ne s’appelle « Chat 9 » ici : le nom est en haut de la feuille",
            "ronde: no party is called “Chat 9” here: the name stands on its sheet",
        ),
        (
            ("announce", "Kuchen!", "--language", "de"),
            "ronde : personne ne lit « de » ici : il faut fr, en, ar, tr, pt, es ou uk",
            "ronde: nobody reads “de” here: fr, en, ar, tr, pt, es, or uk is expected",
        ),
        (("announce", " "), "ronde : l’annonce est vide", "ronde: the announcement is empty"),
        (
            ("strike", "vr", "ab" * 8, 3),
            "ronde : il n’y a pas de passage 3 de la station « vr » dans le journal abababababababab",
            "ronde: no passage 3 of vr/abababababababab has come",
        ),
        (
            ("stations", "card", "sauna", "--hub", "http://10.0.0.1:8080"),
            "ronde : l’événement n’a pas de station « sauna » : il faut mario-kart,",
            "ronde: the event has no station “sauna”: mario-kart,",
        ),
        (
            ("stations", "card", "vr", "--hub", "10.0.0.1"),
            "ronde : « 10.0.0.1 » n’est pas l’adresse d’un accueil : il faut http://",
            "ronde: “10.0.0.1” is not the address of a hub: http:// is expected",
        ),
    ],
    ids=lambda value: "-".join(map(str, value[:2])) if isinstance(value, tuple) else "",
)
def test_what_the_hub_refuses_is_said_in_the_language_of_the_terminal(
    hub, settings, arguments, french, english
):
    before = hub.day.view.version
    assert refused(*arguments, "--config", settings).startswith(french)
    assert refused(*arguments, "--config", settings, language="en").startswith(english)
    assert hub.day.view.version == before


def test_that_no_hub_runs_is_said_in_french(settings):
    assert refused("party", "gone", "Chat 1", "--config", settings).startswith(
        "ronde : l’accueil ne tourne pas sur cette machine ("
    )


def test_a_socket_file_that_nobody_listens_to_is_said_in_french(settings, tmp_path):
    (tmp_path / "data").mkdir()
    with socket.socket(socket.AF_UNIX) as left_over:
        left_over.bind(str(tmp_path / "data" / "control"))
    assert refused("atelier", "vr", "open", "--config", settings).endswith("control : personne n’y répond")


def test_settings_that_will_not_do_are_said_in_french(tmp_path):
    path = tmp_path / "hub.toml"
    told = f"ronde : {path}"
    assert refused("hub", "--config", path) == f"{told} ne peut pas être lu : il n’existe pas"
    path.write_text('port = "http"\n[printer]\nkind = "tcp"\n', "utf-8")
    assert refused("hub", "--config", path) == (
        f'{told} : il manque « event » ; « port » vaut "http" : il faut un nombre entier, sans guillemets ; '
        'il manque « host » à l’imprimante « tcp » : son adresse, comme host = "192.168.1.50"'
    )
    path.write_text("event = e.toml", "utf-8")
    assert refused("hub", "--config", path).startswith(f"{told}, ligne 1 : ce n’est pas du TOML")


def test_a_port_that_is_taken_is_said_in_french(settings):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings.write_text(
            settings.read_text() + f'address = "127.0.0.1"\nport = {port}\ndoor_port = 0\nhttps_port = 0\n'
        )
        assert refused("hub", "--config", settings) == (
            f"ronde : le port {port} ne peut pas s’ouvrir sur 127.0.0.1 (il est déjà pris) : "
            "arrêtez ce qui s’en sert, ou choisissez-en un autre dans les réglages"
        )


def test_a_journal_that_another_hub_has_is_said_in_french(hub, settings, tmp_path):
    settings.write_text(
        settings.read_text() + 'address = "127.0.0.1"\nport = 0\ndoor_port = 0\nhttps_port = 0\n'
    )
    journal = hub.config.journal_path
    in_use = f"ronde : le journal {journal} sert déjà à un autre accueil : arrêtez d’abord celui-là"
    assert refused("hub", "--config", settings) == in_use
    assert refused("export", journal) == in_use
    (tmp_path / "notes").write_text("salut, ceci n'est pas un journal", "utf-8")
    assert refused("export", tmp_path / "notes").endswith("est abîmé : ce fichier n’est pas un journal")


def test_a_time_that_is_none_is_said_in_french(tmp_path):
    (tmp_path / "day.jsonl").write_text("", "utf-8")
    assert refused("replay", tmp_path / "day.jsonl", "--event", EXAMPLE, "--at", "midi") == (
        "ronde : « midi » n’est pas une heure : il faut 15:30, ou 2022-11-19T15:30"
    )


def test_an_address_with_a_slash_at_its_end_is_taken(hub, settings):
    line = ronde("stations", "card", "vr", "--hub", "http://10.0.0.1:8080/", "--config", settings).stdout
    assert enrolment.decode(line).hub == "http://10.0.0.1:8080"


def test_what_a_party_was_told_is_asked_by_badge_or_nickname_and_may_be_refused(hub, family):
    path = hub.config.control_path
    told = ask(path, "advice", badge=family.badge)
    assert told == ask(path, "advice", party="Fusée 1")
    assert (told["verb"], told["party"]) == ("go", family.number)
    other = ask(path, "ask", badge=family.badge)
    assert other["instead_of"] == told["atelier"] != other["atelier"]
    assert ask(path, "advice", badge=family.badge) == other
    assert ask(path, "ask", badge=family.badge, another=False) == other
    with pytest.raises(Refused, match="true or false"):
        ask(path, "ask", badge=family.badge, another="no")
    with pytest.raises(Refused, match="no party carries"):
        ask(path, "ask", badge="CBCDFGHJKLNPRSTV")


def test_a_rest_that_is_over_is_ended_by_the_hub_itself(start_hub):
    hub = start_hub(speed=200.0)
    party = hub.day.check_in([Group(EVENT.bands[2].id, "x", 2)], "fr").party.number
    hub.day._record(AdviceGiven(party, REST, "vr", hub.day.clock() + 60_000, 12, "kept"))
    version = hub.day.view.version
    told = hub.day.changed(version, PATIENCE_S).guest_of(party).told[-1]
    assert told.advice.verb != REST
    assert told.at_ms >= hub.day.view.guest_of(party).told[-2].advice.at_ms
