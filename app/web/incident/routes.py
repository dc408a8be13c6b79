"""Reporting an incident: choose a conversation, untick what stays private, read it, make a file. Nothing is sent."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.conversation.values import ConversationView, ShownMessage
from app.web.chat.text import tidy
from app.web.incident.report import Report, written
from app.web.pages import Pages

MOST_MESSAGES = 40  # a form has room for 64 fields
MOST_WORDS = 4000
_MARK = "m-"


def incident_router(pages: Pages) -> APIRouter:
    reporting = _Reporting(pages)
    router = APIRouter(prefix="/incident")
    router.add_api_route("", reporting.choose, methods=["GET"])
    router.add_api_route("/{conversation}", reporting.write, methods=["GET"])
    router.add_api_route("/{conversation}", reporting.read, methods=["POST"])
    router.add_api_route("/{conversation}/bestand", reporting.file, methods=["POST"])
    return router


class _Reporting:
    """The handlers; the report is made anew from what was ticked, and kept nowhere."""

    def __init__(self, pages: Pages) -> None:
        self._pages, self._desk = pages, pages.desk

    async def choose(self, request: Request) -> Response:
        rows = sorted(await self._desk.conversations(), key=lambda row: row.last, reverse=True)
        return self._page(request, "choose", rows=rows)

    async def write(self, request: Request, conversation: str) -> Response:
        view = await self._desk.view(conversation)
        return self._form(request, view, [message.id for message in _newest(view)], "")

    async def read(self, request: Request, conversation: str) -> Response:
        view, ticked, what, change = await self._asked(request, conversation)
        if change:
            return self._form(request, view, ticked, what)
        report = self._report(request, view, ticked, what)
        return self._page(request, "read", view=view, ticked=ticked, what=what, report=report)

    async def file(self, request: Request, conversation: str) -> Response:
        """The file; its name says nothing of what is in it."""
        view, ticked, what, _ = await self._asked(request, conversation)
        words = self._pages.words(request)
        name = f"{words.say('incident.file_name')}-{self._pages.clock.now().date().isoformat()}.txt"
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        return Response(self._report(request, view, ticked, what), media_type="text/plain", headers=headers)

    async def _asked(self, request: Request, conversation: str) -> tuple[ConversationView, list[str], str, bool]:
        """The conversation, the ids that were ticked, what the person wrote, and whether to change it again."""
        view = await self._desk.view(conversation)
        form = await request.form()
        ticked = [message.id for message in _newest(view) if f"{_MARK}{message.id}" in form]
        return view, ticked, tidy(str(form.get("what", "")))[:MOST_WORDS], "change" in form

    def _form(self, request: Request, view: ConversationView, ticked: list[str], what: str) -> Response:
        messages = _newest(view)
        older = len(_shown(view)) > len(messages)
        shown = {"messages": messages, "older": older, "ticked": ticked, "what": what, "most": MOST_WORDS}
        return self._page(request, "write", view=view, **shown)

    def _report(self, request: Request, view: ConversationView, ticked: list[str], what: str) -> str:
        everything = _shown(view)
        chosen = [message for message in everything if message.id in ticked]
        left_out, made = len(everything) - len(chosen), self._pages.clock.now()
        report = Report(chosen, what, left_out, self._desk.brain, made, self._pages.responsible)
        return written(report, self._pages.words(request))

    def _page(self, request: Request, template: str, **context: Any) -> Response:
        return self._pages.page(request, f"incident/{template}.html", responsible=self._pages.responsible, **context)


def _shown(view: ConversationView) -> list[ShownMessage]:
    return [message for message in view.messages if message.blocks]


def _newest(view: ConversationView) -> list[ShownMessage]:
    return _shown(view)[-MOST_MESSAGES:]
