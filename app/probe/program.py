"""Wires the bench behind the same security layer as the person's program. Importing does nothing."""

from collections.abc import AsyncGenerator, Callable, Coroutine, Hashable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.types import ASGIApp

from app.conversation.clock import Clock
from app.probe.bench import Bench
from app.probe.pages import ProbePages
from app.probe.rooms import compare_router, looking_router, one_router, runs_router, sets_router
from app.probe.values import ProbeError
from app.web.errors.routes import error_handlers
from app.web.help.routes import help_router
from app.web.security.layer import Gate, SecurityLayer, without_place
from app.web.security.sessions import Sessions
from app.web.static_files import static_router

Handler = Callable[[Request, Any], Coroutine[Any, Any, Response]]
_GONE = frozenset({"no_run"})


def create_probe(
    bench: Bench, home: Path, clock: Clock, *, port: int, sessions: Sessions, quiet: Mapping[str, Any]
) -> ASGIApp:
    """The bench as one ASGI application. `quiet`: the settings that keep FastAPI silent."""
    pages = ProbePages(bench, home, clock)

    @asynccontextmanager
    async def living(_: FastAPI) -> AsyncGenerator[None]:
        yield
        await bench.aclose()

    async def refused(request: Request, error: ProbeError) -> Response:
        return pages.refusal(request, 404 if error.code in _GONE else 422, error.code)

    handlers: dict[Any, Handler] = {**error_handlers(pages), ProbeError: refused}
    quieted = {cause: _without_echo(handler) for cause, handler in handlers.items()}
    program = FastAPI(exception_handlers=quieted, lifespan=living, **quiet)
    program.include_router(static_router())
    program.include_router(help_router(pages))
    for room in (one_router, sets_router, runs_router, looking_router, compare_router):
        program.include_router(room(pages))

    def standing() -> Hashable:
        return 0

    return SecurityLayer(program, Gate(port=port, sessions=sessions, pages=pages, standing=standing))


def _without_echo(handler: Handler) -> Handler:
    async def handled(request: Request, error: Any) -> Response:
        return await handler(without_place(request), error)

    return handled
