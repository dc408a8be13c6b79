"""The real pages in a bare app around a scripted desk; the security layer has tests of its own."""

from pathlib import Path

from fastapi import FastAPI

from app.web import Pages, error_handlers, routers
from tests.web.fake_desk import FakeDesk, FixedClock

HOME = Path(__file__).parents[2]


def build(desk: FakeDesk) -> FastAPI:
    pages = Pages(desk, HOME, FixedClock())
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, exception_handlers=error_handlers(pages))
    for router in routers(pages):
        app.include_router(router)
    return app
