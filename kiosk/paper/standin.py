"""A printer that is not there: it takes ESC/POS on TCP or a pty, answers, prints to memory, and fails when told.

Chosen by configuration only; a hub with a real printer never meets it. How it prints and answers is in
`mechanism`; here are its plugs. As network printers do, it serves one connection at a time: a second one
waits until the first has gone.
"""

import os
import select
import socket
import tempfile
import threading
import tty
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from kiosk.paper.mechanism import Answer, Mechanism
from kiosk.paper.ticket import Ticket
from kiosk.paper.transport import PrinterSettings

_READ_BYTES = 512
_PTY = -1


class StandinPrinter:
    """A stand-in printer, running from construction to `close`. All methods may be called from any thread.

    `port` 0 picks a free one; None serves no TCP. `pty` serves a serial line at `device_path`, a link that
    stays the same when the printer is unplugged and comes back. Stopped, it holds up to `buffer_bytes` and
    then reads no more. `bytes_per_s` paces it: 11,520 feels like 115,200 baud. `on_ticket` is called on the
    printer's own thread after each cut and must not raise.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int | None = 0,
        pty: bool = False,
        width_mm: Literal[80, 58] = 80,
        keep: int = 20,
        buffer_bytes: int = 4096,
        bytes_per_s: float | None = None,
        on_ticket: Callable[[Ticket], None] | None = None,
    ) -> None:
        self.host = host
        self.port = port or 0
        self.width_mm = width_mm
        self.device_path = ""
        self._serves_tcp = port is not None
        self._buffer_bytes = buffer_bytes
        self._bytes_per_s = bytes_per_s
        self._on_ticket = on_ticket
        self._state = threading.Condition()
        self._mechanism = Mechanism()
        self._tickets: deque[Ticket] = deque(maxlen=keep)
        self._hung = False
        self._closing = False
        self._client: socket.socket | None = None
        self._client_number = 0
        self._listener: socket.socket | None = None
        self._reserved: socket.socket | None = None
        self._master = self._slave = -1
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        if pty:
            self._folder = tempfile.TemporaryDirectory(prefix="ronde-printer-")
            self.device_path = str(Path(self._folder.name) / "printer")
        self._wake_read, self._wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            self._plug_in()
        except OSError:
            self._let_go()
            raise
        self._thread = threading.Thread(target=self._serve, name="standin-printer")
        self._thread.start()

    # What it has done

    @property
    def settings(self) -> PrinterSettings:
        """How a hub reaches this printer: by TCP when that is served, else by the pty."""
        if self._serves_tcp:
            return PrinterSettings("tcp", host=self.host, port=self.port, width_mm=self.width_mm)
        return self.serial_settings

    @property
    def serial_settings(self) -> PrinterSettings:
        """How a hub reaches this printer by the pty."""
        return PrinterSettings("serial", path=self.device_path, width_mm=self.width_mm)

    @property
    def tickets(self) -> tuple[Ticket, ...]:
        """The last tickets, oldest first."""
        with self._state:
            return tuple(self._tickets)

    @property
    def count(self) -> int:
        """How many tickets have been cut in all."""
        with self._state:
            return self._mechanism.cut_count

    @property
    def condition(self) -> str:
        """What a person in front of it sees: ok, low, paper_out, cover_open, unplugged or hung."""
        with self._state:
            if not self._mechanism.powered:
                return "unplugged"
            if self._hung:
                return "hung"
            if self._mechanism.cover_open:
                return "cover_open"
            return "paper_out" if self._mechanism.paper == "out" else self._mechanism.paper

    def wait_for_tickets(self, count: int, timeout_s: float) -> tuple[Ticket, ...]:
        """The last tickets, once `count` have been cut in all. Raises TimeoutError when they are not."""
        with self._state:
            if not self._state.wait_for(lambda: self._mechanism.cut_count >= count, timeout_s):
                cut = self._mechanism.cut_count
                raise TimeoutError(f"the stand-in printer cut {cut} of {count} tickets in {timeout_s:g} s")
            return tuple(self._tickets)

    def picture_png(self, ticket: Ticket) -> bytes:
        """A ticket as a PNG file, as it would look on this printer's paper."""
        from kiosk.paper import raster  # drawing loads much that printing does not need

        return raster.png(ticket, self.width_mm)

    # What may happen to it

    def out_of_paper(self, after_bytes: int = 0) -> None:
        """The roll ends: now, or once `after_bytes` more bytes have been printed."""
        with self._change():
            if after_bytes:
                self._mechanism.paper_bytes = after_bytes
            else:
                self._mechanism.paper, self._mechanism.paper_bytes = "out", None

    def low_paper(self) -> None:
        """The roll nears its end; it still prints."""
        with self._change():
            self._mechanism.paper = "low"

    def refill(self) -> None:
        """A new roll; what was held is printed."""
        with self._change():
            self._mechanism.paper, self._mechanism.paper_bytes = "ok", None

    def open_cover(self) -> None:
        """Printing stops until the cover is closed."""
        with self._change():
            self._mechanism.cover_open = True

    def close_cover(self) -> None:
        """Printing goes on."""
        with self._change():
            self._mechanism.cover_open = False

    def unplug(self) -> None:
        """No power: connections break, new ones are refused, the buffer is lost."""
        with self._change():
            self._mechanism.lose_power()
            self._pull_out()

    def stop_after(self, print_bytes: int) -> None:
        """As `unplug`, once `print_bytes` more bytes have arrived (requests for real-time status aside)."""
        if not print_bytes:
            self.unplug()
            return
        with self._change():
            self._mechanism.power_bytes = print_bytes

    def hang(self) -> None:
        """It still accepts connections, but reads nothing and answers nothing."""
        with self._change():
            self._hung = True

    def restore(self) -> None:
        """All is well again: power, paper, cover. After `hang`, it reads on where it stopped."""
        with self._change():
            if not self._mechanism.powered:
                self._plug_in()
            mechanism = self._mechanism
            mechanism.powered, mechanism.power_bytes = True, None
            mechanism.paper, mechanism.paper_bytes = "ok", None
            mechanism.cover_open = self._hung = False

    def close(self) -> None:
        """Stop and close everything. May be called twice, but not from `on_ticket`."""
        with self._state:
            if self._closing:
                return
            self._closing = True
            self._state.notify_all()
            self._wake()
        self._thread.join()
        self._let_go()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # Its plugs. One thread serves them; all state is touched under the condition's lock.

    @contextmanager
    def _change(self) -> Iterator[None]:
        with self._state:
            yield
            self._wake()

    def _wake(self) -> None:
        with suppress(BlockingIOError):
            os.write(self._wake_write, b"w")

    def _plug_in(self) -> None:
        if self._serves_tcp:
            if not self._reserved:
                self._reserved = self._reserve()
                self.port = self._reserved.getsockname()[1]
            self._listener = socket.create_server((self.host, self.port), backlog=16)
            self._listener.setblocking(False)
        if self._folder:
            self._master, self._slave = os.openpty()  # the slave stays open: no hang-up between two clients
            tty.setraw(self._slave)
            os.set_blocking(self._master, False)
            Path(self.device_path).symlink_to(os.ttyname(self._slave))

    def _reserve(self) -> socket.socket:
        """Bound, never listening: while the printer is unplugged nobody else is given its port."""
        reserved = socket.socket()
        try:
            reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            reserved.bind((self.host, self.port))
        except OSError:
            reserved.close()
            raise
        return reserved

    def _pull_out(self) -> None:
        self._drop_client()
        if self._listener:
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)  # at once, though the thread still waits on it
            self._listener.close()
            self._listener = None
        if self._master >= 0:
            os.close(self._slave)
            os.close(self._master)
            self._master = self._slave = -1
            Path(self.device_path).unlink(missing_ok=True)

    def _let_go(self) -> None:
        self._pull_out()
        if self._reserved:
            self._reserved.close()
        os.close(self._wake_read)
        os.close(self._wake_write)
        if self._folder:
            self._folder.cleanup()

    def _drop_client(self) -> None:
        if self._client:
            self._client.close()
            self._client = None
            self._client_number += 1  # answers still owed to it go nowhere

    def _serve(self) -> None:
        while True:
            with self._state:
                if self._closing:
                    return
                awaited = self._awaited()
            try:
                ready = select.select(awaited, [], [])[0]
            except OSError:  # a descriptor was closed meanwhile: look again
                continue
            with self._state:
                received = self._read(ready)
                self._mechanism.run()
                self._deliver(self._mechanism.take_answers())
                if not self._mechanism.powered:
                    self._pull_out()
                tickets = self._mechanism.take_tickets()
                self._tickets.extend(tickets)
                self._state.notify_all()
                if received and self._bytes_per_s:
                    self._state.wait_for(lambda: self._closing, received / self._bytes_per_s)
            if self._on_ticket:
                for ticket in tickets:
                    self._on_ticket(ticket)

    def _awaited(self) -> list[int]:
        awaited = [self._wake_read]
        full = self._mechanism.stopped and self._mechanism.held_bytes >= self._buffer_bytes
        if self._mechanism.powered and not self._hung:
            if self._listener and not self._client:
                awaited.append(self._listener.fileno())
            if self._client and not full:
                awaited.append(self._client.fileno())
            if self._master >= 0 and not full:
                awaited.append(self._master)
        return awaited

    def _read(self, ready: list[int]) -> int:
        """Accept or read what is there. Returns the bytes that came in."""
        if self._wake_read in ready:
            with suppress(BlockingIOError):
                os.read(self._wake_read, 4096)
        if not self._mechanism.powered or self._hung:
            return 0
        received = 0
        if self._client and self._client.fileno() in ready:
            received += self._read_client(self._client)
        elif self._listener and not self._client and self._listener.fileno() in ready:
            with suppress(BlockingIOError, ConnectionError):
                self._client = self._listener.accept()[0]
                self._client.setblocking(False)
        if self._master >= 0 and self._master in ready:
            with suppress(OSError):
                data = os.read(self._master, _READ_BYTES)
                self._mechanism.receive(data, _PTY)
                received += len(data)
        return received

    def _read_client(self, client: socket.socket) -> int:
        try:
            data = client.recv(_READ_BYTES)
        except BlockingIOError:
            return 0
        except ConnectionError:
            data = b""
        if data:
            self._mechanism.receive(data, self._client_number)
        else:
            self._drop_client()
        return len(data)

    def _deliver(self, answers: list[Answer]) -> None:
        for answer in answers:
            with suppress(BlockingIOError, ConnectionError):  # nobody reads them
                if answer.source == _PTY and self._master >= 0:
                    os.write(self._master, bytes([answer.byte]))
                elif self._client and answer.source == self._client_number:
                    self._client.send(bytes([answer.byte]))
