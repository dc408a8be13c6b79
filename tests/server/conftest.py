"""The whole security layer around the real pages and a scripted desk, and a visitor that can send anything."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from starlette.types import ASGIApp

from app.conversation.turn import Cast
from app.factory import Program, create_app
from app.responders.guided import GuidedResponder
from app.settings import Settings
from app.web import Pages, routers
from app.web.security.sessions import Sessions
from guardrails.guard import Guard, load
from tests.server.visitor import PORT, Visitor
from tests.web.fake_desk import FakeDesk, FixedClock

HOME = Path(__file__).parents[2]
SECRET = "control-secret-of-this-run"


@pytest.fixture(scope="session")
def guard() -> Guard:
    return Guard(load(HOME))


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


@pytest.fixture
def seconds() -> list[float]:
    """The clock of the sessions: one number that a test moves."""
    return [0.0]


@pytest.fixture
def sessions(seconds: list[float]) -> Sessions:
    return Sessions(lambda: seconds[0])


@pytest.fixture
def app(desk: FakeDesk, sessions: Sessions, guard: Guard) -> ASGIApp:
    guided = GuidedResponder.load(HOME)
    program = Program(
        settings=Settings(),
        desk=desk,
        guard=guard,
        responders=lambda: Cast(guided, guided),
        clock=FixedClock(),
        port=PORT,
        sessions=sessions,
        control_secret=SECRET,
    )
    return create_app(program)


@pytest.fixture
def stranger(app: ASGIApp) -> Iterator[Visitor]:
    """Somebody without a session."""
    with Visitor(app) as visitor:
        yield visitor


@pytest.fixture
def person(app: ASGIApp, sessions: Sessions) -> Iterator[Visitor]:
    """Somebody who came in by the launch page."""
    with Visitor(app) as visitor:
        visitor.enter(sessions.new_launch())
        yield visitor


def all_routes() -> list[tuple[str, str]]:
    """(method, path) of every route there is, with something in the place of its parameters."""
    pages = Pages(FakeDesk(), HOME, FixedClock())
    found = [
        (method, route.path.replace("{conversation}", "c1").replace("{name}", "style.css"))
        for router in routers(pages)
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    ]
    assert len(found) > 25, "the routes of the pages were not found"
    return sorted({*found, ("GET", "/nergens"), ("GET", "/start/x"), ("POST", "/start/x"), ("POST", "/start")})
