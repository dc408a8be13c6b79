"""The conversation: the page, sending a message, stopping a reply, the draft."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse

from app.conversation.values import ConversationView, DeskError, Done
from app.conversation.why import Another
from app.web.chat.stream import ReplyStream
from app.web.chat.text import tidy
from app.web.pages import Pages, by_htmx

_KEEPS_TEXT = {"empty": 422, "too_long": 413, "busy": 409, "no_other": 409}


def chat_router(pages: Pages) -> APIRouter:
    """Every route of one conversation."""
    talk = _Talk(pages)
    router = APIRouter(prefix="/gesprek/{conversation}")
    router.add_api_route("", talk.page, methods=["GET"])
    router.add_api_route("/berichten", talk.messages, methods=["GET"])
    router.add_api_route("/bericht", talk.send, methods=["POST"])
    router.add_api_route("/stop", talk.stop, methods=["POST"])
    router.add_api_route("/klad", talk.draft, methods=["POST"])
    return router


class _Talk:
    """The handlers; each does one thing of the desk and draws the answer."""

    def __init__(self, pages: Pages) -> None:
        self._pages, self._desk, self._answers = pages, pages.desk, pages.answers

    async def page(self, request: Request, conversation: str) -> Response:
        try:
            view = await self._desk.view(conversation)
        except DeskError as error:
            if error.code != "damaged_conversation":
                raise
            return self._pages.goto(request, "/gesprekken")  # the list names it, and opens the others
        return self._pages.page(request, "chat/chat.html", draft=view.draft, error="", **self._seen(request, view))

    async def messages(self, request: Request, conversation: str) -> Response:
        """The messages as they are now, for another tab of the same conversation."""
        view = await self._desk.view(conversation)
        return HTMLResponse(self._pages.fragment(request, "chat/_fresh.html", **self._seen(request, view)))

    async def send(
        self,
        request: Request,
        conversation: str,
        text: Annotated[str, Form()] = "",
        quick: Annotated[str, Form()] = "",
        again: Annotated[Another | None, Form()] = None,
    ) -> Response:
        """A stream for htmx; without JavaScript the whole reply, then the page.

        With `again` the last reply is made anew; what stands in the box waits there.
        """
        message = tidy(quick or text)

        async def below(done: Done | None) -> str:
            view = await self._desk.view(conversation)
            return self._pages.fragment(request, "chat/_after.html", **self._seen(request, view, done))

        if by_htmx(request):
            stream = ReplyStream(self._pages, request, conversation, below)
            return StreamingResponse(stream.events(message, again), media_type="text/event-stream")
        if again and message.strip():
            await self._desk.put_draft(conversation, message)
        return await self._send_whole(request, conversation, message, again)

    async def stop(self, conversation: str) -> Response:
        await self._desk.stop(conversation)
        return Response(status_code=204)

    async def draft(self, conversation: str, text: Annotated[str, Form()] = "") -> Response:
        await self._desk.put_draft(conversation, tidy(text))
        return Response(status_code=204)

    async def _send_whole(self, request: Request, conversation: str, text: str, again: Another | None) -> Response:
        try:
            async for _ in self._desk.again(conversation, again) if again else self._desk.send(conversation, text):
                pass
        except DeskError as error:
            if error.code not in _KEEPS_TEXT:
                raise
            view = await self._desk.view(conversation)
            sentence = self._pages.words(request).say(f"error.{error.code}")
            status = _KEEPS_TEXT[error.code]
            return self._pages.page(
                request, "chat/chat.html", status=status, draft=text, error=sentence, **self._seen(request, view)
            )
        return self._pages.goto(request, f"/gesprek/{conversation}#below")

    def _seen(self, request: Request, view: ConversationView, done: Done | None = None) -> dict[str, Any]:
        """What the templates of a conversation ask for."""
        until = self._pages.clock.now() + timedelta(minutes=view.session.rest_minutes_left)
        answers = self._answers[self._pages.words(request).language].below(view)
        return {"view": view, "done": done, "rest_until": until.strftime("%H:%M"), "answers": answers}
