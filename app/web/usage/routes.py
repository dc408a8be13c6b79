"""How long and how often was talked, on this device only: numbers to look up, and where limits are set."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.web.pages import Pages


def usage_router(pages: Pages) -> APIRouter:
    router = APIRouter()

    @router.get("/gebruik")
    async def usage(request: Request) -> Response:
        return pages.page(request, "usage/usage.html", spent=await pages.desk.history.spent())

    return router
