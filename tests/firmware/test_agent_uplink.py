"""The agent and its hub: away, slow, lying, restored; every passage gets there in the end."""

import itertools
from dataclasses import replace

import pytest

from firmware.wire.receipt import Advice, Wait


def test_without_a_hub_the_beep_is_the_same_and_amber_shows_until_it_is_back(
    station, new_hub, serve, badges, eventually
):
    hub = new_hub()
    server = serve(hub)
    port = server.server_port
    server.stop()
    one = station(hub.address).start().ready()
    for badge in badges[:5]:
        one.scan(badge)
    one.wait_for(signal="backlog", count=5)
    serve(hub, port)
    one.wait_for(signal="backlog", count=0)
    assert hub.seqs == [1, 2, 3, 4, 5]


def test_a_long_backlog_is_sent_in_batches_of_two_hundred(station, new_hub, serve, badges, eventually):
    hub = new_hub()
    server = serve(hub)
    port = server.server_port
    server.stop()
    one = station(hub.address, steps=["arrive"]).start().ready()
    for badge in (badges * 2)[:450]:
        one.scan(badge)
    serve(hub, port)
    eventually(lambda: hub.seqs == list(range(1, 451)))
    assert [len(b.passages) for b in hub.batches if b.passages] == [200, 200, 50]


def test_the_first_exchange_is_empty_and_every_passage_is_sent_with_an_anchor(
    station, hub, badges, eventually
):
    one = station(hub.address, standin__clock={"day_ms": 0, "real_ms": 0, "speed": 1.0})
    one.start().ready()
    one.scan(badges[0])
    eventually(lambda: hub.seqs == [1])
    one.kill()
    before = len(hub.batches)
    one.start().ready()
    one.scan(badges[1])
    eventually(lambda: hub.seqs == [1, 2])
    assert hub.batches[before].passages == ()
    assert hub.batches[0].passages == ()
    full = [b for b in hub.batches if b.passages]
    for found in full:
        assert {p.boot for p in found.passages} <= {a.boot for a in found.anchors}
    assert len({b.boot for b in hub.batches}) == 1, "a restarted process is still in the same boot"


REFUSALS = {
    "wrong nonce": lambda hub, given: hub.signed(_with(given, nonce="ab" * 16)),
    "another station": lambda hub, given: hub.signed(_with(given, station="vr-2")),
    "another log": lambda hub, given: hub.signed(_with(given, epoch="ab" * 8)),
    "no signature": lambda hub, given: (200, {}, given.encode()),
    "wrong signature": lambda hub, given: (200, {"Ronde-Signature": "0" * 64}, given.encode()),
    "not JSON": lambda hub, given: (200, {}, b"<html>Wi-Fi portal</html>"),
    "too long": lambda hub, given: (200, {}, b" " * 1_000_000),
    "hang up": lambda hub, given: None,
    "unknown station": lambda hub, given: (401, {}, b"{}"),
    "revoked": lambda hub, given: (403, {}, b"{}"),
    "not found": lambda hub, given: (404, {}, b"{}"),
    "too big": lambda hub, given: (413, {}, b""),
    "bad request": lambda hub, given: (400, {}, b""),
    "busy": lambda hub, given: (503, {"Retry-After": "1"}, b""),
    "broken": lambda hub, given: (500, {}, b"Traceback"),
    "redirect": lambda hub, given: (302, {"Location": "http://portal/"}, b""),
}


def _with(given, **fields):
    return replace(given, held=1000, **fields)


@pytest.mark.parametrize("refusal", REFUSALS)
def test_an_answer_that_cannot_be_believed_changes_nothing(station, hub, badges, eventually, refusal):
    answers = itertools.count()

    def script(found, given):
        if not found.passages or next(answers) >= 3:
            return "as usual"
        return REFUSALS[refusal](hub, given)

    hub.script = script
    one = station(hub.address).start().ready()
    one.scan(badges[0])
    one.wait_for(signal="backlog", count=1)
    one.scan(badges[1])
    one.wait_for(signal="backlog", count=0)
    assert hub.seqs == [1, 2]
    assert one.stop() == 0
    assert len(one.log()) == 2
    assert "Traceback" not in one.errors.read_text()


def test_a_refused_station_is_told_what_to_do(station, hub, eventually):
    hub.script = lambda found, given: (401, {}, b"{}")
    one = station(hub.address).start().ready()
    eventually(lambda: "ronde-station enrol" in one.errors.read_text())
    assert "(401)" in one.command("status").stdout


def test_a_restored_hub_is_told_everything_again(station, hub, badges, eventually):
    one = station(hub.address).start().ready()
    for badge in badges[:4]:
        one.scan(badge)
    eventually(lambda: hub.seqs == [1, 2, 3, 4])
    hub.restore("0b" * 8)
    eventually(lambda: hub.seqs == [1, 2, 3, 4])
    one.scan(badges[4])
    eventually(lambda: hub.seqs == [1, 2, 3, 4, 5])
    assert hub.batches[-1].hub == "0b" * 8


def test_a_hub_restored_from_an_old_backup_is_told_everything_too(station, hub, badges, eventually):
    one = station(hub.address).start().ready()
    for badge in badges[:4]:
        one.scan(badge)
    eventually(lambda: hub.seqs == [1, 2, 3, 4])
    kept = {key: value for key, value in hub.kept.items() if key[2] <= 2}
    hub.epoch, hub.kept = "0b" * 8, kept
    hub.held = dict.fromkeys(hub.held, 2)
    start = len(hub.batches)
    eventually(lambda: hub.seqs == [1, 2, 3, 4])
    assert next(b.first for b in hub.batches[start:] if b.passages) == 1


def test_a_copied_card_tells_all_it_has_then_begins_a_new_log(station, hub, badges, eventually):
    one = station(hub.address).start().ready()
    for badge in badges[:3]:
        one.scan(badge)
    eventually(lambda: hub.seqs == [1, 2, 3])
    (epoch,) = {key[1] for key in hub.kept}
    start = len(hub.batches)
    hub.held[("vr-1", epoch)] = 9  # the other card has gone further
    one.process.wait(60)
    assert one.stop() == 1
    assert [p.seq for b in hub.batches[start:] for p in b.passages] == [1, 2, 3]
    assert "Traceback" not in one.errors.read_text()
    one.start().ready()
    assert one.scan(badges[3])["seq"] == 1
    eventually(lambda: {key[1] for key in hub.kept} - {epoch})
    assert list((one.folder / "data").glob("passages-damaged-*.sqlite"))


BOARD = (Wait("vr", "Casque", 0, 0), Wait("arts", "Arts numériques", 0, 5), Wait("arcade", "Arcade", 5, 10))


@pytest.fixture
def advising(hub):
    """The hub tells whoever is scanned out where to go, and everybody the waits."""

    def script(found, given):
        out = [passage.badge for passage in found.passages if passage.kind == "leave"]
        told = tuple(Advice(badge, "go", "arts", "Chat 7 → Arts numériques, moins de 5 min") for badge in out)
        return hub.usual(found, replace(given, advice=told, board=BOARD))

    hub.script = script
    return hub


def test_what_the_hub_tells_a_family_is_shown_where_it_was_scanned(station, advising, badges):
    one = station(advising.address, steps=["enter", "leave"]).start().ready()
    one.scan(badges[0])
    one.scan(badges[0])
    shown = one.wait_for(signal="advice")
    assert (shown["badge"], shown["atelier"], shown["guess"]) == (badges[0], "arts", False)
    assert shown["words"] == "Chat 7 → Arts numériques, moins de 5 min"
    assert "Dernier conseil donné : Chat 7 → Arts numériques, moins de 5 min." in one.command("status").stdout


def test_without_a_hub_a_family_is_told_the_least_wait_that_was_known_as_a_guess(
    station, advising, serve, badges, eventually
):
    one = station(advising.address, steps=["leave"]).start().ready()
    one.scan(badges[0])
    one.wait_for(signal="advice", guess=False)
    serve.made[0].stop()
    told = set()
    for badge in badges[1:4]:
        one.scan(badge)
        shown = one.wait_for(signal="advice", badge=badge)
        assert shown["guess"]
        assert "Accueil injoignable" in shown["words"]
        told.add(shown["atelier"])
    assert told == {"arts", "arcade"}


def test_without_a_hub_that_ever_spoke_nothing_is_guessed(station, new_hub, serve, badges):
    hub = new_hub()
    serve(hub).stop()
    one = station(hub.address, steps=["leave"]).start().ready()
    for badge in badges[:3]:
        one.scan(badge)
    one.wait_for(signal="backlog", count=3)
    assert one.stop() == 0
    assert not [shown for shown in one.seen if shown["signal"] == "advice"]


def test_a_scan_that_begins_a_visit_has_nothing_guessed(station, advising, serve, badges, eventually):
    one = station(advising.address, steps=["arrive", "enter", "leave"]).start().ready()
    one.scan(badges[0])
    eventually(lambda: any(not b.passages and b.first == 2 for b in advising.batches))  # it has its receipt
    serve.made[0].stop()
    one.scan(badges[0], signal="kept", kind="enter")
    one.scan(badges[0], signal="kept", kind="leave")
    one.wait_for(signal="advice", guess=True)
    assert len([shown for shown in one.seen if shown["signal"] == "advice"]) == 1
