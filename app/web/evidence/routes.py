"""`/verantwoording`: works in every phase; without figures it says so."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.web.evidence.told import read_told
from app.web.pages import Pages


def evidence_router(pages: Pages) -> APIRouter:
    router = APIRouter()
    path = pages.home / "docs" / "evidence.json"

    @router.get("/verantwoording")
    async def evidence(request: Request) -> Response:
        words = pages.words(request)
        country, today = pages.preferences(request).country, pages.clock.now().date()
        told = read_told(path, words.language.value, country, today)
        return pages.page(request, "evidence/evidence.html", told=told)

    return router
