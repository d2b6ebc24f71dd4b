"""What stations and programs get, over a real socket."""

import json

import pytest

from firmware.wire import batch, pairing, plan, receipt, schema, signature
from kiosk.errors import JournalUnavailable
from kiosk.registry import Wanted
from kiosk.tries import HOUR_S

JSON = {"Content-Type": "application/json"}


def said(answer):
    """(status, error code) of an answer under /api/."""
    status, headers, body = answer
    assert headers["content-type"] == "application/json"
    told = json.loads(body)
    assert told.keys() == {"error", "message"}
    assert told["message"]
    return status, told["error"]


@pytest.fixture
def log(house):
    return house.logs["vr"]


@pytest.fixture
def badge(house):
    from kiosk.rules.party import Group

    return house.day.check_in([Group("18-59", "f", 1)], "fr").party.badge


def test_a_batch_is_kept_and_its_receipt_is_signed(house, log, badge):
    body, signed = log.batch([log.passage("enter", badge, house.clock())], house.clock())
    status, headers, answer = house.post_passages(body, signed)
    assert (status, headers["content-type"]) == (200, "application/json")
    signature.check(log.keys.down, answer, headers["ronde-signature"])
    told = receipt.decode(answer)
    assert (told.held, told.nonce) == (1, batch.decode(body).nonce)
    floor = json.loads(house.ask("GET", "/api/floor")[2])
    assert next(here for here in floor["ateliers"] if here["id"] == "vr")["inside"] == {
        "parties": 1,
        "people": 1,
    }


def test_a_batch_without_passages_is_a_sign_of_life(house, log):
    status, _, answer = house.post_passages(*log.batch([], house.clock()))
    assert (status, receipt.decode(answer).held) == (200, 0)
    assert house.stations.seen["vr"].at_ms == house.clock()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "malformed"),
        (b"{}", "malformed"),
        (b"[1, 2", "malformed"),
        (b"\xff\xfe\x00", "malformed"),
        (b"[" * 100_000, "malformed"),
        (b'{"v": 2}', "unknown_version"),
    ],
)
def test_what_is_no_batch_is_answered_400(house, body, code):
    assert said(house.post_passages(body, "0" * 64)) == (400, code)
    assert house.day.view.version == 0


def test_a_station_that_is_not_enrolled_is_answered_401(house, log):
    body, _ = log.batch([], house.clock())
    stranger = body.replace(b'"station":"vr"', b'"station":"xx"')
    assert said(house.post_passages(stranger, signature.sign(log.keys.up, stranger))) == (
        401,
        "unknown_station",
    )


@pytest.mark.parametrize("signed", ["", "0" * 64, "é", "a" * 10_000])
def test_a_signature_that_does_not_fit_is_answered_403(house, log, badge, signed):
    body, _ = log.batch([log.passage("enter", badge, house.clock())], house.clock())
    before = house.day.view.version
    answer = house.ask("POST", "/api/passages", body, JSON | {signature.HEADER: signed.encode("utf-8")})
    assert said(answer) == (403, "bad_signature")
    assert house.day.view.version == before
    assert not house.stations.seen


def test_an_altered_batch_changes_nothing_and_the_receipt_key_signs_no_batch(house, log, badge):
    body, signed = log.batch([log.passage("enter", badge, house.clock())], house.clock())
    before = house.day.view.version
    for at in range(0, len(body), 7):
        altered = body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
        assert house.post_passages(altered, signed)[0] in (400, 401, 403)
    assert house.post_passages(body, signature.sign(log.keys.down, body))[0] == 403
    assert (house.day.view.version, house.day.view.passages) == (before, 0)


def test_a_replayed_batch_changes_nothing(house, log, badge):
    body, signed = log.batch([log.passage("enter", badge, house.clock())], house.clock())
    assert house.post_passages(body, signed)[0] == 200
    seen, version = house.stations.seen, house.day.view.version
    house.clock.at_ms += 60_000
    for _ in range(3):
        assert house.post_passages(body, signed)[0] == 200
    assert (house.stations.seen, house.day.view.version) == (seen, version)


def test_a_body_that_is_too_big_is_answered_413(house):
    assert said(house.post_passages(b" " * (batch.MOST_BYTES + 1), "0" * 64)) == (413, "too_big")


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_another_content_type_is_answered_415(house, kind):
    headers = {"Content-Type": kind} if kind else {}
    assert said(house.ask("POST", "/api/passages", b"{}", headers)) == (415, "unsupported_media_type")


@pytest.mark.parametrize("error", [JournalUnavailable("disk full"), TimeoutError()])
def test_a_journal_that_cannot_be_written_is_answered_503(house, log, monkeypatch, error):
    def refuse(*_):
        raise error

    monkeypatch.setattr(house.stations._day, "receive", refuse)
    answer = house.post_passages(*log.batch([], house.clock()))
    assert said(answer) == (503, "unavailable")
    assert int(answer[1]["retry-after"]) > 0
    assert "ronde-signature" not in answer[1]


@pytest.mark.parametrize("path", ["/api/nothing", "/api/", "/api/passages/1", "/api/floor/x"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_path_is_answered_404(house, path, method):
    assert said(house.ask(method, path)) == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("GET", "/api/passages", "POST"), ("DELETE", "/api/passages", "POST"), ("POST", "/api/floor", "GET")],
)
def test_another_method_is_answered_405(house, method, path, allowed):
    answer = house.ask(method, path)
    assert said(answer) == (405, "method_not_allowed")
    assert allowed in answer[1]["allow"]


def test_the_floor_is_the_board_with_every_fact_that_was_acknowledged(lively_day):
    from kiosk.rules.board import board

    status, headers, body = lively_day.ask("GET", "/api/floor")
    assert (status, headers["cache-control"]) == (200, "no-store")
    assert json.loads(body) == board(lively_day.day.view, lively_day.clock())
    assert json.loads(body)["came"]["parties"] == 40


def test_nothing_personal_is_in_what_anybody_may_read(lively_day):
    body = lively_day.ask("GET", "/api/floor")[2] + lively_day.ask("GET", "/flow")[2]
    assert not [badge for badge in lively_day.day.view.badges if badge.encode() in body]


def test_health_says_whether_the_journal_is_written(house):
    status, _, body = house.ask("GET", "/api/health")
    assert (status, json.loads(body)) == (200, {"status": "ok", "at_ms": house.clock()})
    house.day.close()
    assert said(house.ask("GET", "/api/health")) == (503, "unavailable")


def test_nothing_of_a_body_is_logged(house, log, badge, caplog):
    body, signed = log.batch([log.passage("enter", badge, house.clock())], house.clock())
    house.post_passages(body, signed)
    house.post_passages(body, "0" * 64)
    house.post_passages(body[:-9], signed)
    assert badge not in caplog.text


# The plan


def ask_plan(log, nonce="5b1f2c70aa34d9e1", **other):
    body = schema.canonical({"v": 1, "station": log.station, "nonce": nonce} | other)
    return body, signature.sign(log.keys.up, body)


def post_plan(house, body, signed):
    return house.ask("POST", "/api/plan", body, JSON | {signature.HEADER: signed})


def test_a_station_is_given_the_plan_that_its_receipts_name(house, log):
    named = receipt.decode(house.post_passages(*log.batch([], house.clock()))[2]).plan
    status, headers, answer = post_plan(house, *ask_plan(log))
    assert (status, headers["content-type"]) == (200, "application/json")
    signature.check(log.keys.down, answer, headers["ronde-signature"])
    told = schema.read(answer)
    assert (told["station"], told["nonce"]) == ("vr", "5b1f2c70aa34d9e1")
    assert plan.from_json(told["plan"]).digest == named


def test_a_question_that_is_played_again_is_answered_alike_and_changes_nothing(house, log):
    question = ask_plan(log)
    before = house.day.view.version, house.stations.seen
    assert len({post_plan(house, *question)[2] for _ in range(3)}) == 1
    assert (house.day.view.version, house.stations.seen) == before


def test_who_may_not_ask_for_a_plan_is_answered_as_with_passages(house, log):
    body, signed = ask_plan(log)
    assert said(post_plan(house, body, "0" * 64)) == (403, "bad_signature")
    assert said(post_plan(house, body, signature.sign(log.keys.down, body))) == (403, "bad_signature")
    stranger = body.replace(b'"vr"', b'"xx"')
    assert said(post_plan(house, stranger, signature.sign(log.keys.up, stranger))) == (401, "unknown_station")
    assert said(post_plan(house, *ask_plan(log, v=2))) == (400, "unknown_version")
    assert said(post_plan(house, b"{}", signed)) == (400, "malformed")
    assert said(house.ask("POST", "/api/plan", body, {"Content-Type": "text/plain"})) == (
        415,
        "unsupported_media_type",
    )


def test_a_question_of_which_any_letter_was_changed_is_not_answered(house, log):
    body, signed = ask_plan(log)
    for at in range(len(body)):
        altered = body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
        status, headers, _ = post_plan(house, altered, signed)
        assert status in (400, 401, 403)
        assert "ronde-signature" not in headers


def test_a_revoked_station_is_told_so_whatever_it_sends(house, log):
    house.stations.revoke("vr")
    answer = house.post_passages(*log.batch([], house.clock()))
    assert said(answer) == (401, "unknown_station")
    assert "enrol it again" in json.loads(answer[2])["message"]
    assert said(post_plan(house, *ask_plan(log))) == (401, "unknown_station")


# Pairing


@pytest.fixture
def code(house):
    return house.stations.invite(Wanted("vr"), house.url).invitation.code


def enrol(house, body):
    return house.ask("POST", "/api/enrol", body, JSON)


def test_a_device_that_proves_the_code_is_given_its_keys_sealed(house, code):
    key = pairing.key_of(code)
    asked = pairing.ask(code, key, "00" * 16)
    status, headers, answer = enrol(house, asked.encode())
    assert (status, headers["content-type"]) == (200, "application/json")
    made = pairing.take(answer, asked, key)
    assert (made.station, made.atelier, made.hub) == ("vr", "vr", house.url)
    assert made.device_key.hex() not in answer.decode()
    assert enrol(house, asked.encode())[2] == answer  # it may have been lost on its way
    other = pairing.ask(code, key, "11" * 16)
    assert said(enrol(house, other.encode())) == (410, "code_over")


def test_each_way_in_which_it_does_not_go_is_told_apart(house, code):
    proofless = pairing.ask(code, b"x" * 32, "00" * 16).encode()
    assert said(enrol(house, proofless)) == (403, "wrong_proof")
    house.stations.pairings.cancel("vr")
    assert said(enrol(house, proofless)) == (410, "code_over")
    elsewhere = ("B" if code[0] != "B" else "C") + code[1:]
    assert said(enrol(house, pairing.ask(elsewhere, b"x" * 32, "00" * 16).encode())) == (404, "unknown_code")
    assert said(enrol(house, b"{}")) == (400, "malformed")
    assert said(enrol(house, schema.canonical(schema.read(proofless) | {"v": 2}))) == (400, "unknown_version")
    assert said(enrol(house, b" " * (pairing.MOST_BYTES + 1))) == (413, "too_big")
    assert said(house.ask("POST", "/api/enrol", proofless)) == (415, "unsupported_media_type")
    answer = next(a for a in (enrol(house, proofless) for _ in range(20)) if a[0] != 410)
    assert said(answer) == (429, "too_many_tries")
    assert 0 < int(answer[1]["retry-after"]) <= HOUR_S


def test_a_pairing_that_cannot_be_kept_is_answered_503_and_the_code_stays_good(house, code, monkeypatch):
    def refuse(*_):
        raise JournalUnavailable("disk full")

    asked = pairing.ask(code, pairing.key_of(code), "00" * 16).encode()
    with monkeypatch.context() as patch:
        patch.setattr(house.day, "between", refuse)
        assert said(enrol(house, asked)) == (503, "unavailable")
    assert enrol(house, asked)[0] == 200
