"""*Snel weg* and *Op slot*: what was open is closed first, then another page shows."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.web.pages import Pages


def quit_router(pages: Pages) -> APIRouter:
    router = APIRouter()

    @router.post("/weg")
    async def away(request: Request) -> Response:
        pages.away = True
        await pages.lock()
        return pages.goto(request, "/notities")

    @router.get("/notities")
    async def notes(request: Request) -> Response:
        """An empty sheet that says nothing about this program and keeps nothing."""
        return pages.page(request, "quit/notes.html")

    @router.post("/vergrendelen")
    async def lock(request: Request) -> Response:
        await pages.lock()
        return pages.goto(request, "/")

    @router.get("/toestand")
    async def state() -> dict[str, str | int | bool]:
        """What every open tab asks now and then; it does not count as a touch."""
        return {"phase": pages.desk.phase.value, "opening": pages.opening, "away": pages.away}

    @router.post("/hier")
    async def here() -> Response:
        """The person moved."""
        await pages.desk.touch()
        return Response(status_code=204)

    return router
