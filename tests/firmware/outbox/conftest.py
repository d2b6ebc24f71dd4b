"""The log of a station, in a folder of its own or on a card of half a mebibyte."""

import pytest


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def small_disk(disk):
    return disk(512)
