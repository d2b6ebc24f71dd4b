"""`ronde passphrase`: the real command, with a hub that runs and with one that is stopped."""

import os
import subprocess
import sys
from contextlib import closing

import pytest

from kiosk import passwords, words
from kiosk.store.journal import Journal
from kiosk.web.access import Role

from .rehearsal import EXAMPLE, rehearsing

MINE = "une phrase à moi"


@pytest.fixture
def settings(tmp_path):
    path = tmp_path / "hub.toml"
    path.write_text(f'event = "{EXAMPLE}"\ndata = "{tmp_path / "data"}"\n', "utf-8")
    return path


@pytest.fixture
def hub(tmp_path):
    with rehearsing(tmp_path / "data") as running:
        yield running


def ronde(settings, *arguments, typed=""):
    """What the command says; what is typed comes from a pipe, as from a script."""
    done = subprocess.run(
        [sys.executable, "-m", "kiosk.cli", "passphrase", *arguments, "--config", str(settings)],
        input=typed,
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | {"LANGUAGE": "fr", "PYTHONWARNINGS": "ignore::getpass.GetPassWarning"},
    )
    return done.returncode, done.stdout, done.stderr


def access(hub):
    return hub._app.extensions["services"].access


def test_a_hub_that_runs_says_whether_there_is_one_and_takes_another(hub, settings):
    assert ronde(settings)[:2] == (0, "Aucune phrase secrète n’est choisie\u00a0: ronde passphrase --new\n")
    code, said, _ = ronde(settings, "--new", "--draw")
    drawn = said.splitlines()[-1]
    assert (code, len(drawn.split())) == (0, 4)
    assert set(drawn.split()) <= set(words.words())
    assert access(hub).enter(Role.ORGANISER, drawn, "here")
    assert ronde(settings)[:2] == (0, "La phrase secrète est choisie.\n")


def test_another_ends_the_sessions_of_organisers(hub, settings):
    access(hub).set_passphrase("the one before this")
    token = access(hub).enter(Role.ORGANISER, "the one before this", "here")
    assert access(hub).session(token).role is Role.ORGANISER
    assert ronde(settings, "--new", typed=f"{MINE}\n{MINE}\n")[0] == 0
    assert access(hub).session(token).role is Role.NOBODY
    assert access(hub).enter(Role.ORGANISER, MINE, "here")


@pytest.mark.parametrize(
    ("typed", "words"),
    [("courte\ncourte\n", "au moins 12 lettres"), (f"{MINE}\n{MINE}s\n", "pas pareilles")],
)
def test_what_cannot_be_changes_nothing(hub, settings, typed, words):
    code, _, said = ronde(settings, "--new", typed=typed)
    assert (code, words in said, "Traceback" in said) == (1, True, False)
    assert not access(hub).has_passphrase


def test_a_hub_that_is_stopped_has_one_from_its_next_start(settings, tmp_path):
    (tmp_path / "data").mkdir()
    assert ronde(settings)[0] == 0
    code, said, _ = ronde(settings, "--new", typed="\n")
    assert code == 0
    with closing(Journal.open(tmp_path / "data" / "journal.db")) as journal:
        kept = passwords.passphrase(journal)
    assert kept.is_said(said.splitlines()[-1])
    _, cost, blocks, _ = kept.hash.partition("$")[0].split(":")
    assert 128 * int(cost) * int(blocks) >= 2**25, "each guess takes 32 MiB, and as long as these take"
