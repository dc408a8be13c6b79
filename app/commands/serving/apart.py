"""Serving the houses beside the person's program (studio, test bench): same listener, same layer, no desk, no vault."""

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from app.commands.saying import CommandError, say
from app.commands.serving.browser import Redirect, has_display, open_browser, remove_leftovers
from app.commands.serving.listener import listen
from app.hardening import harden
from app.log import Event, log_event, quiet_libraries
from app.vault.errors import VaultError
from app.vault.files import make_folder
from app.web.security.egress import Egress
from app.web.security.launch import LAUNCH
from app.web.security.sessions import Sessions

Make = Callable[[int, Sessions], ASGIApp]
"""Wires the house for a port; called in the event loop that will serve it."""


def confine(*, other_servers: bool = False) -> None:
    """Before anything of anyone is in memory: quiet, no dumps, no way out.

    `other_servers`: a server was named to be asked; which ones may be is then the responder's to keep.
    """
    quiet_libraries()
    if not other_servers:
        Egress(lambda: log_event(Event.OUTBOUND_REFUSED)).install()
    harden()


def serve_apart(folder: Path, port: int, *, no_browser: bool, make: Make, ready: str = "studio_ready") -> int:
    """Serve on 127.0.0.1 until SIGTERM or Ctrl-C, then 0; `ready`: what is said then. Raises `CommandError`."""
    try:
        make_folder(folder)
    except VaultError:
        raise CommandError("data_dir") from None
    remove_leftovers(folder)
    try:
        listener = listen(port)
    except (OSError, OverflowError):
        raise CommandError("port_in_use", port=port) from None
    with listener:
        sessions = Sessions()
        found: int = listener.getsockname()[1]

        async def run() -> None:
            server = _Server(make(found, sessions), lambda: _opened(folder, no_browser, found, sessions, ready))
            await server.serve(sockets=[listener])

        asyncio.run(run())
    return 0


def _opened(folder: Path, no_browser: bool, port: int, sessions: Sessions, ready: str) -> None:
    url = f"http://127.0.0.1:{port}{LAUNCH}{sessions.new_launch()}"
    if not no_browser and has_display() and open_browser(Redirect(folder, url).url):
        say(ready)
    else:
        remove_leftovers(folder)
        say("ready_url", url=url)


class _Server(uvicorn.Server):
    """uvicorn with a quiet start and an end by signal that is no failure."""

    def __init__(self, app: ASGIApp, ready: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                loop="asyncio",
                http="h11",
                ws="none",
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=2,
            )
        )
        self._begun = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        await asyncio.to_thread(self._begun)

    def handle_exit(self, sig: int, frame: object) -> None:
        super().handle_exit(sig, frame)  # pyright: ignore[reportArgumentType]
        self._captured_signals.clear()  # a signal ends the program with 0 instead of being raised again
