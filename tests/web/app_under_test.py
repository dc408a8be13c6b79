"""The real pages in a bare app around a scripted desk; the security layer has tests of its own."""

from pathlib import Path

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from app.web import Pages, error_handlers, routers
from tests.web.fake_desk import FakeDesk, FixedClock

HOME = Path(__file__).parents[2]


class Known:
    """Every request is of the person's own browser, as after the security layer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app({**scope, "state": {**(scope.get("state") or {}), "page_token": "known"}}, receive, send)


def build(desk: FakeDesk) -> FastAPI:
    pages = Pages(desk, HOME, FixedClock())
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, exception_handlers=error_handlers(pages))
    for router in routers(pages):
        app.include_router(router)
    app.add_middleware(Known)
    return app
