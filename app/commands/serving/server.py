"""uvicorn as this program needs it: a quiet start, an end that is no failure, and a listener it may not close."""

import asyncio
import signal
import socket
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager, suppress
from types import FrameType

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from app.log import log_failure

_LAST_ANSWERS_SECONDS = 2


class Server(uvicorn.Server):
    """uvicorn with a quiet start and an end by SIGTERM or SIGINT that is no failure."""

    def __init__(self, app: object, stays: Callable[[], bool]) -> None:
        self._stays, self.told = stays, False
        super().__init__(
            uvicorn.Config(
                app,  # pyright: ignore[reportArgumentType]
                loop="asyncio",
                http="h11",
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=_LAST_ANSWERS_SECONDS,
            )
        )

        self._ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready.set()

    def leave(self) -> None:
        """Take no new connection from this moment on: who comes now waits for the next process."""
        for server in self.servers:
            server.close()
        self.should_exit = True

    async def go_on(
        self, listener: socket.socket, waiting: list[socket.socket], begun: Callable[[], Awaitable[None]]
    ) -> None:
        """Serve until a signal or a lock; `begun` runs beside it from the moment that requests are answered.

        `waiting`: connections that were accepted while the program was loading.
        """
        ours = listener.dup()  # uvicorn closes what it gets; the next process needs ours
        ours.setblocking(False)
        serving = asyncio.create_task(self.serve(sockets=[ours]))
        ready = asyncio.create_task(self._ready.wait())
        await asyncio.wait({serving, ready}, return_when=asyncio.FIRST_COMPLETED)
        for connection in waiting:
            await self._take_in(connection)
        beside = asyncio.ensure_future(begun())
        try:
            await serving
        finally:
            ready.cancel()
            beside.cancel()
            for failure in await asyncio.gather(beside, return_exceptions=True):
                if isinstance(failure, Exception):
                    log_failure(failure)

    async def _take_in(self, connection: socket.socket) -> None:
        """A connection that came while the program was loading, with its request still unread."""
        state, loop = self.server_state, asyncio.get_running_loop()

        def protocol() -> asyncio.Protocol:
            return H11Protocol(config=self.config, server_state=state, app_state={}, _loop=loop)

        try:
            await loop.connect_accepted_socket(protocol, connection)
        except OSError:  # it has gone again
            connection.close()

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """As uvicorn's, but a signal ends the program with 0 instead of being raised again."""
        names = ("SIGINT", "SIGTERM", "SIGBREAK", "SIGHUP")
        found = [getattr(signal, name) for name in names if hasattr(signal, name)]
        before = {number: signal.signal(number, self._told) for number in found}
        try:
            yield
        finally:
            kept = {} if self._stays() else before  # what becomes the next process listens to the end
            for number, handler in kept.items():
                with suppress(TypeError, ValueError):
                    signal.signal(number, handler)

    def _told(self, number: int, frame: FrameType | None) -> None:
        if self.should_exit:
            self.force_exit = True
        self.should_exit = self.told = True
