"""What this machine's organiser does to a running hub: the real command, over the hub's own socket file."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kiosk import eventfile
from kiosk.config import Config, Rehearsal
from kiosk.control import ask
from kiosk.errors import HubAway, Refused
from kiosk.hub import Hub
from kiosk.rules.party import Group

EXAMPLE = Path(eventfile.__file__).parents[1] / "events" / "roubaix-2022.toml"
EVENT = eventfile.load(EXAMPLE)


@pytest.fixture
def settings(tmp_path):
    path = tmp_path / "hub.toml"
    path.write_text(f'event = "{EXAMPLE}"\ndata = "{tmp_path / "data"}"\n', "utf-8")
    return path


@pytest.fixture
def hub(tmp_path):
    clock = Rehearsal(day_ms=EVENT.opens_ms + 60_000, real_ms=time.time_ns() // 1_000_000)
    config = Config(
        event=EXAMPLE, data=tmp_path / "data", address="127.0.0.1", port=0, door_port=0, rehearsal=clock
    )
    running = Hub(config)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def family(hub):
    for _ in range(2):
        came = hub.day.check_in([Group(EVENT.bands[0].id, "x", 3)], "fr")
    return came.party  # Fusée 1, the second to come


def ronde(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kiosk.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


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
    assert hub.day.view.statuses["vr"] == "paused"
    assert ronde("atelier", "vr", "open", "--config", settings).returncode == 0
    assert hub.day.view.statuses["vr"] == "open"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_announcement_in_one_language_is_shown_in_each(hub, settings, language):
    assert ronde("announce", "Goûter !", "--language", language, "--config", settings).returncode == 0
    shown = hub._app.test_client().get("/flow").get_data(as_text=True)
    assert "Goûter !" in shown


def test_an_announcement_that_nobody_can_read_is_refused(hub):
    with pytest.raises(Refused, match="'de'"):
        ask(hub.config.control_path, "announce", texts={"de": "Kuchen!"}, minutes=5)


def test_an_act_that_is_none_is_refused_in_plain_words(hub):
    with pytest.raises(Refused, match="no act 'dance'"):
        ask(hub.config.control_path, "dance")


def test_without_a_hub_the_command_says_so(tmp_path, settings):
    with pytest.raises(HubAway, match="start it first"):
        ask(tmp_path / "data" / "control", "print", party="Chat 1")
    assert ronde("party", "gone", "Chat 1", "--config", settings).returncode == 1


def test_a_station_is_enrolled_while_the_hub_runs_and_the_key_stays_the_same(hub, settings):
    lines = {
        ronde("station", "add", "vr", "--hub", "http://10.0.0.1:8080", "--config", settings).stdout
        for _ in range(2)
    }
    assert len(lines) == 1
    assert lines.pop().startswith("RONDE1.")


def test_the_socket_file_is_for_the_hubs_user_alone(hub):
    assert hub.config.control_path.stat().st_mode & 0o077 == 0


def test_the_journal_has_a_copy_from_the_start(hub):
    end = time.monotonic() + 10
    while not (copies := list(hub.config.backups_path.glob("journal-*.db"))):
        assert time.monotonic() < end
    assert copies


def test_a_file_of_which_nothing_can_be_read_is_an_error(tmp_path):
    file = tmp_path / "day.jsonl"
    file.write_text("salut\n", "utf-8")
    done = ronde("replay", file, "--event", EXAMPLE)
    assert done.returncode == 1
    assert json.loads(done.stdout)["unread"] == 1
