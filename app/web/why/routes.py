"""Why a reply became what it is, and "klopt niet" with a reason."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from app.conversation.values import DeskError
from app.conversation.why import Another, Feedback
from app.web.pages import Pages


def why_router(pages: Pages) -> APIRouter:
    """One page of one reply."""
    telling = _Telling(pages)
    router = APIRouter(prefix="/gesprek/{conversation}/waarom/{message}")
    router.add_api_route("", telling.page, methods=["GET"])
    router.add_api_route("", telling.say, methods=["POST"])
    return router


class _Telling:
    """The handlers; what is told and what is said stand in memory only."""

    def __init__(self, pages: Pages) -> None:
        self._pages, self._desk = pages, pages.desk

    async def page(self, request: Request, conversation: str, message: str) -> Response:
        return await self._draw(request, conversation, message)

    async def say(
        self, request: Request, conversation: str, message: str, reason: Annotated[str, Form()] = ""
    ) -> Response:
        if reason not in tuple(Feedback):
            sentence = self._pages.words(request).say("error.no_reason")
            return await self._draw(request, conversation, message, error=sentence)
        await self._desk.say_of(conversation, message, Feedback(reason))
        return self._pages.goto(request, f"/gesprek/{conversation}#below")

    async def _draw(self, request: Request, conversation: str, message: str, error: str = "") -> Response:
        view = await self._desk.view(conversation)
        replies = [shown for shown in view.messages if shown.role == "assistant"]
        found = next((shown for shown in replies if shown.id == message), None)
        if found is None:
            raise DeskError("no_such_message")
        return self._pages.page(
            request,
            "why/why.html",
            status=422 if error else 200,
            view=view,
            message=found,
            last=found is replies[-1],
            why=view.whys.get(message),
            reasons=[reason.value for reason in Feedback],
            ways=[way.value for way in Another],
            error=error,
        )
