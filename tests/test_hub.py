"""The hub as one process: what is no fault leaves no trace among the faults."""

import logging
import socket

import pytest

from kiosk import hub as module
from kiosk.rules.party import Group

from .patience import until
from .rehearsal import rehearsing


@pytest.fixture
def hub(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "GONE_CLIENT_MS", 500)
    with rehearsing(tmp_path) as running:
        yield running


def test_a_phone_that_leaves_the_hall_is_no_fault_in_the_hub_s_log(hub, caplog):
    caplog.set_level(logging.INFO)
    watchers = hub._app.extensions["live"]
    with socket.socket() as phone:
        phone.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        phone.connect(("127.0.0.1", hub.port))
        phone.sendall(b"GET /flow/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert phone.recv(12) == b"HTTP/1.1 200"

        def noticed() -> bool:
            hub.day.check_in(
                [Group("18-59", "f", 1)], "fr"
            )  # what is written and never read is how it is noticed
            return watchers.watchers == 0

        until(noticed, "its place is free")
    assert [each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING] == []
