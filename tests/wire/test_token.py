import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.wire import errors, token
from firmware.wire.errors import BadBadge, ForeignBadge

KEY = bytes(32)


def test_the_golden_badges_read_as_they_always_did(golden):
    cases = golden("badges")
    key = bytes.fromhex(cases["event_key"])
    for case in cases["cases"]:
        if "badge" in case:
            assert token.verify(key, case["text"]) == case["badge"]
        else:
            with pytest.raises(BadBadge) as caught:
                token.verify(key, case["text"])
            assert caught.type is getattr(errors, case["error"]), case


def test_a_golden_badge_is_foreign_at_another_event(golden):
    cases = golden("badges")
    for case in cases["cases"]:
        if "badge" in case:
            with pytest.raises(ForeignBadge):
                token.verify(bytes.fromhex(cases["other_event_key"]), case["text"])


@given(key=st.binary(min_size=32, max_size=32), seed=st.integers())
def test_every_issued_badge_is_read_back(key, seed):
    badge = token.issue(key, random.Random(seed).randrange)
    assert token.verify(key, badge) == badge
    assert token.verify(key, token.grouped(badge).lower() + "\r") == badge
    assert set(badge) <= set(token.ALPHABET)


@given(seed=st.integers(), at=st.integers(0, 15), other=st.sampled_from(token.ALPHABET))
def test_one_wrong_letter_is_refused(seed, at, other):
    badge = token.issue(KEY, random.Random(seed).randrange)
    if badge[at] != other:
        with pytest.raises(BadBadge):
            token.verify(KEY, badge[:at] + other + badge[at + 1 :])


@given(st.text())
def test_any_text_is_refused_or_is_a_badge(text):
    with pytest.raises(BadBadge):
        token.verify(KEY, text)


def test_a_badge_of_another_version_says_so():
    badge = token.issue(KEY, random.Random(1).randrange)
    with pytest.raises(BadBadge, match="version 2 is not known"):
        token.parse(token.ALPHABET[2] + badge[1:])
