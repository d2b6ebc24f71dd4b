"""A hub where each has the role that it came in with."""

import pytest


@pytest.fixture
def house(real_house):
    return real_house
