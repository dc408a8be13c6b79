"""`/privacy`: looked up at the moment it is asked for; without somebody who measures there is no such page."""

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from app.web.pages import Pages


def privacy_router(pages: Pages) -> APIRouter:
    router = APIRouter()

    @router.get("/privacy")
    async def privacy(request: Request) -> Response:
        if pages.measure is None:
            raise HTTPException(404)
        return pages.page(request, "privacy/privacy.html", measured=await pages.measure())

    return router
