"""The certificate that a process of its own looks after, as the hub asks for it."""

import subprocess

import pytest

from kiosk.certificate import Certificate
from kiosk.errors import ConfigError
from kiosk.notary import Notary


def test_what_it_has_made_is_the_certificate_and_stays_while_it_is_good(tmp_path, monkeypatch):
    now_s = [0.0]
    notary = Notary(tmp_path / "tls", now_s=lambda: now_s[0])
    assert notary.renew()
    made = Certificate(tmp_path / "tls")
    assert (notary.files, notary.authority) == (made.files, made.authority)
    asked = []
    monkeypatch.setattr(notary, "_ask", lambda: asked.append("") or {"anew": 0, "good_until_s": 1e12})
    assert not notary.renew()
    assert not asked
    now_s[0] = made.good_until.timestamp()
    assert not notary.renew()
    assert len(asked) == 1
    notary.files[0].unlink()
    notary.renew()
    assert len(asked) == 2


def test_a_folder_that_cannot_be_is_named(tmp_path):
    (tmp_path / "tls").write_text("a file")
    with pytest.raises(ConfigError, match=f"{tmp_path}/tls"):
        Notary(tmp_path / "tls").renew()


def test_a_process_that_does_not_come_to_an_end_is_no_end_of_the_hub(tmp_path, monkeypatch):
    def late(*asked, timeout, **options):
        raise subprocess.TimeoutExpired("python", timeout)

    monkeypatch.setattr(subprocess, "run", late)
    with pytest.raises(ConfigError, match="timed out"):
        Notary(tmp_path / "tls").renew()
