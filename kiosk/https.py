"""The hub over HTTPS, for phones: a way in for TLS, and behind it a server of its own for the same pages.

The way in is asyncio's: a socket that dawdles over its handshake, or says nothing, costs no thread, and none of the
connections that the plain server counts. It hands the bytes to a waitress on the loopback address, which is told by the
port they come from whose they are; no header has a say in it.
"""

import asyncio
import contextlib
import logging
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterable, MutableMapping
from pathlib import Path
from typing import Any, Protocol

from waitress import wasyncore
from waitress.server import create_server

from .errors import ConfigError

MOST = 500  # connections at once
MOST_OF_ONE = 64  # of them from one address
HANDSHAKE_S = 10.0
ENDING_S = 5.0
RENEWAL_S = 60.0  # between two looks at this machine's addresses
CHUNK = 64 * 1024
UNKNOWN = "unknown"

_POLL_S = 0.25

log = logging.getLogger("ronde")

Environ = MutableMapping[str, Any]
App = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Certificate(Protocol):
    @property
    def files(self) -> tuple[Path, Path]: ...

    def renew(self) -> bool: ...


class Https:
    """`start`ed and `stop`ped. `listening`: a bound socket. `certificate`: one that was renewed.

    `options`: of waitress, beside those that are set here.
    """

    def __init__(self, app: App, listening: socket.socket, certificate: Certificate, **options: Any) -> None:
        self._certificate = certificate
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._load()
        self._listening = listening
        self._listening.setblocking(False)
        self._peers: dict[int, str] = {}  # who is behind a port of the loopback address
        self._stopping = threading.Event()
        self._inner = socket.create_server(("127.0.0.1", 0), backlog=MOST)
        self._channels: dict[int, Any] = {}
        self._server = create_server(
            _named(app, self._peers),
            map=self._channels,
            sockets=[self._inner],
            url_scheme="https",
            ident=None,
            clear_untrusted_proxy_headers=True,
            connection_limit=2 * MOST,
            **options,
        )
        self.threads = [
            threading.Thread(target=self._answer, name="https", daemon=True),
            threading.Thread(target=lambda: asyncio.run(self._relay()), name="tls", daemon=True),
        ]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        for thread in self.threads:
            if thread.ident is not None:
                thread.join()
        self._server.task_dispatcher.shutdown()
        wasyncore.close_all(self._channels)
        self._listening.close()

    def _answer(self) -> None:
        while not self._stopping.is_set():
            wasyncore.loop(timeout=_POLL_S, use_poll=True, map=self._channels, count=1)

    def _load(self) -> None:
        self._context.load_cert_chain(*self._certificate.files)

    async def _relay(self) -> None:
        async with asyncio.TaskGroup() as group:
            chores = [group.create_task(self._accept(group)), group.create_task(self._renew())]
            while not self._stopping.is_set() and not any(chore.done() for chore in chores):
                await asyncio.sleep(_POLL_S)
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()

    async def _accept(self, group: asyncio.TaskGroup) -> None:
        """Let in whoever comes; of one address only so many, so that nobody keeps all others out."""
        loop = asyncio.get_running_loop()
        places = asyncio.Semaphore(MOST)
        inside: Counter[str] = Counter()

        def gone(peer: str) -> None:
            inside[peer] -= 1
            places.release()

        while True:
            await places.acquire()
            try:
                connection, (peer, *_) = await loop.sock_accept(self._listening)
            except OSError as error:  # too many open files, or gone before it was taken
                log.warning("a phone could not be let in: %s", error)
                places.release()
                await asyncio.sleep(_POLL_S)
                continue
            if inside[peer] >= MOST_OF_ONE:
                connection.close()
                places.release()
                continue
            inside[peer] += 1
            guest = group.create_task(self._guide(connection, peer))
            guest.add_done_callback(lambda _, peer=peer: gone(peer))

    async def _guide(self, connection: socket.socket, peer: str) -> None:
        """Take one connection through, until either side ends it."""
        loop = asyncio.get_running_loop()
        outside = asyncio.StreamReader(limit=CHUNK)
        try:
            protocol = asyncio.StreamReaderProtocol(outside)
            transport, _ = await loop.connect_accepted_socket(
                lambda: protocol, connection, ssl=self._context, ssl_handshake_timeout=HANDSHAKE_S
            )
        except (OSError, TimeoutError):  # no TLS, or a phone that does not trust us yet
            connection.close()
            return
        writer = asyncio.StreamWriter(transport, protocol, outside, loop)
        try:
            inside, inner = await asyncio.open_connection("127.0.0.1", self._inner.getsockname()[1])
        except OSError:
            transport.abort()
            return
        port = inner.get_extra_info("sockname")[1]
        self._peers[port] = peer
        ways = [
            asyncio.ensure_future(_pass_on(outside, inner)),
            asyncio.ensure_future(_pass_on(inside, writer)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            if not ways[1].done():  # what was asked last may still be answered, if not for long
                await asyncio.wait(ways[1:], timeout=ENDING_S)
            await asyncio.gather(_close(writer), _close(inner))
        finally:
            for way in ways:
                way.cancel()
            for end in (writer, inner):
                end.transport.abort()
            del self._peers[port]

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(RENEWAL_S)
            try:
                if await asyncio.to_thread(self._certificate.renew):
                    self._load()
            except ConfigError as error:
                log.warning("%s", error)


async def _close(end: asyncio.StreamWriter) -> None:
    """Once all is sent, where somebody takes it."""
    end.close()
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(ENDING_S):
            await end.wait_closed()


async def _pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await source.read(CHUNK):
            target.write(data)
            await target.drain()
        if target.can_write_eof():
            target.write_eof()


def _named(app: App, peers: dict[int, str]) -> App:
    """The same pages, told who asks."""

    def answer(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        port = environ.get("REMOTE_PORT", "")
        environ["REMOTE_ADDR"] = environ["REMOTE_HOST"] = peers.get(int(port) if port else 0, UNKNOWN)
        return app(environ, start_response)

    return answer
