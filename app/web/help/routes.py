"""The help page: works in every phase, without JavaScript, and says which doors are open now."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.web.pages import Pages

_TALK_CARD = "help.talk"


def help_router(pages: Pages) -> APIRouter:
    router = APIRouter()

    @router.get("/hulp")
    async def help_now(request: Request) -> Response:
        return pages.page(request, "help/help.html")

    @router.get("/hulp/mens")
    async def a_person(request: Request) -> Response:
        talk = tuple(card for card in pages.cards(request) if card.id == _TALK_CARD)
        return pages.page(request, "help/human.html", talk_cards=talk)

    @router.get("/hulp/inhoud")
    async def content(request: Request) -> Response:
        """The inside of *Hulp nu*, so that a page that stays open shows the doors of this hour."""
        return pages.page(request, "help/_content.html")

    return router
