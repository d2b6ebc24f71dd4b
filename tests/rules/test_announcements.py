"""What is announced is one line of letters, and keeps together what belongs together."""

import pytest

from kiosk.rules.announcements import plain


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Dernier appel\u00a0: 15\u00a0h\u00a035\u202f!", "Dernier appel\u00a0: 15\u00a0h\u00a035\u202f!"),
        ("  un\t\tdeux\r\ntrois \u2028 quatre\u3000cinq ", "un deux trois quatre cinq"),
        ("\u00a0 \u202f", ""),
        ("a\u202eb\u2066c\x1bd", "abc d"),
    ],
)
def test_spaces_are_one_each_and_those_that_hold_words_together_stay(said, shown):
    assert plain(said) == shown
