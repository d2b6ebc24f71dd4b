import os
import socket
import time

import pytest

from kiosk.errors import ConfigError, PrinterError, PrinterStalled, PrinterUnreachable, RondeError
from kiosk.paper.transport import PrinterSettings, open_transport


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"kind": "parallel"}, "kind"),
        ({"kind": "usb"}, "path"),
        ({"kind": "tcp"}, "host"),
        ({"kind": "tcp", "host": "127.0.0.1", "port": 0}, "port"),
        ({"kind": "serial", "path": "/dev/ttyUSB0", "baud": 9601}, "baud"),
        ({"width_mm": 76}, "width_mm"),
        ({"flow": "dtr"}, "flow"),
    ],
)
def test_settings_that_make_no_sense_name_the_key(given, key):
    with pytest.raises(ConfigError, match=key):
        PrinterSettings(**given)


def test_every_error_is_also_a_builtin_and_carries_what_had_left():
    assert issubclass(PrinterUnreachable, (PrinterError, ConnectionError))
    assert issubclass(PrinterStalled, TimeoutError) and issubclass(PrinterStalled, RondeError)
    error = PrinterStalled("stuck", 7)
    assert (str(error), error.written) == ("stuck", 7)


def test_a_file_is_appended_to_and_never_answers(tmp_path):
    path = tmp_path / "out.bin"
    path.write_bytes(b"a")
    with open_transport(PrinterSettings("file", path=str(path))) as transport:
        transport.write(b"b", 1)
        assert transport.read(1, 0.5) == b""
    assert path.read_bytes() == b"ab"


def test_a_full_disk_is_an_error_with_the_bytes_that_fit():
    full = PrinterSettings("file", path="/dev/full")
    with open_transport(full) as transport, pytest.raises(PrinterUnreachable) as caught:
        transport.write(b"ticket", 1)
    assert caught.value.written == 0


def test_a_device_that_is_not_a_serial_line_says_so(tmp_path):
    (tmp_path / "tty").write_bytes(b"")
    with pytest.raises(PrinterUnreachable, match="not a serial line"):
        open_transport(PrinterSettings("serial", path=str(tmp_path / "tty")))


@pytest.mark.alone
def test_reading_and_writing_end_at_their_deadlines():
    master, slave = os.openpty()
    try:
        with open_transport(PrinterSettings("serial", path=os.ttyname(slave))) as transport:
            began = time.monotonic()
            assert transport.read(1, 0.1) == b""
            with pytest.raises(PrinterStalled) as caught:
                transport.write(bytes(200_000), 0.1)
            assert 0 < caught.value.written < 200_000
            assert time.monotonic() - began < 1.5
            transport.close()
            transport.close()
    finally:
        os.close(master)
        os.close(slave)


@pytest.mark.alone
def test_an_address_that_does_not_answer_is_given_up_at_the_deadline():
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        try:
            for one in waiting:  # the backlog is full: a further connection gets no answer
                one.setblocking(False)
                one.connect_ex(("127.0.0.1", port))
            began = time.monotonic()
            with pytest.raises(PrinterUnreachable):
                open_transport(PrinterSettings("tcp", host="127.0.0.1", port=port), 0.2)
            assert time.monotonic() - began < 1.5
        finally:
            for one in waiting:
                one.close()


def test_bytes_given_up_never_trickle_out_later():
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings = PrinterSettings("tcp", host="127.0.0.1", port=server.getsockname()[1])
        with open_transport(settings) as transport:
            printer = server.accept()[0]
            with pytest.raises(PrinterStalled) as caught:
                transport.write(bytes(16_000_000), 0.2)
        with printer:
            arrived = 0
            with pytest.raises(ConnectionResetError):
                while data := printer.recv(1 << 20):
                    arrived += len(data)
        assert arrived < caught.value.written


def test_a_usb_device_is_written_and_read():
    # No USB printer in a test: a terminal stands in for the device file, with the same calls.
    master, slave = os.openpty()
    try:
        with open_transport(PrinterSettings("usb", path=os.ttyname(slave))) as transport:
            transport.write(b"ticket", 1)
            assert os.read(master, 10) == b"ticket"
            assert transport.read(1, 0.05) == b""
    finally:
        os.close(master)
        os.close(slave)
