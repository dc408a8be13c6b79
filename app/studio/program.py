"""Wires the studio behind the same security layer as the person's program. Importing does nothing."""

from collections.abc import AsyncGenerator, Callable, Coroutine, Hashable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.types import ASGIApp

from app.conversation.clock import SystemClock
from app.studio.desk import Studio
from app.studio.pages import StudioPages
from app.studio.rooms.agree import agree_router, close_router
from app.studio.rooms.change import change_router, put_router, trial_router
from app.studio.rooms.compare import choice_router, compare_router
from app.studio.rooms.door import always_router, door_router, people_router
from app.studio.rooms.phases import cases_router, phases_router
from app.studio.rooms.rewrite import rewrite_router, writing_router
from app.studio.values import StudioError
from app.web.errors.routes import error_handlers
from app.web.help.routes import help_router
from app.web.security.layer import Gate, SecurityLayer, without_place
from app.web.security.sessions import Sessions
from app.web.static_files import static_router
from guardrails.guard import Guard

Handler = Callable[[Request, Any], Coroutine[Any, Any, Response]]


def create_studio(
    studio: Studio, guard: Guard, home: Path, port: int, sessions: Sessions, quiet: Mapping[str, Any]
) -> ASGIApp:
    """The studio as one ASGI application. `quiet`: the settings that keep FastAPI silent."""
    pages = StudioPages(studio, guard, home, SystemClock())

    @asynccontextmanager
    async def living(_: FastAPI) -> AsyncGenerator[None]:
        yield
        await studio.aclose()

    async def refused(request: Request, error: StudioError) -> Response:
        if error.code == "closed":
            return pages.goto(request, "/")
        return pages.refusal(request, error.status, error.code)

    handlers: dict[Any, Handler] = {**error_handlers(pages), StudioError: refused}
    quieted = {cause: _without_echo(handler) for cause, handler in handlers.items()}
    program = FastAPI(exception_handlers=quieted, lifespan=living, **quiet)
    program.include_router(static_router())
    program.include_router(help_router(pages))
    for room in (
        door_router,
        always_router,
        cases_router,
        choice_router,
        writing_router,
        put_router,
        trial_router,
        people_router,
        phases_router,
        compare_router,
        rewrite_router,
        change_router,
        agree_router,
        close_router,
    ):
        program.include_router(room(pages))

    def standing() -> Hashable:
        return studio.opening

    return SecurityLayer(program, Gate(port=port, sessions=sessions, pages=pages, standing=standing))


def _without_echo(handler: Handler) -> Handler:
    async def handled(request: Request, error: Any) -> Response:
        return await handler(without_place(request), error)

    return handled
