import socket

import pytest

from firmware.wire.notify import notify


def test_nothing_is_said_where_nobody_listens(monkeypatch):
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    notify("READY=1")


@pytest.mark.parametrize("abstract", [False, True])
def test_the_service_manager_is_told(monkeypatch, tmp_path, abstract):
    name = f"ronde-test-{tmp_path.name}" if abstract else str(tmp_path / "n")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind("\0" + name if abstract else name)
        monkeypatch.setenv("NOTIFY_SOCKET", "@" + name if abstract else name)
        notify("WATCHDOG=1")
        assert manager.recv(100) == b"WATCHDOG=1"
