"""A hub and its stations in network namespaces, where this machine lets us make some."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from .hall import Hall
from .network import Network, NetworkError


@pytest.fixture(scope="session")
def long() -> bool:
    return os.environ.get("RONDE_LONG") == "1"


@pytest.fixture
def network() -> Iterator[Network]:
    try:
        made = Network()
    except NetworkError as error:
        pytest.skip(f"network namespaces cannot be made here: {error}")
    with made:
        yield made


@pytest.fixture
def open_hall(network: Network, tmp_path: Path) -> Iterator[Callable[..., Hall]]:
    """Makes a hall, which is closed after the test."""
    with ExitStack() as opened:
        yield lambda **settings: opened.enter_context(Hall(network, tmp_path / "hall", **settings))
