"""The ways to a printer: USB device file, serial line, TCP, plain file. Bytes and deadlines, nothing else.

Every wait has an end. `deadline_s` is always seconds from the call, measured on the monotonic clock.
"""

import errno
import fcntl
import os
import select
import socket
import struct
import sys
import termios
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, Protocol, Self

from kiosk.errors import ConfigError, PrinterStalled, PrinterUnreachable
from kiosk.saying import say

KINDS = ("none", "file", "usb", "serial", "tcp")
WIDTHS_MM = (80, 58)
FLOWS = ("none", "software", "hardware")
DOTS = {80: 576, 58: 384}
"""Printable dots across, by paper width in millimetres (203 dpi heads)."""

_CHUNK_BYTES = 4096
_PORT_STATUS = 0x060B  # LPGETSTATUS of the kernel's usblp: GET_PORT_STATUS of the USB printer class
_PORT_PAPER_OUT = 0x20
_QUEUE_POLL_S = 0.005


@dataclass(frozen=True, slots=True)
class PrinterSettings:
    """Which printer, and how to reach it.

    `path` is for file, usb and serial; `host` and `port` for tcp; `baud` and `flow` for serial. Prefer a
    numeric `host`: resolving a name has no deadline. Set `back_channel = False` for a printer that cannot
    answer (a one-way cable, a file): its tickets end as "sent", never as "confirmed".
    Raises ConfigError when the settings make no sense together.
    """

    kind: Literal["none", "file", "usb", "serial", "tcp"] = "none"
    path: str = ""
    host: str = ""
    port: int = 9100
    baud: int = 9600
    width_mm: Literal[80, 58] = 80
    back_channel: bool = True
    flow: Literal["none", "software", "hardware"] = "software"

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ConfigError(f"printer kind is {self.kind!r}; use one of {', '.join(KINDS)}")
        if self.width_mm not in WIDTHS_MM:
            raise ConfigError(f"printer width_mm is {self.width_mm!r}; paper is 80 or 58 mm wide")
        if self.kind in ("file", "usb", "serial") and not self.path:
            raise ConfigError(say("error.printer_path", kind=self.kind))
        if self.kind == "tcp" and not self.host:
            raise ConfigError(say("error.printer_host"))
        if not 0 < self.port < 65536:
            raise ConfigError(say("error.printer_port", port=self.port))
        if self.flow not in FLOWS:
            raise ConfigError(f"printer flow is {self.flow!r}; use one of {', '.join(FLOWS)}")
        if self.kind == "serial" and not hasattr(termios, f"B{self.baud}"):
            raise ConfigError(say("error.printer_baud", baud=self.baud))

    @property
    def answers(self) -> bool:
        """Whether this printer is expected to answer at all."""
        return self.back_channel and self.kind in ("usb", "serial", "tcp")

    @property
    def where(self) -> str:
        """Where the printer is, for messages."""
        return f"{self.host}:{self.port}" if self.kind == "tcp" else self.path or self.kind


class Transport(Protocol):
    """An open way to a printer. A context manager; `close` may be called twice."""

    def write(self, data: bytes, deadline_s: float) -> None:
        """Hand over all of `data`. Raises PrinterStalled or PrinterUnreachable, with `.written`."""

    def read(self, size: int, deadline_s: float) -> bytes:
        """Up to `size` bytes as soon as any are there; b"" when none came. Raises PrinterUnreachable."""

    def is_out_of_paper(self) -> bool:
        """Whether the way itself says so, past all that the printer holds and hears no more. Raises nothing."""

    def close(self) -> None:
        """Let go. After a failed write, bytes still on this side are thrown away, never sent later."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class DescriptorTransport:
    """A non-blocking file descriptor with deadlines: what all the ways share."""

    reads = True
    ends_at_zero = True  # reading nothing means that the other end has gone

    def __init__(self, descriptor: int, where: str) -> None:
        self._descriptor = descriptor
        self._where = where
        self._broken = False

    def write(self, data: bytes, deadline_s: float) -> None:
        end = time.monotonic() + deadline_s
        view = memoryview(data)
        written = 0
        while written < len(view):
            try:
                written += os.write(self._descriptor, view[written : written + _CHUNK_BYTES])
            except BlockingIOError:
                self._wait(select.POLLOUT, end)
            except OSError as error:
                self._broken = True
                raise PrinterUnreachable(f"printer {self._where} broke off: {error}", written) from error
            if written < len(view) and time.monotonic() >= end:
                self._stall(written, len(view), deadline_s)
        if not self._drained(end):
            self._stall(written, len(view), deadline_s)

    def read(self, size: int, deadline_s: float) -> bytes:
        if not self.reads:
            return b""
        end = time.monotonic() + deadline_s
        while True:
            try:
                data = os.read(self._descriptor, size)
            except BlockingIOError:
                data = b""
            except OSError as error:
                self._broken = True
                raise PrinterUnreachable(f"printer {self._where} broke off: {error}") from error
            else:
                if not data and self.ends_at_zero:
                    self._broken = True
                    raise PrinterUnreachable(f"printer {self._where} closed the connection")
            if data or time.monotonic() >= end:
                return data
            self._wait(select.POLLIN, end)

    def is_out_of_paper(self) -> bool:
        return False  # a line or a network says nothing beside its bytes

    def close(self) -> None:
        if self._descriptor >= 0:
            descriptor, self._descriptor = self._descriptor, -1
            self._release(descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _wait(self, event: int, end: float) -> None:
        poll = select.poll()
        poll.register(self._descriptor, event)
        poll.poll(max(0.0, end - time.monotonic()) * 1000)

    def _stall(self, written: int, size: int, deadline_s: float) -> None:
        self._broken = True
        message = f"printer {self._where} took {written} of {size} bytes in {deadline_s:g} s and then stopped"
        raise PrinterStalled(message, written)

    def _drained(self, end: float) -> bool:
        return True

    def _release(self, descriptor: int) -> None:
        os.close(descriptor)


class FileTransport(DescriptorTransport):
    """Appends to a plain file; nothing to read."""

    reads = False

    def __init__(self, path: str) -> None:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        super().__init__(_open_device(path, flags), path)


class UsbTransport(DescriptorTransport):
    """The kernel's USB printer device, such as /dev/usb/lp0."""

    ends_at_zero = False  # an empty USB packet is not the end

    def __init__(self, path: str) -> None:
        super().__init__(_open_device(path, os.O_RDWR), path)
        with suppress(PrinterUnreachable):
            while self.read(_CHUNK_BYTES, 0):  # answers that an earlier talk left behind
                pass

    def read(self, size: int, deadline_s: float) -> bytes:
        end = time.monotonic() + deadline_s
        while not (data := super().read(size, 0)) and (left := end - time.monotonic()) > 0:
            # An empty packet leaves the device readable: wait a little, whatever poll says.
            select.select([], [], [], min(left, _QUEUE_POLL_S))
        return data

    def is_out_of_paper(self) -> bool:
        try:
            answer = fcntl.ioctl(self._descriptor, _PORT_STATUS, bytes(4))
        except OSError:  # gone, or a device of another kind
            return False
        return bool(int.from_bytes(answer, sys.byteorder) & _PORT_PAPER_OUT)

    def _drained(self, end: float) -> bool:
        # The driver drops what is in flight when the device is closed; writable again means taken.
        poll = select.poll()
        poll.register(self._descriptor, select.POLLOUT)
        return bool(poll.poll(max(0.0, end - time.monotonic()) * 1000))


class SerialTransport(DescriptorTransport):
    """A serial line (or a pty): raw, 8 bits, no parity."""

    def __init__(self, path: str, baud: int, flow: str) -> None:
        super().__init__(_open_device(path, os.O_RDWR), path)
        try:
            self._configure(baud, flow)
        except termios.error as error:
            self.close()
            raise PrinterUnreachable(f"{path} is not a serial line: {error.args[-1]}") from error

    def _configure(self, baud: int, flow: str) -> None:
        speed = getattr(termios, f"B{baud}")
        control = termios.CS8 | termios.CLOCAL | termios.CREAD
        if flow == "hardware":
            control |= termios.CRTSCTS
        # Software flow is safe beside status bytes: none of them can equal XON or XOFF.
        incoming = termios.IGNBRK | (termios.IXON if flow == "software" else 0)
        characters = termios.tcgetattr(self._descriptor)[6]
        characters[termios.VMIN], characters[termios.VTIME] = 1, 0
        mode = [incoming, 0, control, 0, speed, speed, characters]
        termios.tcsetattr(self._descriptor, termios.TCSANOW, mode)
        termios.tcflush(self._descriptor, termios.TCIFLUSH)

    def _drained(self, end: float) -> bool:
        # tcdrain has no deadline, and bytes left in the kernel would make close() wait for 30 s.
        while self._queued_bytes():
            if (left := end - time.monotonic()) <= 0:
                return False
            select.select([], [], [], min(left, _QUEUE_POLL_S))
        return True

    def _queued_bytes(self) -> int:
        try:
            answer = fcntl.ioctl(self._descriptor, termios.TIOCOUTQ, b"\0\0\0\0")
        except OSError:
            return 0  # the next write or read says what happened
        return int.from_bytes(answer, sys.byteorder)

    def _release(self, descriptor: int) -> None:
        if self._broken:
            with suppress(termios.error):
                termios.tcflush(descriptor, termios.TCOFLUSH)
        os.close(descriptor)


class TcpTransport(DescriptorTransport):
    """A network printer, usually on port 9100."""

    def __init__(self, host: str, port: int, deadline_s: float) -> None:
        where = f"{host}:{port}"
        self._socket = _connect(host, port, where, deadline_s)
        super().__init__(self._socket.fileno(), where)

    def _release(self, descriptor: int) -> None:
        if self._broken:  # reset: a stalled ticket must not trickle out after we gave it up
            with suppress(OSError):
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()


def open_transport(settings: PrinterSettings, deadline_s: float = 2.0) -> Transport:
    """Open the way that `settings` names. Raises PrinterUnreachable, with what to look at."""
    match settings.kind:
        case "file":
            return FileTransport(settings.path)
        case "usb":
            return UsbTransport(settings.path)
        case "serial":
            return SerialTransport(settings.path, settings.baud, settings.flow)
        case "tcp":
            return TcpTransport(settings.host, settings.port, deadline_s)
        case _:
            raise PrinterUnreachable("no printer is configured (kind is 'none')")


def _open_device(path: str, flags: int) -> int:
    try:
        return os.open(Path(path), flags | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC, 0o640)
    except OSError as error:
        hint = {
            errno.ENOENT: "is the cable in and the printer on?",
            errno.EACCES: "the hub's user may not open it",
            errno.EBUSY: "another program holds it",
        }.get(error.errno or 0, "look at the cable and the path")
        raise PrinterUnreachable(f"cannot open printer {path}: {error.strerror}; {hint}") from error


def _connect(host: str, port: int, where: str, deadline_s: float) -> socket.socket:
    end = time.monotonic() + deadline_s
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise PrinterUnreachable(f"printer name {host!r} is not known: {error}") from error
    failure: OSError = TimeoutError("no answer")
    for family, kind, protocol, _name, address in addresses:
        connection = socket.socket(family, kind, protocol)
        try:
            connection.settimeout(max(0.001, end - time.monotonic()))
            connection.connect(address)
            connection.setblocking(False)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            connection.close()
            failure = error
        else:
            return connection
    raise PrinterUnreachable(
        f"cannot reach printer {where}: {failure}; is it on, on this network?"
    ) from failure
