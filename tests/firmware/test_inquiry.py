import socket
import threading

import pytest

from firmware.inquiry import NAME, Desk, ask


@pytest.fixture
def desk(tmp_path):
    folder = tmp_path / ("deep" * 40)  # deeper than a socket's address may be long
    folder.mkdir()
    made = Desk(folder, {"numbers": lambda: range(3), "status": lambda: [{"well": True}]})
    made.start()
    yield folder
    made.stop()


def test_a_word_is_answered_with_objects(desk):
    assert list(ask(desk, "numbers")) == [0, 1, 2]
    assert list(ask(desk, "status")) == [{"well": True}]
    assert list(ask(desk, "what")) == []


def test_only_its_owner_may_ask(desk):
    assert (desk / NAME).stat().st_mode & 0o077 == 0


def test_nobody_there_is_told_from_an_answer(tmp_path):
    with pytest.raises(ConnectionRefusedError):
        list(ask(tmp_path, "status"))


def test_a_socket_left_by_a_killed_agent_is_nobody(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as left:
        left.bind(str(tmp_path / NAME))
    with pytest.raises(ConnectionRefusedError):
        list(ask(tmp_path, "status"))
    desk = Desk(tmp_path, {"status": lambda: [1]})
    desk.start()
    assert list(ask(tmp_path, "status")) == [1]
    desk.stop()
    assert not (tmp_path / NAME).exists()


def test_an_answer_that_breaks_off_is_told_from_a_whole_one(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(tmp_path / NAME))
        listener.listen()

        def half():
            channel, _ = listener.accept()
            with channel:
                channel.recv(100)
                channel.sendall(b"1\n2\n")

        speaker = threading.Thread(target=half)
        speaker.start()
        with pytest.raises(ConnectionResetError):
            list(ask(tmp_path, "log"))
        speaker.join()


def test_who_hangs_up_does_not_disturb_the_next(desk):
    for _ in range(5):
        next(ask(desk, "numbers"))
    assert list(ask(desk, "numbers")) == [0, 1, 2]
