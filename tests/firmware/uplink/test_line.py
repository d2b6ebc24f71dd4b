"""Whatever comes over the line, the courier comes to an end."""

import socket
import threading

import pytest

from firmware.courier import Courier
from firmware.errors import HubUnreachable


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"rubbish\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n",
        b"\xff" * 70_000,
    ],
)
def test_nonsense_on_the_line_is_an_unreachable_hub(answer):
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def speak():
            channel, _ = listener.accept()
            with channel:
                channel.recv(65536)
                channel.sendall(answer)

        speaker = threading.Thread(target=speak)
        speaker.start()
        courier = Courier(f"http://127.0.0.1:{listener.getsockname()[1]}", 2)
        try:
            with pytest.raises(HubUnreachable):
                courier.post(b"{}", "")
        finally:
            speaker.join()
            courier.close()


def test_an_answer_that_drips_comes_to_an_end():
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def drip():
            channel, _ = listener.accept()
            with channel:
                channel.recv(65536)
                try:
                    channel.sendall(b"HTTP/1.1 200 OK\r\n")
                    while not ended.wait(0.05):
                        channel.sendall(b"X: y\r\n" if not ended.is_set() else b"")
                except OSError:
                    pass

        dripper = threading.Thread(target=drip)
        dripper.start()
        courier = Courier(f"http://127.0.0.1:{listener.getsockname()[1]}", 0.2)
        try:
            with pytest.raises(HubUnreachable):
                courier.post(b"{}", "")
        finally:
            ended.set()
            dripper.join()
            courier.close()


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "http://no-such-host.invalid"])
def test_nobody_there_is_an_unreachable_hub(address):
    courier = Courier(address, 0.5)
    with pytest.raises(HubUnreachable):
        courier.post(b"{}", "")
    courier.close()
