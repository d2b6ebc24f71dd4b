"""The hub as one process: journal, day, stations, printer, pages, and a word to systemd that all is well."""

import logging
import os
import random
import secrets
import socket
import threading
from collections.abc import Callable
from typing import Any

from waitress import wasyncore
from waitress.server import create_server

from firmware.wire.notify import notify
from firmware.wire.pace import Pace

from . import collector, erasure, eventfile
from .clock import DayClock, HubClock
from .config import Config
from .day import Clock, Day
from .desk import Desk
from .doorscanner import DoorScanners
from .erasure import Erasure
from .errors import ConfigError, JournalUnavailable, RondeError
from .https import Https
from .notary import Notary
from .paper.printer import Printer
from .paper.spooler import PrinterState, Spooler
from .printroom import PrintRoom
from .saying import say, why
from .stations import Stations
from .store import backup
from .store.journal import Journal
from .voice import Voice
from .web.access import Access
from .web.acts import create_acts
from .web.app import create_app, end_streams
from .web.live import HELD_BYTES
from .web.mailbox import Mailbox
from .web.services import Services
from .worldtime import unknown, world_ms

THREADS = 128  # each page that watches the day takes one
CONNECTIONS = 1000
SLOW_CLIENT_S = 10
MOST_BODY_BYTES = 512 * 1024  # twice what any page takes, so that a page may still say what is wrong
GONE_CLIENT_MS = 15_000  # a phone that left the Wi-Fi gives its thread back
BEAT_S = 5.0
RESTS_S = 15.0  # how late somebody may hear that its rest is over

log = logging.getLogger("ronde")


class Hub:
    """Made from its settings, then `start`ed, and `stop`ped; `run` does both around a wait.

    Raises RondeError where the event file, the journal or a port cannot be used; nothing is left open then.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self._stopping = threading.Event()
        self._sockets = _sockets(config)
        self.port, self.door_port = self._sockets[0].getsockname()[1], self._sockets[-1].getsockname()[1]
        certificate = Notary(config.data / "tls")
        try:
            secure = _listening(config.address, config.https_port) if config.https_port else None
            if secure:
                self._sockets.append(secure)
                certificate.renew()
            self.day = self._open_day()
            self._control = _control(config)
        except RondeError:
            for listening in self._sockets:
                listening.close()
            raise
        self.stations = Stations(self.day)
        self._erasure = Erasure(self.day, erasure.remains(config), unknown if config.rehearsal else world_ms)
        self._spooler = self._make_spooler()
        scans = Mailbox()
        self._scanners = DoorScanners(config.scanner, scans.put, taken=[config.printer.path])
        secret_key = self.day.between(_web_key)
        speed = config.rehearsal.speed if config.rehearsal else 1.0
        services = Services(
            day=self.day,
            stations=self.stations,
            printer=self.printer_state,
            sheets=config.rehearsal.sheets if config.rehearsal else None,
            door_port=self.door_port,
            secret_key=secret_key,
            desk=Desk(self.day),
            access=Access(self.day, secret_key, speed),
            speed=speed,
            listens=(config.address, self.port),
            https_port=config.https_port,
            authority=certificate.authority if secure else b"",
            scans=scans,
            scanners=self._scanners,
            voice=Voice.found() if config.door.voice else None,
            erasure=self._erasure,
            open=config.rehearsal is not None,
        )
        self._app = create_app(services)
        self._https = self._make_https(secure, certificate) if secure else None
        self._acts = create_acts(services)
        self._threads = [
            threading.Thread(target=self._serve, name="web", daemon=True),
            threading.Thread(target=self._back_up_now_and_then, name="backup", daemon=True),
            threading.Thread(target=self._end_rests, name="rests", daemon=True),
            threading.Thread(target=self._erase_when_due, name="erasure", daemon=True),
        ]

    def start(self) -> None:
        if self._spooler:
            self._spooler.start()
        self._scanners.start()
        for thread in self._threads:
            thread.start()
        if self._https:
            self._https.start()
        collector.settle()

    def run(self, stop: threading.Event) -> bool:
        """Answer until `stop` is set, and tell the service manager that we live as long as we do.

        True where the hub is to begin anew: all that was kept is to be erased before.
        """
        self.start()
        notify("READY=1")
        anew = False
        try:
            while not (anew or stop.wait(BEAT_S)):
                if self._lives():
                    notify("WATCHDOG=1")
                anew = self._erasure.ordered.is_set()
        finally:
            if not anew:
                notify("STOPPING=1")
            self.stop()
        return anew

    def stop(self) -> None:
        self._stopping.set()
        self._scanners.stop()
        end_streams(self._app)
        if self._https:
            self._https.stop()
        for thread in self._threads:
            thread.join()
        if self._spooler:
            self._spooler.stop()
        self.day.close()

    def printer_state(self) -> PrinterState:
        return self._spooler.state if self._spooler else PrinterState("no_printer", 0)

    def _open_day(self) -> Day:
        rehearsal = self.config.rehearsal
        clock: Clock = HubClock()
        below: Callable[[int], int] = secrets.randbelow
        if rehearsal:
            pace = Pace(rehearsal.pace, rehearsal.speed) if rehearsal.pace else None
            clock = DayClock(rehearsal.day_ms, rehearsal.real_ms, rehearsal.speed, pace)
            if rehearsal.seed is not None:
                below = random.Random(rehearsal.seed).randrange
        event = eventfile.load(self.config.event)
        erasure.finish(erasure.remains(self.config))
        journal, mended = backup.open_or_restore(self.config.journal_path, self.config.backups_path)
        if mended:
            log.error("journal damaged: %s", mended)
        return Day(journal, event, clock, below)

    def _make_spooler(self) -> Spooler | None:
        settings = self.config.printer.settings
        if settings.kind == "none":
            return None
        room = PrintRoom(self.day, settings.width_mm, self.config.printer.paper)
        return Spooler(Printer(settings), room, room.compose, self.day.clock)

    def _make_https(self, listening: socket.socket, certificate: Notary) -> Https:
        self._sockets.remove(listening)
        return Https(
            self._app,
            listening,
            certificate,
            threads=THREADS,
            channel_timeout=SLOW_CLIENT_S,
            outbuf_high_watermark=HELD_BYTES,
            max_request_body_size=MOST_BODY_BYTES,
            log_socket_errors=False,
        )

    def _serve(self) -> None:
        channels: dict[int, Any] = {}
        common = {
            "map": channels,
            "ident": None,
            "clear_untrusted_proxy_headers": True,
            "max_request_body_size": MOST_BODY_BYTES,
            "log_socket_errors": False,  # a phone that goes is no fault, and the log is for faults
        }
        servers = [
            create_server(
                self._app,
                sockets=self._sockets,
                threads=THREADS,
                connection_limit=CONNECTIONS,
                channel_timeout=SLOW_CLIENT_S,
                outbuf_high_watermark=HELD_BYTES,
                **common,
            ),
            create_server(self._acts, sockets=[self._control], threads=2, **common),
        ]
        while not self._stopping.is_set():
            wasyncore.loop(timeout=0.5, use_poll=True, map=channels, count=1)
        for server in servers:
            server.task_dispatcher.shutdown()
        wasyncore.close_all(channels)
        self.config.control_path.unlink(missing_ok=True)

    def _back_up_now_and_then(self) -> None:
        """At the start too: from then on there is a copy of the keys that badges and stations depend on."""
        while True:
            try:
                self.day.back_up(self.config.backups_path)
            except JournalUnavailable as error:
                log.warning("%s", error)
            if self._stopping.wait(60 * self.config.backup_minutes):
                return

    def _end_rests(self) -> None:
        """Tell those who rest where to go next, once they have rested."""
        speed = self.config.rehearsal.speed if self.config.rehearsal else 1.0
        while not self._stopping.wait(RESTS_S / speed):
            try:
                self.day.end_rests()
            except (JournalUnavailable, TimeoutError) as error:
                log.warning("nobody could be told that a rest is over: %s", error)

    def _erase_when_due(self) -> None:
        while True:
            self._erasure.look()
            if self._stopping.wait(erasure.LOOK_S):
                return

    def _lives(self) -> bool:
        """Whether each part still does its work; the writer is asked, since a thread may live and be stuck."""
        try:
            self.day.between(lambda journal: None)
        except (RondeError, TimeoutError):
            return False
        threads = (*self._threads, *(self._https.threads if self._https else ()))
        spools = self._spooler is None or self._spooler.alive
        return all(thread.is_alive() for thread in threads) and spools and self._scanners.alive


def _web_key(journal: Journal) -> bytes:
    return journal.keep_secret("web", lambda: secrets.token_bytes(32))


def _sockets(config: Config) -> list[socket.socket]:
    """What to listen on: the network first, the door last; one and the same where the ports are the same."""
    wanted = [(config.address, config.port)]
    if config.door_port != config.port or config.port == 0:
        wanted.append(("127.0.0.1", config.door_port))
    sockets: list[socket.socket] = []
    for address, port in wanted:
        try:
            sockets.append(_listening(address, port))
        except ConfigError:
            for taken in sockets:
                taken.close()
            raise
    return sockets


def _listening(address: str, port: int) -> socket.socket:
    try:
        made = socket.create_server((address, port), backlog=CONNECTIONS)
    except OSError as error:
        raise ConfigError(say("error.port_taken", address=address, port=port, reason=why(error))) from error
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, GONE_CLIENT_MS)
    return made


def _control(config: Config) -> socket.socket:
    """The socket file by which this machine's organiser is heard. The journal is ours: what lies there is left over."""
    path = config.control_path
    path.unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listening.bind(str(path))
        listening.listen()
    except OSError as error:
        listening.close()
        raise ConfigError(say("error.control", path=path, reason=why(error))) from error
    finally:
        os.umask(before)
    return listening
