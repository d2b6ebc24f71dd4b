"""The network between the stations and the hub, of which single cables can be cut: TCP relays on loopback."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine, Iterable

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[None, None, None]]

_CHUNK = 65536


class Relay:
    """One port of loopback for each name, each leading to `port`. `cut` and `join` take effect before they return."""

    def __init__(self, names: Iterable[str], port: int) -> None:
        self._target = port
        self._loop = asyncio.new_event_loop()
        self._cut: set[str] = set()
        self._open: dict[str, set[asyncio.StreamWriter]] = {name: set() for name in names}
        self._tasks: set[asyncio.Task[None]] = set()
        self._servers: list[asyncio.Server] = []
        self.ports: dict[str, int] = {}
        self._thread = threading.Thread(target=self._loop.run_forever, name="relay", daemon=True)
        self._thread.start()
        self._call(self._listen())

    def cut(self, name: str) -> None:
        """Break the connections of this name, and every one that is tried from now on."""
        self._call(self._sever(name))

    def join(self, name: str) -> None:
        self._call(self._mend(name))

    def is_cut(self, name: str) -> bool:
        return name in self._cut

    def close(self) -> None:
        """May be called twice."""
        if self._loop.is_closed():
            return
        self._call(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _call(self, work: Coroutine[None, None, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _listen(self) -> None:
        for name in self._open:
            server = await asyncio.start_server(self._serve(name), "127.0.0.1", 0)
            self._servers.append(server)
            self.ports[name] = server.sockets[0].getsockname()[1]

    async def _sever(self, name: str) -> None:
        self._cut.add(name)
        for writer in self._open[name]:
            writer.transport.abort()

    async def _mend(self, name: str) -> None:
        self._cut.discard(name)

    async def _end(self) -> None:
        for server in self._servers:
            server.close()
        for writers in self._open.values():
            for writer in writers:
                writer.transport.abort()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _serve(self, name: str) -> Serve:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            self._tasks.add(task)
            try:
                await self._carry(name, reader, writer)
            except asyncio.CancelledError:
                pass  # the relay is closing; the streams' own callback would complain
            finally:
                self._tasks.discard(task)

        return serve

    async def _carry(self, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer):
            if name in self._cut:
                writer.transport.abort()
                return
            try:
                hub_reader, hub_writer = await asyncio.open_connection("127.0.0.1", self._target)
            except OSError:
                writer.transport.abort()
                return
            with contextlib.closing(hub_writer):
                both = {writer, hub_writer}
                self._open[name] |= both
                try:
                    await asyncio.gather(_pour(reader, hub_writer), _pour(hub_reader, writer))
                finally:
                    self._open[name] -= both


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()
    writer.transport.abort()
