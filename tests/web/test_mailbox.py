"""What a scanner reads waits for its kiosk's page: once, not for long, and for no other kiosk."""

import itertools
import threading

import pytest

from kiosk.web.mailbox import FRESH_S, MOST, REPEAT_S, Mailbox, TooMany


class Hand:
    """A clock moved by the test."""

    at_s = 0.0

    def __call__(self) -> float:
        return self.at_s


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def mailbox(hand) -> Mailbox:
    numbers = itertools.count(1)
    return Mailbox(lambda: f"reference-{next(numbers)}", hand)


def taken(mailbox, kiosk, reference):
    with mailbox.taken(kiosk, reference) as line:
        return line


def test_what_was_read_is_given_once_for_its_reference(mailbox):
    mailbox.put(1, "line")
    assert taken(mailbox, 1, "reference-2") is None
    assert taken(mailbox, 1, "reference-1") == "line"
    assert taken(mailbox, 1, "reference-1") is None


def test_it_is_given_to_no_other_kiosk(mailbox):
    mailbox.put(2, "line")
    assert taken(mailbox, 1, "reference-1") is None
    assert taken(mailbox, 2, "reference-1") == "line"


def test_what_nobody_came_for_is_forgotten(mailbox, hand):
    mailbox.put(1, "line")
    hand.at_s = FRESH_S + 0.1
    assert taken(mailbox, 1, "reference-1") is None


def test_where_acting_on_it_fails_it_waits_again(mailbox):
    mailbox.put(1, "line")
    with pytest.raises(OSError, match="full"), mailbox.taken(1, "reference-1"):
        raise OSError("the disk is full")
    assert taken(mailbox, 1, "reference-1") == "line"


def test_a_code_that_stays_before_the_scanner_counts_once(mailbox, hand):
    for _ in range(5):
        mailbox.put(1, "line")
        hand.at_s += REPEAT_S - 0.1
    assert taken(mailbox, 1, "reference-2") is None
    hand.at_s += REPEAT_S
    mailbox.put(1, "line")
    assert taken(mailbox, 1, "reference-2") == "line"


def test_another_code_counts_at_once(mailbox):
    mailbox.put(1, "line")
    mailbox.put(1, "other")
    assert taken(mailbox, 1, "reference-1") is None
    assert taken(mailbox, 1, "reference-2") == "other"


def test_a_listener_hears_the_reference_and_nothing_of_what_was_read(mailbox):
    listener = mailbox.listen(1)
    assert next(listener).startswith(b"retry: ")
    heard = []
    thread = threading.Thread(target=lambda: heard.append(next(listener)))
    thread.start()
    mailbox.put(1, "secret")
    thread.join(60)
    assert heard == [b'event: scan\ndata: {"reference": "reference-1"}\n\n']
    assert b"secret" not in heard[0]


def test_who_begins_to_listen_a_moment_later_still_hears_of_it(mailbox):
    mailbox.put(1, "line")
    listener = mailbox.listen(1)
    next(listener)
    assert b"reference-1" in next(listener)


def test_no_more_than_so_many_pages_of_a_kiosk_listen(mailbox):
    listeners = [mailbox.listen(1) for _ in range(MOST)]
    with pytest.raises(TooMany):
        mailbox.listen(1)
    mailbox.listen(2).close()
    listeners[0].close()
    listeners[0].close()
    mailbox.listen(1)


def test_at_the_end_nobody_listens_any_more(mailbox):
    listener = mailbox.listen(1)
    next(listener)
    ended = []
    thread = threading.Thread(target=lambda: ended.append(next(listener, None)))
    thread.start()
    mailbox.close()
    thread.join(60)
    assert ended == [None]
    with pytest.raises(TooMany):
        mailbox.listen(1)
