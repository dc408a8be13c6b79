"""The first minute: language, country, what this is, and *Begin*."""

from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from app.conversation.values import Phase
from app.web.pages import Pages
from guardrails.values import Country, Language

_BACK = frozenset({"/", "/hulp", "/hulp/mens", "/herstelcode", "/leren"})


def start_router(pages: Pages) -> APIRouter:
    router = APIRouter()

    @router.get("/")
    async def front(request: Request) -> Response:
        """Where the person stands decides what the front door shows."""
        if pages.desk.phase is Phase.LOCKED:
            return pages.page(request, "unlock/unlock.html", error="")
        if pages.desk.phase is Phase.NEW:
            return pages.page(request, "start/start.html")
        rows = [row for row in await pages.desk.conversations() if not row.damaged]
        newest = max(rows, key=lambda row: row.last).id if rows else await pages.desk.new_conversation()
        return pages.goto(request, f"/gesprek/{newest}")

    @router.post("/begin")
    async def begin(request: Request, country: Annotated[Country, Form()] = Country.NL) -> Response:
        if pages.desk.phase is Phase.LOCKED:
            return pages.goto(request, "/")
        preferences = replace(pages.preferences(request), country=country)
        pages.away = False
        return pages.goto(request, f"/gesprek/{await pages.desk.begin(preferences)}")

    @router.post("/taal")
    async def language(
        request: Request,
        language: Annotated[Literal[Language.NL, Language.EN] | None, Form()] = None,
        country: Annotated[Country | None, Form()] = None,
        back: Annotated[str, Form()] = "/",
    ) -> Response:
        """Language or country, also while nothing is open: the help page needs both."""
        now = pages.preferences(request)
        await pages.prefer(replace(now, language=language or now.language, country=country or now.country))
        return pages.goto(request, back if back in _BACK else "/")

    return router
