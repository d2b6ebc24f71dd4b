"""Files that commands write: claimed first, there whole or not at all."""

import io
import os
import sys

import pytest

from kiosk.errors import HubAway, Refused
from kiosk.outfile import STANDARD_OUTPUT, claimed


def test_what_is_written_is_there_once_all_went_well(tmp_path):
    path = tmp_path / "badges.pdf"
    with claimed(path) as file:
        file.write(b"whole")
        assert not path.exists()
    assert path.read_bytes() == b"whole"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_of_that_name_is_replaced_only_when_that_is_wanted(tmp_path):
    path = tmp_path / "badges.pdf"
    path.write_bytes(b"before")
    with pytest.raises(Refused, match="exists already"), claimed(path):
        pytest.fail("nothing is to be done for a file that is not to be had")
    assert path.read_bytes() == b"before"
    with claimed(path, force=True) as file:
        file.write(b"after")
    assert path.read_bytes() == b"after"


def test_what_goes_wrong_leaves_the_file_as_it_was(tmp_path):
    path = tmp_path / "badges.pdf"
    path.write_bytes(b"before")
    with pytest.raises(KeyboardInterrupt), claimed(path, force=True) as file:
        file.write(b"half")
        raise KeyboardInterrupt
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_told_before_anything_is_done(tmp_path):
    with (
        pytest.raises(Refused, match="cannot be written"),
        claimed(tmp_path / "no" / "a.pdf"),
    ):
        pytest.fail("nothing is to be done")


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_or_a_device_is_no_file_to_replace(tmp_path, force):
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name in ("folder", "pipe"):
        with pytest.raises(Refused, match="not a plain file"), claimed(tmp_path / name, force=force):
            pytest.fail("nothing is to be done")
        assert (tmp_path / name).exists()


def test_a_link_leads_to_the_file_that_is_written(tmp_path):
    (tmp_path / "link.pdf").symlink_to(tmp_path / "real.pdf")
    with claimed(tmp_path / "link.pdf") as file:
        file.write(b"whole")
    assert (tmp_path / "link.pdf").is_symlink()
    assert (tmp_path / "real.pdf").read_bytes() == b"whole"


def test_a_disk_that_is_full_is_told_and_leaves_nothing(tmp_path):
    with pytest.raises(Refused, match="could not be written"), claimed(tmp_path / "a.pdf"):
        raise OSError(28, "No space left on device")
    assert not list(tmp_path.iterdir())


def test_what_the_hub_says_meanwhile_is_not_about_the_file(tmp_path):
    with pytest.raises(HubAway), claimed(tmp_path / "a.pdf"):
        raise HubAway("no hub")


class Output:
    def __init__(self, terminal):
        self.buffer = io.BytesIO()
        self._terminal = terminal

    def isatty(self):
        return self._terminal


def test_a_hyphen_is_the_standard_output_unless_that_is_a_terminal(monkeypatch):
    monkeypatch.setattr(sys, "stdout", piped := Output(terminal=False))
    with claimed(STANDARD_OUTPUT) as file:
        file.write(b"whole")
    assert piped.buffer.getvalue() == b"whole"
    monkeypatch.setattr(sys, "stdout", Output(terminal=True))
    with pytest.raises(Refused, match="does not write to a terminal"), claimed(STANDARD_OUTPUT):
        pytest.fail("nothing is to be done")
