"""The cables between stations and hub, cut and joined."""

import socket
import threading

import pytest

from kiosk.demo.relay import Relay


@pytest.fixture
def hub():
    """Answers each line with the same line."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                threading.Thread(target=echo, args=(connection,), daemon=True).start()

        def echo(connection):
            with connection:
                try:
                    while data := connection.recv(1024):
                        connection.sendall(data)
                except ConnectionError:
                    pass

        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.fixture
def relay(hub):
    relay = Relay(["vr", "arts"], hub)
    yield relay
    relay.close()


def talk(connection):
    connection.settimeout(60)
    connection.sendall(b"hello")
    return connection.recv(1024)


def connect(relay, name):
    return socket.create_connection(("127.0.0.1", relay.ports[name]), timeout=60)


def test_what_is_sent_arrives_and_what_is_answered_comes_back(relay):
    with connect(relay, "vr") as first, connect(relay, "vr") as second:
        assert talk(first) == talk(second) == b"hello"


def test_a_cut_breaks_the_connections_of_one_station_only(relay):
    with connect(relay, "vr") as vr, connect(relay, "arts") as arts:
        assert talk(vr) == talk(arts) == b"hello"
        relay.cut("vr")
        assert relay.is_cut("vr")
        assert not reaches(vr)
        with connect(relay, "vr") as again:
            assert not reaches(again)
        assert talk(arts) == b"hello"


def test_after_joining_it_works_again(relay):
    relay.cut("vr")
    relay.join("vr")
    with connect(relay, "vr") as vr:
        assert talk(vr) == b"hello"


def test_a_hub_that_is_away_is_a_broken_connection():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        nobody = listening.getsockname()[1]
    relay = Relay(["vr"], nobody)
    with connect(relay, "vr") as vr:
        assert not reaches(vr)
    relay.close()
    relay.close()  # twice is once


def reaches(connection):
    try:
        return talk(connection) == b"hello"
    except ConnectionError:
        return False
