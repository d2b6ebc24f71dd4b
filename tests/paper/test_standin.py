import io
import os
import random
import socket
import threading
import time
from pathlib import Path

import pytest
from PIL import Image

from kiosk.paper.commands import Tokenizer
from kiosk.paper.mechanism import Mechanism
from kiosk.paper.printer import Printer
from kiosk.paper.standin import StandinPrinter
from kiosk.paper.ticket import Line, QrCode, Raster, Strip

from ..qrcodes import qr_codes

TOKEN = "BCDFGHJKLNPRSTVX"


def send(standin, data):
    with socket.create_connection((standin.host, standin.port), timeout=60) as connection:
        connection.settimeout(60)
        connection.sendall(data)


def ask(standin, request, size=1):
    with socket.create_connection((standin.host, standin.port), timeout=60) as connection:
        connection.settimeout(60)
        connection.sendall(request)
        answer = b""
        while len(answer) < size:
            answer += connection.recv(size)
        return answer


def cut_from(mechanism):
    return [ticket.elements for ticket in mechanism.take_tickets()]


def test_a_ticket_is_read_as_it_will_look(standin, sheet):
    send(standin, sheet)
    (ticket,) = standin.wait_for_tickets(1, 5)
    title, name, qr, line, _feed = ticket.elements
    assert ticket.raw == sheet
    assert (title.text, title.align) == ("Ronde numérique", "center")
    assert (title.runs[0].style.width, title.runs[0].style.height, title.runs[0].style.bold) == (2, 2, True)
    assert (name.text, name.runs[0].style.width) == ("Renard 7", 1)
    assert qr == QrCode(TOKEN.encode(), 8, "M", "center")
    assert (line.text, line.align) == ("[ ] Casque VR — à l'étage   10 min", "left")
    assert ticket.qr_payloads == (TOKEN,)


def test_any_split_of_the_bytes_gives_the_same_ticket(sheet):
    whole = Mechanism()
    whole.receive(sheet, 0)
    expected = cut_from(whole)
    for cut in range(1, len(sheet)):
        split = Mechanism()
        split.receive(sheet[:cut], 0)
        split.receive(sheet[cut:], 0)
        assert cut_from(split) == expected


def test_bytes_that_come_together_do_what_they_do_one_by_one(sheet):
    """Whatever they are: also those that ask, in an image and out of it, and on a stopped printer."""
    chance = random.Random(16)
    parts = (
        b"\x10",
        b"\x04",
        b"\x01",
        b"\x10\x04\x02",
        b"\x1d",
        b"v0\x00",
        b"\x02\x00\x03\x00",
        b"\x1dr\x01",
        b"A",
    )
    for turn in range(300):
        data = b"".join(
            chance.choices([*parts, b"\x1dv0\x00\x04\x00\x20\x00", chance.randbytes(40), sheet], k=30)
        )
        found = []
        for size in (1, chance.randrange(2, 700)):
            mechanism = Mechanism(cover_open=turn % 3 == 0, paper_bytes=2000 if turn % 4 == 1 else None)
            for at in range(0, len(data), size):
                mechanism.receive(data[at : at + size], 0)
            found.append(
                (mechanism.take_answers(), mechanism.held_bytes, mechanism.paper, cut_from(mechanism))
            )
        assert found[0] == found[1]


def test_the_tokenizer_gives_back_every_byte_of_any_stream():
    stream = bytes(range(256)) * 3 + b"\x1dk\x49\x05{ABCD" + b"\x1bD\x08\x10\x00" + b"\x1b*\x21\x02\x00abcdef"
    for step in (1, 2, 3, 7, len(stream)):
        tokenizer = Tokenizer()
        chunks = (stream[at : at + step] for at in range(0, len(stream), step))
        taken = b"".join(command.raw for chunk in chunks for command in tokenizer.feed(chunk))
        assert stream.startswith(taken)
        assert taken.endswith(b"abcdef")


def test_bytes_of_an_image_are_never_taken_for_text_or_a_cut():
    image = b"\x1dv0\x00\x02\x00\x03\x00" + b"\x1dV\x00\x0aA\x1b"
    strip = Strip()
    commands = list(Tokenizer().feed(image + b"\x1dV\x00"))
    assert [strip.put(command) for command in commands] == [False, True]
    assert strip.tear_off(1).elements == (Raster(2, 3, b"\x1dV\x00\x0aA\x1b", "left"),)


@pytest.mark.parametrize(
    ("request_bytes", "answer"), [(b"\x10\x04\x01", 0x12), (b"\x10\x04\x04", 0x12), (b"\x1dr\x01", 0)]
)
def test_a_well_printer_answers(standin, request_bytes, answer):
    assert ask(standin, request_bytes) == bytes([answer])


def test_it_answers_at_once_even_when_stopped_but_in_turn_only_later(standin):
    standin.out_of_paper()
    with socket.create_connection((standin.host, standin.port), timeout=60) as connection:
        connection.settimeout(60)
        connection.sendall(b"words\n\x1dr\x01\x10\x04\x04")
        assert connection.recv(1) == b"\x7e"
        standin.refill()
        assert connection.recv(1) == b"\x00"


def test_it_answers_in_the_middle_of_an_image(standin):
    assert ask(standin, b"\x1dv0\x00\x02\x00\x03\x00ab\x10\x04\x01") == b"\x12"


@pytest.mark.parametrize(("stop", "go_on"), [("out_of_paper", "refill"), ("open_cover", "close_cover")])
def test_what_was_sent_to_a_stopped_printer_prints_once_when_it_goes_on(standin, sheet, stop, go_on):
    getattr(standin, stop)()
    send(standin, sheet)
    with pytest.raises(TimeoutError):
        standin.wait_for_tickets(1, 0.1)
    getattr(standin, go_on)()
    (ticket,) = standin.wait_for_tickets(1, 5)
    assert ticket.raw == sheet


def test_the_roll_can_end_in_the_middle_of_a_ticket(standin, sheet):
    standin.out_of_paper(after_bytes=50)
    send(standin, sheet)
    with pytest.raises(TimeoutError):
        standin.wait_for_tickets(1, 0.1)
    assert standin.condition == "paper_out"
    standin.refill()
    assert standin.wait_for_tickets(1, 5)[0].text.startswith("Ronde numérique")


def test_a_stopped_printer_with_a_full_buffer_stops_reading_and_loses_nothing(sheet):
    with StandinPrinter(port=None, pty=True, buffer_bytes=300) as standin:
        standin.out_of_paper()
        descriptor = os.open(standin.device_path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
        try:
            sent = 0
            with pytest.raises(BlockingIOError):
                while True:
                    sent += os.write(descriptor, b"words\n")
            standin.refill()
            os.set_blocking(descriptor, True)
            os.write(descriptor, b"words\n"[sent % 6 :] + b"\x1dV\x00")
        finally:
            os.close(descriptor)
        (ticket,) = standin.wait_for_tickets(1, 5)
        assert set(ticket.text.split("\n")) == {"words"}
        assert len(ticket.raw) >= sent


def test_unplugged_it_refuses_and_plugged_in_again_it_is_at_the_same_place(standin, sheet):
    before = standin.settings, standin.serial_settings
    standin.unplug()
    assert standin.condition == "unplugged"
    with pytest.raises(ConnectionRefusedError):
        send(standin, sheet)
    assert not Path(standin.device_path).is_symlink()
    standin.restore()
    assert (standin.settings, standin.serial_settings) == before
    for settings in before:
        assert Printer(settings).print(sheet).state == "confirmed"


def test_without_power_the_buffer_is_lost_but_not_what_hangs_out_of_the_slot(standin, sheet):
    standin.out_of_paper(after_bytes=sheet.index(b"Renard"))
    assert ask(standin, sheet + b"\x10\x04\x01") == b"\x1a"
    standin.unplug()
    standin.restore()
    send(standin, b"after\n\x1dV\x00")
    (ticket,) = standin.wait_for_tickets(1, 5)
    assert [line.text for line in ticket.elements if isinstance(line, Line)] == ["Ronde numérique", "after"]
    assert standin.count == 1


def test_it_can_lose_power_at_any_byte(sheet):
    for print_bytes in range(1, len(sheet)):
        mechanism = Mechanism(power_bytes=print_bytes)
        mechanism.receive(b"\x10\x04\x01", 0)
        mechanism.receive(sheet, 0)
        assert not mechanism.powered
        assert mechanism.take_tickets() == []
    mechanism = Mechanism(power_bytes=len(sheet) + 1)
    mechanism.receive(sheet, 0)
    assert mechanism.powered and len(mechanism.take_tickets()) == 1


def test_hung_it_accepts_and_says_nothing_and_reads_on_when_it_recovers(standin, sheet):
    standin.hang()
    with socket.create_connection((standin.host, standin.port), timeout=60) as connection:
        connection.settimeout(0.1)
        connection.sendall(b"\x10\x04\x01" + sheet)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        standin.restore()
        connection.settimeout(60)
        assert connection.recv(1) == b"\x12"
    standin.wait_for_tickets(1, 5)


def test_a_second_connection_waits_for_the_first(standin):
    with socket.create_connection((standin.host, standin.port), timeout=60) as first:
        first.settimeout(60)
        first.sendall(b"\x10\x04\x01")
        assert first.recv(1) == b"\x12"
        with socket.create_connection((standin.host, standin.port), timeout=60) as second:
            second.settimeout(0.1)
            second.sendall(b"\x10\x04\x01")
            with pytest.raises(TimeoutError):
                second.recv(1)
            first.close()
            second.settimeout(60)
            assert second.recv(1) == b"\x12"


def test_the_last_tickets_are_kept_and_each_is_told(sheet):
    told = []
    with StandinPrinter(keep=2, on_ticket=told.append) as standin:
        send(standin, sheet * 3)
        kept = standin.wait_for_tickets(3, 5)
        assert [ticket.number for ticket in kept] == [2, 3]
        assert standin.count == 3
    assert [ticket.number for ticket in told] == [1, 2, 3]


def test_it_can_be_as_slow_as_a_serial_line(sheet):
    with StandinPrinter(bytes_per_s=2000) as standin:
        began = time.monotonic()
        assert Printer(standin.settings).print(sheet * 4).state == "confirmed"
        assert time.monotonic() - began > len(sheet * 4) / 2000 - 0.3


def test_a_taken_port_is_told(standin):
    with pytest.raises(OSError, match="in use"):
        StandinPrinter(port=standin.port)


def test_closing_leaves_nothing_behind(sheet):
    def in_use():
        return threading.active_count(), sum(1 for _ in Path("/proc/self/fd").iterdir())

    before = in_use()
    with StandinPrinter(pty=True) as standin:
        send(standin, sheet)
        standin.wait_for_tickets(1, 5)
        standin.close()
    assert in_use() == before
    assert not Path(standin.device_path).parent.exists()


@pytest.mark.parametrize(("width_mm", "dots"), [(80, 576), (58, 384)])
def test_the_picture_of_a_ticket_has_its_qr_code(sheet, width_mm, dots):
    with StandinPrinter(width_mm=width_mm) as standin:
        send(standin, sheet)
        (ticket,) = standin.wait_for_tickets(1, 5)
        with Image.open(io.BytesIO(standin.picture_png(ticket))) as picture:
            assert picture.width == dots + 48
            (code,) = qr_codes(picture)
    assert code.text == TOKEN


def test_the_picture_of_an_image_is_the_image(standin):
    rows = b"\xf0\x00" * 8 + b"\x00\x0f" * 8
    send(standin, b"\x1ba\x02\x1dv0\x03\x02\x00\x10\x00" + rows + b"\x1dV\x00")
    (ticket,) = standin.wait_for_tickets(1, 5)
    with Image.open(io.BytesIO(standin.picture_png(ticket))) as picture:
        right = 24 + 576
        assert picture.getpixel((right - 32, 24)) == 0
        assert picture.getpixel((right - 1, 24)) == 255
        assert picture.getpixel((right - 1, 24 + 31)) == 0


def test_a_line_longer_than_the_paper_goes_on_below(standin):
    heights = []
    for count in (48, 49):
        send(standin, b"x" * count + b"\n\x1dV\x00")
        ticket = standin.wait_for_tickets(len(heights) + 1, 5)[-1]
        with Image.open(io.BytesIO(standin.picture_png(ticket))) as picture:
            heights.append(picture.height)
    assert heights[1] - heights[0] == 30


@pytest.mark.parametrize(
    ("mode", "column", "dots"),
    [
        (0, b"\xf0", (2, 12)),
        (1, b"\xf0", (1, 12)),
        (32, b"\xff\xf0\0", (2, 12)),
        (33, b"\xff\xf0\0", (1, 12)),
    ],
)
def test_a_picture_within_a_line_is_drawn_among_the_words(standin, mode, column, dots):
    picture_bytes = b"\x1b*" + bytes([mode, 10, 0]) + column * 10
    send(standin, b"\x1b3\x18" + picture_bytes + b" ok\n\x1dV\x00")
    (ticket,) = standin.wait_for_tickets(1, 5)
    assert ticket.text == " ok"
    with Image.open(io.BytesIO(standin.picture_png(ticket))) as picture:
        width, height = 10 * dots[0], dots[1]
        drawn = picture.crop((24, 24, 24 + width + 12, 24 + 24)).point(lambda shade: 255 - shade)
        assert drawn.getbbox() == (0, 0, width, height)
