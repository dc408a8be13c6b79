"""Wires the program: the pages and, for testers, `/v1`, behind one security layer. Importing does nothing."""

from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.types import ASGIApp

from app.api import Door, api_app
from app.conversation.clock import Clock
from app.conversation.turn import Cast
from app.conversation.values import Phase
from app.models.keeper import ModelKeeper
from app.settings import Settings, who_is_responsible
from app.web import Pages, error_handlers, routers
from app.web.door import DeskDoor
from app.web.pages import Measure, Outside
from app.web.security.layer import Gate, SecurityLayer, without_place
from app.web.security.sessions import Sessions
from guardrails.guard import Guard

Handler = Callable[[Request, Any], Coroutine[Any, Any, Response]]

HOME = Path(__file__).resolve().parents[1]
QUIET: dict[str, Any] = {
    "docs_url": None,
    "redoc_url": None,
    "openapi_url": None,
    "redirect_slashes": False,
    "telemetry": {
        "tracing": False,
        "metrics": False,
        "logs": False,
        "operation_spans": False,
        "auto_configure": False,
    },
}
"""No pages about the program, no redirects, and none of the telemetry that FastAPI has on by default."""


@dataclass(frozen=True, slots=True)
class Program:
    """Everything one running program is made of. `sessions` knows who may look; `home` holds prompts/.

    `outside` is what an earlier process of the same run handed on; `locked` hears of each lock of an open desk.
    """

    settings: Settings
    desk: DeskDoor
    guard: Guard
    responders: Callable[[], Cast]
    clock: Clock
    port: int
    home: Path = HOME
    sessions: Sessions = field(default_factory=Sessions)
    control_secret: str = field(default="", repr=False)
    models: ModelKeeper | None = None  # None: who answers cannot be changed in the page
    outside: Outside | None = None
    locked: Callable[[Outside], None] | None = None
    measure: Measure | None = None


def create_app(program: Program) -> ASGIApp:
    """The whole program as one ASGI application; nothing in it answers before the security layer has."""
    hears = {} if program.locked is None else {"locked": program.locked}
    pages = Pages(program.desk, program.home, program.clock, program.outside, **hears)
    pages.measure, pages.models = program.measure, program.models
    pages.responsible = who_is_responsible(program.settings)
    handlers = {cause: _without_echo(handler) for cause, handler in error_handlers(pages).items()}
    person = FastAPI(exception_handlers=handlers, **QUIET)
    for router in routers(pages):
        person.include_router(router)

    def standing() -> Hashable:
        """Changes at lock and at unlock, and not when a first conversation begins."""
        return pages.opening, program.desk.phase is Phase.LOCKED

    gate = Gate(
        port=program.port,
        sessions=program.sessions,
        pages=pages,
        standing=standing,
        control_secret=program.control_secret,
        api=_testers_door(program),
    )
    return SecurityLayer(person, gate)


def _without_echo(handler: Handler) -> Handler:
    async def handled(request: Request, error: Any) -> Response:
        return await handler(without_place(request), error)

    return handled


def _testers_door(program: Program) -> ASGIApp | None:
    """`/v1`, only when it was asked for; it has a token and sees nothing of the desk."""
    token = program.settings.api_token
    if not program.settings.api or token is None:
        return None
    door = Door(program.guard, program.responders, program.clock, token.get_secret_value())
    return api_app(door, FastAPI(**QUIET))
